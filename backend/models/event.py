"""Events: facts written in the transaction that makes them true, and how far each consumer has come with them.

Ids are given before a commit, so a lower one may become visible after a higher one. What is committed is therefore
handed out in numbered batches by one process at a time; a consumer's place is (batch, id), and nothing comes behind it.
"""

from peewee import (
    BigAutoField,
    BooleanField,
    CharField,
    CompositeKey,
    IntegerField,
    SmallIntegerField,
    TextField,
)

from backend.domain.event import ObjectKind
from backend.models.engine.database import Row
from backend.models.engine.fields import (
    ENUM_LENGTH,
    big_int,
    enum,
    row_ref,
    utc_time,
    utc_time_or_none,
)

CONSUMER_LENGTH = 40


class Event(Row):
    id = BigAutoField()
    # 0 until it is handed out
    batch = big_int(0, index=True)
    at = utc_time()
    # an `EventKind`; as text, so that a newer program's kinds do not stop an older one's reading
    kind = CharField(max_length=ENUM_LENGTH)
    operator_id = row_ref()
    object_kind = enum(ObjectKind)
    object_no = CharField(max_length=64)
    # JSON of the kind's struct in domain/event
    detail = TextField()


class EventCounter(Row):
    """One row: the number of the newest batch that was handed out. Locked by who hands out the next."""

    id = SmallIntegerField(primary_key=True)
    batch = big_int(0)


class EventConsumer(Row):
    """A consumer's place: everything up to (batch, event_id) is done or set aside."""

    name = CharField(max_length=CONSUMER_LENGTH, primary_key=True)
    batch = big_int(0)
    event_id = big_int(0)
    claimed_until = utc_time_or_none()


class EventRetry(Row):
    """An event whose consumer failed: set aside so that it stops no other, tried again ever more rarely, then parked."""

    consumer = CharField(max_length=CONSUMER_LENGTH)
    event_id = row_ref()
    attempts = IntegerField(default=0)
    due_at = utc_time()
    is_parked = BooleanField(default=False)
    last_error = CharField(max_length=200, default="")

    class Meta:
        primary_key = CompositeKey("consumer", "event_id")
        indexes = ((("is_parked", "due_at"), False),)

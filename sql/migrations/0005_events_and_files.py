"""Facts that other rooms hear of (`event`), how far each hearer has come, and what it counts of them.

A session that ends tells so in its own transaction; alarms, pushes to partners and messages to drivers read it
afterwards, none of them known to the settlement. `pile_day` is the first thing counted so: how often a pile was lost.
`stored_file` names what is in the store of files (photos, firmware, exports): the file itself is no row.
Nothing that happened before is told. An older program runs on beside these tables and tells nothing.

A frozen copy, deliberately independent of backend/models; a test proves that both agree.
"""

from peewee import (
    BigAutoField,
    BigIntegerField,
    BooleanField,
    CharField,
    CompositeKey,
    DateField,
    DateTimeField,
    IntegerField,
    Model,
    SmallIntegerField,
    TextField,
)


class Instant(DateTimeField):
    field_type = "DATETIME(3)"


class Event(Model):
    id = BigAutoField()
    batch = BigIntegerField(index=True)
    at = Instant()
    kind = CharField(max_length=24)
    operator_id = BigIntegerField()
    object_kind = CharField(max_length=24)
    object_no = CharField(max_length=64)
    detail = TextField()

    class Meta:
        table_name = "event"


class EventCounter(Model):
    id = SmallIntegerField(primary_key=True)
    batch = BigIntegerField()

    class Meta:
        table_name = "event_counter"


class EventConsumer(Model):
    name = CharField(max_length=40, primary_key=True)
    batch = BigIntegerField()
    event_id = BigIntegerField()
    claimed_until = Instant(null=True)

    class Meta:
        table_name = "event_consumer"


class EventRetry(Model):
    consumer = CharField(max_length=40)
    event_id = BigIntegerField()
    attempts = IntegerField()
    due_at = Instant()
    is_parked = BooleanField()
    last_error = CharField(max_length=200)

    class Meta:
        table_name = "event_retry"
        primary_key = CompositeKey("consumer", "event_id")
        indexes = ((("is_parked", "due_at"), False),)


class PileDay(Model):
    pile_id = BigIntegerField()
    local_date = DateField()
    operator_id = BigIntegerField()
    times_offline = IntegerField()

    class Meta:
        table_name = "pile_day"
        primary_key = CompositeKey("pile_id", "local_date")
        indexes = ((("operator_id", "local_date"), False),)


class StoredFile(Model):
    id = BigAutoField()
    sha256 = CharField(max_length=64, unique=True)
    size_bytes = BigIntegerField()
    media_type = CharField(max_length=100)
    purpose = CharField(max_length=24)
    state = CharField(max_length=24)
    created_at = Instant()
    wanted_at = Instant(index=True)

    class Meta:
        table_name = "stored_file"


TABLES = (Event, EventCounter, EventConsumer, EventRetry, PileDay, StoredFile)


def up(migrator, db):
    with db.bind_ctx(TABLES):
        db.create_tables(TABLES, safe=False)

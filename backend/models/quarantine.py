"""Messages of piles: those that could not be taken (隔离区), and the ids of those that were."""

from peewee import BigAutoField, BlobField, CharField, CompositeKey

from backend.models.engine.database import Row
from backend.models.engine.fields import row_ref, row_ref_or_none, utc_time, utc_time_or_none


class Quarantine(Row):
    """A message kept whole with the reason why it was not taken."""

    id = BigAutoField()
    topic = CharField(max_length=200)
    pile_no = CharField(max_length=64)
    payload = BlobField()
    reason = CharField(max_length=50)
    detail = CharField(max_length=500, default="")
    received_at = utc_time(index=True)
    # a person has looked at it and said what became of it
    closed_at = utc_time_or_none()
    closed_by_id = row_ref_or_none()
    closing_note = CharField(max_length=200, null=True)

    class Meta:
        indexes = ((("pile_no", "received_at"), False),)


class PileMessage(Row):
    """The ids of the rare messages that were taken: a repeat is a duplicate, whatever the boot."""

    pile_id = row_ref()
    message_id = CharField(max_length=64)
    # of its content: the same id with another one is no repeat; NULL: taken before digests were kept
    digest = CharField(max_length=32, null=True)
    received_at = utc_time(index=True)

    class Meta:
        primary_key = CompositeKey("pile_id", "message_id")

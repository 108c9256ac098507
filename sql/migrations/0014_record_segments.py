"""What a pile's final record says of each half-hour is kept for the person who decides, so that it can be billed by.

Empty for the records that are there: they are cut by the readings, as before. An older program leaves it empty.

A frozen copy, deliberately independent of backend/models; a test proves that both agree.
"""

from peewee import BigIntegerField, CompositeKey, DateTimeField, Model


class Instant(DateTimeField):
    field_type = "DATETIME(3)"


class RecordSegment(Model):
    session_id = BigIntegerField()
    from_at = Instant()
    to_at = Instant()
    energy_wh = BigIntegerField()

    class Meta:
        table_name = "record_segment"
        primary_key = CompositeKey("session_id", "from_at")


TABLES = (RecordSegment,)


def up(migrator, db):
    with db.bind_ctx(TABLES):
        db.create_tables(TABLES, safe=False)

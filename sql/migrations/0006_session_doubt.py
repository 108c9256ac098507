"""What made a session suspicious is a row: a bridge that restarts does not forget it, and the desk can show it.

The index finds the sessions before and after on one meter, whose registers must not overlap. An older program runs
with both: it writes no doubts and needs no index.
"""

from peewee import BigIntegerField, CharField, CompositeKey, DateTimeField, Model


class Instant(DateTimeField):
    field_type = "DATETIME(3)"


class SessionDoubt(Model):
    session_id = BigIntegerField()
    doubt = CharField(24)
    found_at = Instant()
    detail = CharField(100)

    class Meta:
        table_name = "session_doubt"
        primary_key = CompositeKey("session_id", "doubt")


def up(migrator, db):
    SessionDoubt.bind(db)
    db.create_tables([SessionDoubt])
    migrator.migrate(migrator.add_index("session", ("connector_id", "id")))

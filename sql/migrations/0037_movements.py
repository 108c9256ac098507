"""All movements in one list: indexes by which each of its tables is walked by time, and the views that staff keep of it.

Payments by when they were paid, all and of one purpose; refunds by when they were asked for; charges of a pile's guns.
Nothing is changed or dropped: an older program writes its rows as before and leaves the new table alone.

A frozen copy, deliberately independent of backend/models; a test proves that both agree.
"""

from peewee import BigAutoField, BigIntegerField, CharField, DateTimeField, IntegerField, Model, TextField


class Instant(DateTimeField):
    field_type = "DATETIME(3)"


class MovementView(Model):
    id = BigAutoField()
    staff_id = BigIntegerField()
    name = CharField(50)
    wanted = TextField()
    row_version = IntegerField()
    created_at = Instant()

    class Meta:
        table_name = "movement_view"
        indexes = ((("staff_id", "name"), True),)


TABLES = (MovementView,)
NEW_INDEXES = (
    ("payment", ("paid_at",)),
    ("payment", ("purpose", "paid_at")),
    ("refund", ("asked_at",)),
    ("charge_order", ("connector_id", "ended_at")),
)


def up(migrator, db):
    with db.bind_ctx(TABLES):
        db.create_tables(TABLES, safe=False)
    for table, columns in NEW_INDEXES:
        migrator.migrate(migrator.add_index(table, columns))

"""Payment passwords of drivers: one row for each driver who ever set one, so nothing for those who are there.

An older program knows no such table: beside this one or after a rollback it starts charges and takes refunds without
asking for the password, and what was set is asked for again with the upgrade.

A frozen copy, deliberately independent of backend/models; a test proves that both agree.
"""

from peewee import BigIntegerField, BooleanField, CharField, DateTimeField, IntegerField, Model


class Instant(DateTimeField):
    field_type = "DATETIME(3)"


class PayPassword(Model):
    driver_id = BigIntegerField(primary_key=True)
    password_hash = CharField(200)
    is_on = BooleanField()
    revision = IntegerField()
    wrong = IntegerField()
    closed_until = Instant(null=True)
    refunds_locked_until = Instant(null=True)
    set_at = Instant()

    class Meta:
        table_name = "pay_password"


TABLES = (PayPassword,)


def up(migrator, db):
    with db.bind_ctx(TABLES):
        db.create_tables(TABLES, safe=False)

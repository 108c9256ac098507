"""Messages to drivers on their way out, and how many of each kind a driver has allowed; both empty for what is there.

They are due by a column of their own: an older program stops at a kind of timer it does not know, and leaves them alone.

A frozen copy, deliberately independent of backend/models; a test proves that both agree.
"""

from peewee import BigAutoField, BigIntegerField, CharField, CompositeKey, DateTimeField, IntegerField, Model


class Instant(DateTimeField):
    field_type = "DATETIME(3)"


class DriverMessage(Model):
    id = BigAutoField()
    message_no = CharField(32, unique=True)
    kind = CharField(24)
    subject_no = CharField(32)
    driver_id = BigIntegerField(index=True)
    state = CharField(24)
    attempts = IntegerField()
    due_at = Instant(null=True, index=True)
    deadline_at = Instant()
    last_error = CharField(100)
    created_at = Instant(index=True)
    ended_at = Instant(null=True)

    class Meta:
        table_name = "driver_message"
        indexes = ((("kind", "subject_no"), True),)


class MessageCredit(Model):
    driver_id = BigIntegerField()
    kind = CharField(24)
    credits = IntegerField()

    class Meta:
        table_name = "message_credit"
        primary_key = CompositeKey("driver_id", "kind")


TABLES = (DriverMessage, MessageCredit)


def up(migrator, db):
    with db.bind_ctx(TABLES):
        db.create_tables(TABLES, safe=False)

"""Refunds of a driver's balance: what is asked back, and its parts, each of which goes back to one payment.

A part keeps its number whatever happens, and the time of its next step stands in its own row: an older program, which
knows no refunds, neither sees nor stops them. `payment.refunded_fen` is 0 for what is there; an older program leaves it
so. Roles that could do everything until now may see and mend refunds as well; others are granted it by people.

A frozen copy, deliberately independent of backend/models; a test proves that both agree.
"""

from peewee import BigAutoField, BigIntegerField, CharField, DateTimeField, IntegerField, Model


class Instant(DateTimeField):
    field_type = "DATETIME(3)"


class Refund(Model):
    id = BigAutoField()
    refund_no = CharField(32, unique=True)
    driver_id = BigIntegerField()
    amount_fen = BigIntegerField()
    state = CharField(24)
    asked_at = Instant()
    done_at = Instant(null=True)

    class Meta:
        table_name = "refund"
        indexes = (
            (("driver_id", "id"), False),
            (("state", "id"), False),
            (("state", "done_at"), False),
        )


class RefundPart(Model):
    id = BigAutoField()
    part_no = CharField(32, unique=True)
    refund_id = BigIntegerField(index=True)
    payment_id = BigIntegerField(null=True)
    channel = CharField(24, null=True)
    amount_fen = BigIntegerField()
    state = CharField(24)
    steps = IntegerField()
    next_step_at = Instant(null=True, index=True)
    sent_at = Instant(null=True)
    ended_at = Instant(null=True)
    channel_refund_no = CharField(64)
    last_error = CharField(200)
    payout_reference = CharField(64)
    payout_reason = CharField(200)
    payout_by_id = BigIntegerField(null=True)

    class Meta:
        table_name = "refund_part"
        indexes = ((("payment_id", "sent_at"), False),)


TABLES = (Refund, RefundPart)
NEW_PERMISSIONS = ("refund.manage", "refund.read")
OLD_PERMISSIONS = (
    "connector.release",
    "dashboard.read",
    "order.read",
    "pile.read",
    "quarantine.close",
    "quarantine.read",
    "session.decide",
    "session.stop",
    "station.read",
)


def up(migrator, db):
    with db.bind_ctx(TABLES):
        db.create_tables(TABLES, safe=False)
    # with its default in the database, so that an older program can still insert
    kind = "INTEGER" if db.param == "?" else "BIGINT"  # SQLite's name for both
    db.execute_sql(f"ALTER TABLE payment ADD COLUMN refunded_fen {kind} NOT NULL DEFAULT 0")
    held = {}
    for role_id, permission in db.execute_sql("SELECT role_id, permission FROM role_permission").fetchall():
        held.setdefault(role_id, set()).add(permission)
    grant = "INSERT INTO role_permission (role_id, permission) VALUES (?, ?)".replace("?", db.param)
    for role_id, permissions in held.items():
        if permissions.issuperset(OLD_PERMISSIONS):
            for permission in NEW_PERMISSIONS:
                db.execute_sql(grant, (role_id, permission))

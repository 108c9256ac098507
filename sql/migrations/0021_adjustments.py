"""Adjustments of drivers' balances by staff, and what a role allows one person on a day without a second one.

The limit is 0 for the roles that are there: until somebody sets it, each adjustment waits for a second person. Its column
has its default in the database, so that an older program can still insert. Roles that could do everything until now may
see, ask for and decide adjustments as well; others are granted it by people. After a rollback the list of a wallet's
movements fails for drivers who were given an adjustment: the version before does not know the entries' kind.

A frozen copy, deliberately independent of backend/models; a test proves that both agree.
"""

from peewee import BigAutoField, BigIntegerField, BooleanField, CharField, DateTimeField, Model


class Instant(DateTimeField):
    field_type = "DATETIME(3)"


class Adjustment(Model):
    id = BigAutoField()
    adjustment_no = CharField(32, unique=True)
    driver_id = BigIntegerField()
    amount_fen = BigIntegerField()
    reason = CharField(200)
    told = CharField(60)
    state = CharField(24)
    is_alone = BooleanField()
    asked_by_id = BigIntegerField()
    asked_at = Instant()
    decided_by_id = BigIntegerField(null=True)
    decided_at = Instant(null=True)
    decision_note = CharField(200)

    class Meta:
        table_name = "adjustment"
        indexes = (
            (("driver_id", "id"), False),
            (("state", "id"), False),
            (("asked_by_id", "asked_at"), False),
        )


TABLES = (Adjustment,)
NEW_PERMISSIONS = ("adjustment.approve", "adjustment.ask", "adjustment.read")
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
    kind = "INTEGER" if db.param == "?" else "BIGINT"  # SQLite's name for both
    db.execute_sql(f"ALTER TABLE role ADD COLUMN adjustment_limit_fen {kind} NOT NULL DEFAULT 0")
    held = {}
    for role_id, permission in db.execute_sql("SELECT role_id, permission FROM role_permission").fetchall():
        held.setdefault(role_id, set()).add(permission)
    grant = "INSERT INTO role_permission (role_id, permission) VALUES (?, ?)".replace("?", db.param)
    for role_id, permissions in held.items():
        if permissions.issuperset(OLD_PERMISSIONS):
            for permission in NEW_PERMISSIONS:
                db.execute_sql(grant, (role_id, permission))

"""Idle fee: its terms of a tariff version, the stays of cars after their charge, and orders of their own.

`tariff_version.idle_*`: NULL, for what is there and for what an older program drafts, means that a car may stay for
nothing. `charge_order.idle_fen`: 0 for charges; an idle fee's order has nothing else. Stays have a column that says when
they are due, and no timer: an older program stops at a kind of timer it does not know. After a rollback stays wait where
they are, and the list of a wallet's movements fails for drivers who were billed one: the version before does not know
the entries' kind. Roles that could do everything until now may waive idle fees as well.

A frozen copy, deliberately independent of backend/models; a test proves that both agree.
"""

from peewee import (
    BigIntegerField,
    BooleanField,
    CharField,
    CompositeKey,
    DateField,
    DateTimeField,
    IntegerField,
    Model,
    SmallIntegerField,
)


class Instant(DateTimeField):
    field_type = "DATETIME(3)"


class IdleStay(Model):
    session_id = BigIntegerField(primary_key=True)
    connector_id = BigIntegerField()
    driver_id = BigIntegerField(index=True)
    state = CharField(24)
    began_at = Instant()
    free_minutes = IntegerField()
    minute_fen = BigIntegerField()
    day_cap_fen = BigIntegerField()
    spell_from_at = Instant(null=True)
    heard_at = Instant(null=True)
    warned_at = Instant(null=True)
    ended_at = Instant(null=True)
    end_reason = CharField(24, null=True)
    due_at = Instant(null=True, index=True)
    order_id = BigIntegerField(null=True, unique=True)
    waived_at = Instant(null=True)
    waive_reason = CharField(200, null=True)

    class Meta:
        table_name = "idle_stay"
        indexes = ((("connector_id", "state"), False),)


class IdleSpell(Model):
    session_id = BigIntegerField()
    from_at = Instant()
    to_at = Instant()

    class Meta:
        table_name = "idle_spell"
        primary_key = CompositeKey("session_id", "from_at")


class IdleFeeLine(Model):
    order_id = BigIntegerField()
    line_no = SmallIntegerField()
    local_date = DateField()
    minutes = IntegerField()
    minute_fen = BigIntegerField()
    is_capped = BooleanField()
    fee_fen = BigIntegerField()

    class Meta:
        table_name = "idle_fee_line"
        primary_key = CompositeKey("order_id", "line_no")


class PlugSense(Model):
    connector_id = BigIntegerField(primary_key=True)
    proven_at = Instant()

    class Meta:
        table_name = "plug_sense"


TABLES = (IdleStay, IdleSpell, IdleFeeLine, PlugSense)
NEW_PERMISSION = "idle_fee.waive"
OLD_PERMISSIONS = (
    "adjustment.approve",
    "adjustment.ask",
    "adjustment.read",
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
    big = "INTEGER" if db.param == "?" else "BIGINT"  # SQLite's name for both
    db.execute_sql("ALTER TABLE tariff_version ADD COLUMN idle_free_minutes INTEGER NULL")
    db.execute_sql(f"ALTER TABLE tariff_version ADD COLUMN idle_minute_fen {big} NULL")
    db.execute_sql(f"ALTER TABLE tariff_version ADD COLUMN idle_day_cap_fen {big} NULL")
    # with its default in the database, so that an older program can still insert
    db.execute_sql(f"ALTER TABLE charge_order ADD COLUMN idle_fen {big} NOT NULL DEFAULT 0")
    db.execute_sql(
        "CREATE INDEX charge_order_kind_operator_id_station_id ON charge_order (kind, operator_id, station_id)"
    )
    held = {}
    for role_id, permission in db.execute_sql("SELECT role_id, permission FROM role_permission").fetchall():
        held.setdefault(role_id, set()).add(permission)
    grant = "INSERT INTO role_permission (role_id, permission) VALUES (?, ?)".replace("?", db.param)
    for role_id, permissions in held.items():
        if permissions.issuperset(OLD_PERMISSIONS):
            db.execute_sql(grant, (role_id, NEW_PERMISSION))

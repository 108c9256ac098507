"""Drivers at the desk: whether one is frozen, who said so and why; and what each ever charged at each operator.

`driver_total` is counted from the orders by a consumer of events (services/upkeep/count_drivers.py), which counts a
driver whole each time; here it is filled with what was charged until now. An older program beside this one knows no
frozen driver and lets one start. Roles that could do everything until now may see and freeze drivers as well.

A frozen copy, deliberately independent of backend/models; a test proves that both agree.
"""

from peewee import BigAutoField, BigIntegerField, DateTimeField, IntegerField, Model


class Instant(DateTimeField):
    field_type = "DATETIME(3)"


class DriverTotal(Model):
    id = BigAutoField()
    driver_id = BigIntegerField()
    operator_id = BigIntegerField()
    charges = IntegerField()
    energy_wh = BigIntegerField()
    total_fen = BigIntegerField()
    last_ended_at = Instant()

    class Meta:
        table_name = "driver_total"
        indexes = (
            (("driver_id", "operator_id"), True),
            (("operator_id", "id"), False),
        )


TABLES = (DriverTotal,)
NEW_PERMISSIONS = ("driver.freeze", "driver.read")
OLD_PERMISSIONS = (
    "adjustment.approve",
    "adjustment.ask",
    "adjustment.read",
    "audit.read",
    "connector.release",
    "dashboard.read",
    "operator.edit",
    "order.read",
    "pile.edit",
    "refund.manage",
    "role.edit",
    "session.decide",
    "staff.edit",
    "station.edit",
    "tariff.publish",
)


def up(migrator, db):
    with db.bind_ctx(TABLES):
        db.create_tables(TABLES, safe=False)
    big = "INTEGER" if db.param == "?" else "BIGINT"  # SQLite's name for both
    for column in (
        "state VARCHAR(24) NOT NULL DEFAULT 'active'",
        "frozen_at DATETIME(3) NULL",
        "frozen_reason VARCHAR(200) NOT NULL DEFAULT ''",
        f"frozen_by_id {big} NULL",
        "row_version INTEGER NOT NULL DEFAULT 0",
    ):
        db.execute_sql(f"ALTER TABLE driver ADD COLUMN {column}")
    db.execute_sql("CREATE INDEX driver_state ON driver (state)")
    db.execute_sql("CREATE INDEX driver_is_guest ON driver (is_guest)")
    db.execute_sql(
        "INSERT INTO driver_total (driver_id, operator_id, charges, energy_wh, total_fen, last_ended_at)"
        " SELECT driver_id, operator_id, COUNT(*), SUM(energy_wh), SUM(total_fen), MAX(ended_at) FROM charge_order"
        " WHERE driver_id IS NOT NULL AND is_test IS NULL GROUP BY driver_id, operator_id"
    )
    _grant(db)


def _grant(db):
    held = {}
    for role_id, permission in db.execute_sql("SELECT role_id, permission FROM role_permission").fetchall():
        held.setdefault(role_id, set()).add(permission)
    grant = "INSERT INTO role_permission (role_id, permission) VALUES (?, ?)".replace("?", db.param)
    for role_id, permissions in held.items():
        if permissions.issuperset(OLD_PERMISSIONS):
            for permission in NEW_PERMISSIONS:
                db.execute_sql(grant, (role_id, permission))

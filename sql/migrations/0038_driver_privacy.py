"""Drivers who are gone: when it was, so that their rows are kept without whoever they were; and drivers found by their phone.

Roles that could do everything until now may look for phone numbers, export what is held of a driver, and delete one. An
older program beside this one knows a deleted driver as one that is barred.

A frozen copy, deliberately independent of backend/models; a test proves that both agree.
"""

NEW_PERMISSIONS = ("driver.phone", "driver.privacy")
OLD_PERMISSIONS = (
    "adjustment.approve",
    "audit.read",
    "driver.freeze",
    "driver.read",
    "export.make",
    "operator.edit",
    "order.read",
    "refund.manage",
    "role.edit",
    "session.decide",
    "staff.edit",
    "station.edit",
    "tariff.publish",
)


def up(migrator, db):
    db.execute_sql("ALTER TABLE driver ADD COLUMN deleted_at DATETIME(3) NULL")
    db.execute_sql("CREATE INDEX driver_deleted_at ON driver (deleted_at)")
    db.execute_sql("CREATE INDEX driver_phone ON driver (phone)")
    held = {}
    for role_id, permission in db.execute_sql("SELECT role_id, permission FROM role_permission").fetchall():
        held.setdefault(role_id, set()).add(permission)
    grant = "INSERT INTO role_permission (role_id, permission) VALUES (?, ?)".replace("?", db.param)
    for role_id, permissions in held.items():
        if permissions.issuperset(OLD_PERMISSIONS):
            for permission in NEW_PERMISSIONS:
                db.execute_sql(grant, (role_id, permission))

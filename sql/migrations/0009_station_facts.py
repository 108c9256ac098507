"""What an operator enters of a station: its division, kind, hours, parking, amenities, photos, and whether it is closed.

Every new column is empty or has its default in the database for what is there and for what an older program writes: such
a station is open whenever it was, and the desk says what it does not tell yet. `station_photo` is empty. Roles that could
do everything until now may edit stations; others are granted it by people.

A frozen copy, deliberately independent of backend/models; a test proves that both agree.
"""

from peewee import BigAutoField, BigIntegerField, CharField, Model, SmallIntegerField


class StationPhoto(Model):
    id = BigAutoField()
    station_id = BigIntegerField()
    place = SmallIntegerField()
    sha256 = CharField(64)
    thumb_sha256 = CharField(64)
    file_id = BigIntegerField(index=True)
    thumb_file_id = BigIntegerField(index=True)

    class Meta:
        table_name = "station_photo"
        indexes = ((("station_id", "place"), True),)


COLUMNS = (
    "division_code VARCHAR(6) NOT NULL DEFAULT ''",
    "station_type VARCHAR(24) NOT NULL DEFAULT 'public'",
    "construction VARCHAR(24)",
    "hours VARCHAR(400)",
    "site_guide VARCHAR(100) NOT NULL DEFAULT ''",
    "parking_info VARCHAR(100) NOT NULL DEFAULT ''",
    "parking_spaces INTEGER",
    "suited_cars VARCHAR(100) NOT NULL DEFAULT ''",
    "remark VARCHAR(100) NOT NULL DEFAULT ''",
    "station_phone VARCHAR(32) NOT NULL DEFAULT ''",
    "owner_no VARCHAR(9) NOT NULL DEFAULT ''",
    "amenities VARCHAR(200) NOT NULL DEFAULT ''",
    "cover VARCHAR(64) NOT NULL DEFAULT ''",
    "closed_at DATETIME(3)",
    "sort_order INTEGER NOT NULL DEFAULT 0",
    "row_version INTEGER NOT NULL DEFAULT 0",
)
NEW_PERMISSIONS = ("station.edit",)
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
    with db.bind_ctx((StationPhoto,)):
        db.create_tables((StationPhoto,), safe=False)
    for column in COLUMNS:
        db.execute_sql(f"ALTER TABLE station ADD COLUMN {column}")
    migrator.migrate(migrator.add_index("station", ("sort_order", "id")))
    held = {}
    for role_id, permission in db.execute_sql("SELECT role_id, permission FROM role_permission").fetchall():
        held.setdefault(role_id, set()).add(permission)
    grant = "INSERT INTO role_permission (role_id, permission) VALUES (?, ?)".replace("?", db.param)
    for role_id, permissions in held.items():
        if permissions.issuperset(OLD_PERMISSIONS):
            for permission in NEW_PERMISSIONS:
                db.execute_sql(grant, (role_id, permission))

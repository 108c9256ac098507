"""Exports of lists as background jobs: the job, and the parts it has written so far, so that a killed worker's goes on.

Roles that could do everything until now may export as well; others are granted it by people. An older program leaves
the tables alone.

A frozen copy, deliberately independent of backend/models; a test proves that both agree.
"""

from peewee import (
    BigAutoField,
    BigIntegerField,
    CharField,
    CompositeKey,
    DateTimeField,
    IntegerField,
    Model,
    TextField,
)


class Instant(DateTimeField):
    field_type = "DATETIME(3)"


class ExportJob(Model):
    id = BigAutoField()
    export_no = CharField(32, unique=True)
    staff_id = BigIntegerField()
    kind = CharField(24)
    format = CharField(24)
    wanted = TextField()
    state = CharField(24)
    place = CharField(64)
    parts_done = IntegerField()
    rows_done = IntegerField()
    claims = IntegerField()
    claimed_until = Instant(null=True)
    tries = IntegerField()
    fault = CharField(24, null=True)
    file_id = BigIntegerField(null=True)
    size_bytes = BigIntegerField()
    created_at = Instant()
    ended_at = Instant(null=True)
    expires_at = Instant(null=True)

    class Meta:
        table_name = "export_job"
        indexes = (
            (("staff_id", "id"), False),
            (("state", "id"), False),
            (("state", "expires_at"), False),
            (("created_at",), False),
        )


class ExportPart(Model):
    export_id = BigIntegerField()
    number = IntegerField()
    file_id = BigIntegerField()

    class Meta:
        table_name = "export_part"
        primary_key = CompositeKey("export_id", "number")


TABLES = (ExportJob, ExportPart)
NEW_PERMISSIONS = ("export.make",)
OLD_PERMISSIONS = (
    "adjustment.approve",
    "audit.read",
    "driver.freeze",
    "driver.read",
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
    with db.bind_ctx(TABLES):
        db.create_tables(TABLES, safe=False)
    held = {}
    for role_id, permission in db.execute_sql("SELECT role_id, permission FROM role_permission").fetchall():
        held.setdefault(role_id, set()).add(permission)
    grant = "INSERT INTO role_permission (role_id, permission) VALUES (?, ?)".replace("?", db.param)
    for role_id, permissions in held.items():
        if permissions.issuperset(OLD_PERMISSIONS):
            for permission in NEW_PERMISSIONS:
                db.execute_sql(grant, (role_id, permission))

"""What people decide: bills of sessions in review, whose car still hangs on a gun, what became of refused messages.

`session_record` and `session_decision`: the final record of a session that went to review is kept beside what else is
known of it, and each decision with its reason; both are empty for what is there. `plug_claim`: a car that was charged
and not unplugged is its driver's alone. `write_probe`: written to see whether the disk has room. The columns are empty for what is there; an older program leaves them so and
runs on, without guarding anybody's car. Roles that could do everything until now may do the new things as well; others
are granted them by people.

A frozen copy, deliberately independent of backend/models; a test proves that both agree.
"""

from peewee import (
    BigIntegerField,
    BooleanField,
    CharField,
    CompositeKey,
    DateTimeField,
    Model,
    SmallIntegerField,
)


class Instant(DateTimeField):
    field_type = "DATETIME(3)"


class SessionRecord(Model):
    session_id = BigIntegerField(primary_key=True)
    received_at = Instant()
    started_at = Instant()
    ended_at = Instant()
    register_start_wh = BigIntegerField()
    register_end_wh = BigIntegerField()
    stop_reason = CharField(24)
    raw_stop_code = CharField(64)
    reported_fen_e4 = BigIntegerField(null=True)

    class Meta:
        table_name = "session_record"


class SessionDecision(Model):
    session_id = BigIntegerField()
    number = SmallIntegerField()
    decision = CharField(24)
    register_start_wh = BigIntegerField(null=True)
    register_end_wh = BigIntegerField(null=True)
    energy_wh = BigIntegerField()
    before_fen = BigIntegerField(null=True)
    total_fen = BigIntegerField()
    reason = CharField(200)
    staff_id = BigIntegerField()
    decided_at = Instant()

    class Meta:
        table_name = "session_decision"
        primary_key = CompositeKey("session_id", "number")


class PlugClaim(Model):
    connector_id = BigIntegerField(primary_key=True)
    driver_id = BigIntegerField()
    session_id = BigIntegerField()
    since_at = Instant()
    until_at = Instant()

    class Meta:
        table_name = "plug_claim"


class WriteProbe(Model):
    id = SmallIntegerField(primary_key=True)
    written_at = Instant()

    class Meta:
        table_name = "write_probe"


TABLES = (SessionRecord, SessionDecision, PlugClaim, WriteProbe)
COLUMNS = (
    ("session", "is_own_car", BooleanField(null=True)),
    ("quarantine", "closed_at", Instant(null=True)),
    ("quarantine", "closed_by_id", BigIntegerField(null=True)),
    ("quarantine", "closing_note", CharField(200, null=True)),
)
NEW_PERMISSIONS = ("connector.release", "quarantine.close", "quarantine.read", "session.decide")
OLD_PERMISSIONS = ("dashboard.read", "order.read", "pile.read", "session.stop", "station.read")


def up(migrator, db):
    with db.bind_ctx(TABLES):
        db.create_tables(TABLES, safe=False)
    for table, column, field in COLUMNS:
        migrator.migrate(migrator.add_column(table, column, field))
    held = {}
    for role_id, permission in db.execute_sql("SELECT role_id, permission FROM role_permission").fetchall():
        held.setdefault(role_id, set()).add(permission)
    grant = "INSERT INTO role_permission (role_id, permission) VALUES (?, ?)".replace("?", db.param)
    for role_id, permissions in held.items():
        if permissions.issuperset(OLD_PERMISSIONS):
            for permission in NEW_PERMISSIONS:
                db.execute_sql(grant, (role_id, permission))

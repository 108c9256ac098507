"""What operators decide for themselves, and a log that shows whether somebody changed it.

`charging_policy`: the numbers of charging that are business, for the platform and for operators that differ from it;
empty means the defaults, which are what was fixed before. A session keeps those it started with: NULL, for what is
there and for what an older program starts, means the defaults. `agreement`, `agreement_acceptance`: texts in versions
and who accepted which; none is published, so nobody is asked for anything. `audit_link`, `audit_chain`: a job links all
audit rows, the old ones first, into a chain of hashes. The audit list goes by time, filtered by an index of its own;
two indexes go into longer ones. An operator can be disabled; an older program does not know that and lets it work.
Roles that could do everything until now may do the new things as well.

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
    SmallIntegerField,
    SqliteDatabase,
    TextField,
)


class Instant(DateTimeField):
    field_type = "DATETIME(3)"


class ChargingPolicy(Model):
    operator_id = BigIntegerField(primary_key=True)
    row_version = IntegerField()
    changed_at = Instant()
    min_hold_fen = BigIntegerField(null=True)
    hold_cap_fen = BigIntegerField(null=True)
    start_deadline_s = BigIntegerField(null=True)
    provisional_after_s = BigIntegerField(null=True)
    no_energy_after_s = BigIntegerField(null=True)
    longest_session_s = BigIntegerField(null=True)
    plug_claim_s = BigIntegerField(null=True)
    review_release_s = BigIntegerField(null=True)
    smallest_top_up_fen = BigIntegerField(null=True)
    largest_top_up_fen = BigIntegerField(null=True)

    class Meta:
        table_name = "charging_policy"


class Agreement(Model):
    id = BigAutoField()
    agreement_no = CharField(32, unique=True)
    operator_id = BigIntegerField()
    kind = CharField(24)
    version = IntegerField(null=True)
    title = CharField(50)
    text = TextField()
    note = CharField(500)
    row_version = IntegerField()
    created_at = Instant()
    published_at = Instant(null=True)
    published_by_id = BigIntegerField(null=True)

    class Meta:
        table_name = "agreement"
        indexes = ((("operator_id", "kind", "version"), True),)


class AgreementAcceptance(Model):
    driver_id = BigIntegerField()
    agreement_id = BigIntegerField()
    accepted_at = Instant()

    class Meta:
        table_name = "agreement_acceptance"
        primary_key = CompositeKey("driver_id", "agreement_id")


class AuditLink(Model):
    number = BigIntegerField(primary_key=True)
    audit_id = BigIntegerField(unique=True)
    hash = CharField(64)
    linked_at = Instant()

    class Meta:
        table_name = "audit_link"


class AuditChain(Model):
    id = SmallIntegerField(primary_key=True)
    number = BigIntegerField()
    hash = CharField(64)
    settled_id = BigIntegerField()
    before_id = BigIntegerField()

    class Meta:
        table_name = "audit_chain"


TABLES = (ChargingPolicy, Agreement, AgreementAcceptance, AuditLink, AuditChain)
TERMS = (
    "start_deadline_s",
    "provisional_after_s",
    "no_energy_after_s",
    "longest_session_s",
    "plug_claim_s",
    "review_release_s",
)
NEW_INDEXES = (
    ("object_kind", "object_no", "at"),
    ("operator_id", "actor_kind", "at"),
    ("actor_kind", "actor_id", "at"),
    ("action", "at"),
)
OLD_INDEXES = ("auditrow_object_kind_object_no", "auditrow_operator_id_id")
NEW_PERMISSIONS = (
    "agreement.edit",
    "audit.read",
    "login_log.read",
    "operator.edit",
    "operator.read",
    "policy.edit",
    "policy.read",
)
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
    flag = "INTEGER" if isinstance(db, SqliteDatabase) else "BOOL"
    db.execute_sql("ALTER TABLE operator ADD COLUMN service_hours VARCHAR(50) NOT NULL DEFAULT ''")
    db.execute_sql(f"ALTER TABLE operator ADD COLUMN is_enabled {flag} NOT NULL DEFAULT 1")
    db.execute_sql("ALTER TABLE operator ADD COLUMN row_version INTEGER NOT NULL DEFAULT 0")
    for column in TERMS:
        migrator.migrate(migrator.add_column("session", column, IntegerField(null=True)))
    for columns in NEW_INDEXES:
        migrator.migrate(migrator.add_index("audit_row", columns))
    for name in OLD_INDEXES:
        migrator.migrate(migrator.drop_index("audit_row", name))
    held = {}
    for role_id, permission in db.execute_sql("SELECT role_id, permission FROM role_permission").fetchall():
        held.setdefault(role_id, set()).add(permission)
    grant = "INSERT INTO role_permission (role_id, permission) VALUES (?, ?)".replace("?", db.param)
    for role_id, permissions in held.items():
        if permissions.issuperset(OLD_PERMISSIONS):
            for permission in NEW_PERMISSIONS:
                db.execute_sql(grant, (role_id, permission))

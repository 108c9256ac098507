"""Piles are made and looked after by people: edits, service, secrets that the broker has taken, labels, test charges.

`pile`: `row_version` counts edits; `out_of_service_*` is what staff say, apart from what the pile reports;
`secret_issued_at` is when an installer was shown a secret (piles of before had theirs at once), `secret_version` the
count of `broker_accounts` at its last change. `connector`: the same of one gun. `retired_qr_token`: stickers that were
replaced still say so. `broker_accounts` counts changes of what the broker must know; `broker_node` is what each
program beside a broker has handed over; `pile_contact` is what the broker tells of a pile before it speaks.
An index finds a pile's
quarantined messages. `session.is_test` and `charge_order.is_test`: charges by staff that nobody pays; NULL is no test. An older program
leaves all of these as they are. Roles that could do everything until now may do the new things as well.

A frozen copy, deliberately independent of backend/models; a test proves that both agree.
"""

from peewee import (
    BigIntegerField,
    BooleanField,
    CharField,
    DateTimeField,
    IntegerField,
    Model,
    SmallIntegerField,
)


class Instant(DateTimeField):
    field_type = "DATETIME(3)"


class RetiredQrToken(Model):
    qr_token = CharField(16, primary_key=True)
    connector_id = BigIntegerField(index=True)
    retired_at = Instant()

    class Meta:
        table_name = "retired_qr_token"


class BrokerAccounts(Model):
    id = SmallIntegerField(primary_key=True)
    version = BigIntegerField()

    class Meta:
        table_name = "broker_accounts"


class BrokerNode(Model):
    name = CharField(64, primary_key=True)
    seen_at = Instant()
    taken_version = BigIntegerField()
    taken_at = Instant(null=True)
    problem = CharField(24)
    refusals = IntegerField()
    refused_at = Instant(null=True)

    class Meta:
        table_name = "broker_node"


class PileContact(Model):
    pile_id = BigIntegerField(primary_key=True)
    connected_at = Instant(null=True)
    refused_at = Instant(null=True)
    refusal = CharField(24, null=True)

    class Meta:
        table_name = "pile_contact"


TABLES = (RetiredQrToken, BrokerAccounts, BrokerNode, PileContact)
COLUMNS = (
    ("pile", "out_of_service_at", Instant(null=True)),
    ("pile", "out_of_service_reason", CharField(200, null=True)),
    ("pile", "retired_at", Instant(null=True)),
    ("pile", "secret_issued_at", Instant(null=True)),
    ("pile", "secret_version", BigIntegerField(null=True)),
    ("connector", "out_of_service_at", Instant(null=True)),
    ("connector", "out_of_service_reason", CharField(200, null=True)),
    ("session", "is_test", BooleanField(null=True)),
    ("charge_order", "is_test", BooleanField(null=True)),
)
NEW_PERMISSIONS = ("pile.edit", "pile.label", "pile.secret", "pile.service", "pile.test")
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
    for table, column, field in COLUMNS:
        migrator.migrate(migrator.add_column(table, column, field))
    migrator.migrate(migrator.add_index("quarantine", ("pile_no", "received_at")))
    db.execute_sql("ALTER TABLE pile ADD COLUMN row_version INTEGER NOT NULL DEFAULT 0")
    db.execute_sql("UPDATE pile SET secret_issued_at = created_at")
    held = {}
    for role_id, permission in db.execute_sql("SELECT role_id, permission FROM role_permission").fetchall():
        held.setdefault(role_id, set()).add(permission)
    grant = "INSERT INTO role_permission (role_id, permission) VALUES (?, ?)".replace("?", db.param)
    for role_id, permissions in held.items():
        if permissions.issuperset(OLD_PERMISSIONS):
            for permission in NEW_PERMISSIONS:
                db.execute_sql(grant, (role_id, permission))

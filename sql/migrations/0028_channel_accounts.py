"""Operators' own accounts at payment channels, and which of them a payment went to: none, the platform's, until now.

An older program takes a prepayment at such an operator's piles at the platform's account. One that went to an operator's
account it cannot ask about: roll back when none of them is open, and no refund of them on its way. It does not know the
ledger's account for that money either, so that the postings of such orders cannot be shown. Roles that could do everything
until now may see and edit accounts as well; others are granted it by people.

A frozen copy, deliberately independent of backend/models; a test proves that both agree.
"""

from peewee import (
    BigAutoField,
    BigIntegerField,
    BooleanField,
    CharField,
    DateField,
    DateTimeField,
    IntegerField,
    Model,
    TextField,
)


class Instant(DateTimeField):
    field_type = "DATETIME(3)"


class ChannelAccount(Model):
    id = BigAutoField()
    account_no = CharField(32, unique=True)
    operator_id = BigIntegerField()
    channel = CharField(24)
    mode = CharField(24)
    name = CharField(60)
    is_enabled = BooleanField()
    merchant_no = CharField(32)
    application_no = CharField(32)
    sub_merchant_no = CharField(32)
    key_serial = CharField(64)
    proof_key_no = CharField(64)
    proof_key = TextField()
    earlier_proof_key_no = CharField(64)
    earlier_proof_key = TextField()
    uses_certificates = BooleanField()
    private_key = TextField()
    api_key = TextField()
    earlier_api_key = TextField()
    both_until = Instant(null=True)
    expires_on = DateField(null=True)
    created_at = Instant()
    row_version = IntegerField()

    class Meta:
        table_name = "channel_account"
        indexes = ((("operator_id", "channel"), False),)


TABLES = (ChannelAccount,)
NEW_PERMISSIONS = ("channel_account.read", "channel_account.edit")
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
    db.execute_sql(f"ALTER TABLE payment ADD COLUMN channel_account_id {kind} NULL")
    held = {}
    for role_id, permission in db.execute_sql("SELECT role_id, permission FROM role_permission").fetchall():
        held.setdefault(role_id, set()).add(permission)
    grant = "INSERT INTO role_permission (role_id, permission) VALUES (?, ?)".replace("?", db.param)
    for role_id, permissions in held.items():
        if permissions.issuperset(OLD_PERMISSIONS):
            for permission in NEW_PERMISSIONS:
                db.execute_sql(grant, (role_id, permission))

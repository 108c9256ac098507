"""Staff and roles are entered by people: one-time passwords, a second factor, log-ins that can be looked at and ended.

`login_record`: every try to log in, also those of nobody. `second_factor` and `backup_code`: what staff prove
themselves by besides a password; the secret in there is sealed with a key that the database does not have.
`begin_link`: how an empty system gets its first administrator. A token remembers where it was given and last used;
`is_limited` lets its owner do nothing but what they owe (a password of their own, a second factor). `row_version`
tells the second of two editors. Staff who are gone (`deleted_at`) stay as rows without a name.

All columns have defaults: an older program writes on, without telling where from, and lets nobody in less than before.
Roles that could do everything until now may do the new things as well, so that whoever ran the desk still does.

A frozen copy, deliberately independent of backend/models; a test proves that both agree.
"""

from peewee import (
    BigAutoField,
    BigIntegerField,
    CharField,
    DateTimeField,
    Model,
    SmallIntegerField,
    SqliteDatabase,
)


class Instant(DateTimeField):
    field_type = "DATETIME(3)"


class LoginRecord(Model):
    id = BigAutoField()
    at = Instant(index=True)
    account = CharField(50)
    staff_id = BigIntegerField(null=True)
    operator_id = BigIntegerField(null=True)
    ip = CharField(45)
    user_agent = CharField(200)
    outcome = CharField(24)

    class Meta:
        table_name = "login_record"
        indexes = ((("operator_id", "at"), False), (("staff_id", "at"), False))


class SecondFactor(Model):
    staff_id = BigIntegerField(primary_key=True)
    sealed_secret = CharField(200)
    last_step = BigIntegerField()
    created_at = Instant()
    confirmed_at = Instant(null=True)

    class Meta:
        table_name = "second_factor"


class BackupCode(Model):
    id = BigAutoField()
    staff_id = BigIntegerField(index=True)
    code_hash = CharField(64)
    used_at = Instant(null=True)

    class Meta:
        table_name = "backup_code"


class BeginLink(Model):
    id = SmallIntegerField(primary_key=True)
    token_hash = CharField(64)
    created_at = Instant()
    expires_at = Instant()

    class Meta:
        table_name = "begin_link"


TABLES = (LoginRecord, SecondFactor, BackupCode, BeginLink)
TEXTS = (("auth_token", "ip", 45), ("auth_token", "user_agent", 200), ("staff", "last_login_ip", 45))
INSTANTS = (("auth_token", "last_seen_at"), ("staff", "deleted_at"))
FLAGS = (("auth_token", "is_limited"), ("staff", "must_change_password"), ("role", "needs_second_factor"))
VERSIONS = (("staff", "row_version"), ("role", "row_version"))
NEW_PERMISSIONS = ("role.edit", "staff.edit", "staff.read")
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
    columns = [
        *((table, column, f"VARCHAR({length}) NOT NULL DEFAULT ''") for table, column, length in TEXTS),
        *((table, column, f"{flag} NOT NULL DEFAULT 0") for table, column in FLAGS),
        *((table, column, "INTEGER NOT NULL DEFAULT 0") for table, column in VERSIONS),
    ]
    for table, column, kind in columns:
        db.execute_sql(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")
    for table, column in INSTANTS:
        migrator.migrate(migrator.add_column(table, column, Instant(null=True)))
    held = {}
    for role_id, permission in db.execute_sql("SELECT role_id, permission FROM role_permission").fetchall():
        held.setdefault(role_id, set()).add(permission)
    grant = "INSERT INTO role_permission (role_id, permission) VALUES (?, ?)".replace("?", db.param)
    for role_id, permissions in held.items():
        if permissions.issuperset(OLD_PERMISSIONS):
            for permission in NEW_PERMISSIONS:
                db.execute_sql(grant, (role_id, permission))

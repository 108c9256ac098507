"""Prices that differ by month and kind of day: day plans of a tariff version, and the calendar that tells holidays.

`tariff_plan`, `tariff_plan_price`, `tariff_plan_day`, `tariff_plan_period`: a version of several plans. A version of
one plan keeps its periods in `tariff_period`, where older programs read them; one of several has none there, so that
they refuse it instead of pricing every day alike. `holiday`, `holiday_revision`: the calendar, only ever added to.
`session.calendar_revision`: the calendar a session is priced by; empty for what is there, which has one plan.
`row_version`, `retired_at`, `withdrawn_at`: tariffs are edited by people now, who ask where one is used (the indexes).
Roles that could do everything until now may do the new things as well.

A frozen copy, deliberately independent of backend/models; a test proves that both agree.
"""

from peewee import (
    BigIntegerField,
    CharField,
    CompositeKey,
    DateField,
    DateTimeField,
    Model,
    SmallIntegerField,
)


class Instant(DateTimeField):
    field_type = "DATETIME(3)"


class TariffPlan(Model):
    tariff_version_id = BigIntegerField()
    plan_no = SmallIntegerField()
    name = CharField(30)

    class Meta:
        table_name = "tariff_plan"
        primary_key = CompositeKey("tariff_version_id", "plan_no")


class TariffPlanPrice(Model):
    tariff_version_id = BigIntegerField()
    plan_no = SmallIntegerField()
    rate_band = CharField(24)
    electricity_e5 = BigIntegerField()
    service_e5 = BigIntegerField()

    class Meta:
        table_name = "tariff_plan_price"
        primary_key = CompositeKey("tariff_version_id", "plan_no", "rate_band")


class TariffPlanDay(Model):
    tariff_version_id = BigIntegerField()
    plan_no = SmallIntegerField()
    month = SmallIntegerField()
    day_kind = CharField(24)

    class Meta:
        table_name = "tariff_plan_day"
        primary_key = CompositeKey("tariff_version_id", "plan_no", "month", "day_kind")


class TariffPlanPeriod(Model):
    tariff_version_id = BigIntegerField()
    plan_no = SmallIntegerField()
    start_slot = SmallIntegerField()
    end_slot = SmallIntegerField()
    rate_band = CharField(24)
    electricity_e5 = BigIntegerField()
    service_e5 = BigIntegerField()

    class Meta:
        table_name = "tariff_plan_period"
        primary_key = CompositeKey("tariff_version_id", "plan_no", "start_slot")


class HolidayRevision(Model):
    revision = BigIntegerField(primary_key=True)
    made_at = Instant()
    staff_id = BigIntegerField(null=True)
    reason = CharField(200)

    class Meta:
        table_name = "holiday_revision"


class Holiday(Model):
    local_date = DateField()
    revision = BigIntegerField()
    day_kind = CharField(24, null=True)
    name = CharField(30)

    class Meta:
        table_name = "holiday"
        primary_key = CompositeKey("local_date", "revision")


TABLES = (TariffPlan, TariffPlanPrice, TariffPlanDay, TariffPlanPeriod, HolidayRevision, Holiday)
COUNTED = ("tariff", "tariff_version")
EMPTY = (
    ("tariff", "retired_at", Instant(null=True)),
    ("tariff_version", "withdrawn_at", Instant(null=True)),
    ("session", "calendar_revision", BigIntegerField(null=True)),
)
USERS = ("station", "pile")
NEW_PERMISSIONS = ("tariff.read", "tariff.edit", "tariff.publish")
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
    for table in COUNTED:
        db.execute_sql(f"ALTER TABLE {table} ADD COLUMN row_version INTEGER NOT NULL DEFAULT 0")
    for table, column, field in EMPTY:
        migrator.migrate(migrator.add_column(table, column, field))
    for table in USERS:
        migrator.migrate(migrator.add_index(table, ("tariff_id",)))
    held = {}
    for role_id, permission in db.execute_sql("SELECT role_id, permission FROM role_permission").fetchall():
        held.setdefault(role_id, set()).add(permission)
    grant = "INSERT INTO role_permission (role_id, permission) VALUES (?, ?)".replace("?", db.param)
    for role_id, permissions in held.items():
        if permissions.issuperset(OLD_PERMISSIONS):
            for permission in NEW_PERMISSIONS:
                db.execute_sql(grant, (role_id, permission))

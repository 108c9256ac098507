"""Tariffs (计费模型): versions are never edited once published; a session keeps the version it started with."""

from peewee import BigAutoField, CharField, CompositeKey, IntegerField, SmallIntegerField

from backend.domain.holiday_calendar import DayKind
from backend.domain.tariff import RateBand
from backend.models.engine.database import Row
from backend.models.engine.fields import (
    big_int,
    big_int_or_none,
    enum,
    number,
    row_ref,
    utc_time,
    utc_time_or_none,
)


class Tariff(Row):
    id = BigAutoField()
    tariff_no = number(unique=True)
    operator_id = row_ref(index=True)
    name = CharField(max_length=100)
    row_version = IntegerField(default=0)
    # no station or pile may use it any more
    retired_at = utc_time_or_none()
    created_at = utc_time()


class TariffVersion(Row):
    """A draft until `published_at`; withdrawn before it was in force, it is neither and stays as it was."""

    id = BigAutoField()
    tariff_id = row_ref()
    version = IntegerField()
    effective_from = utc_time()
    published_at = utc_time_or_none()
    withdrawn_at = utc_time_or_none()
    # idle fee, all three or none: NULL means that a car may stay for nothing
    idle_free_minutes = IntegerField(null=True)
    idle_minute_fen = big_int_or_none()
    idle_day_cap_fen = big_int_or_none()
    row_version = IntegerField(default=0)
    created_at = utc_time()

    class Meta:
        indexes = ((("tariff_id", "version"), True), (("tariff_id", "effective_from"), False))


class TariffPeriod(Row):
    """A slice of the local day in half-hour slots, end exclusive, of the only plan of a version; prices in 1e-5 yuan."""

    tariff_version_id = row_ref()
    start_slot = SmallIntegerField()
    end_slot = SmallIntegerField()
    rate_band = enum(RateBand)
    electricity_e5 = big_int()
    service_e5 = big_int()

    class Meta:
        primary_key = CompositeKey("tariff_version_id", "start_slot")


class TariffPlan(Row):
    """A day plan (日方案) of a version; versions from before there were plans have none."""

    tariff_version_id = row_ref()
    plan_no = SmallIntegerField()
    name = CharField(max_length=30)

    class Meta:
        primary_key = CompositeKey("tariff_version_id", "plan_no")


class TariffPlanPrice(Row):
    """What a plan's half-hours of one band cost where nothing else is said; for whoever edits, nothing is priced by it."""

    tariff_version_id = row_ref()
    plan_no = SmallIntegerField()
    rate_band = enum(RateBand)
    electricity_e5 = big_int()
    service_e5 = big_int()

    class Meta:
        primary_key = CompositeKey("tariff_version_id", "plan_no", "rate_band")


class TariffPlanDay(Row):
    """A kind of day in a month that a plan is for; the only plan of a version is for every day and has none."""

    tariff_version_id = row_ref()
    plan_no = SmallIntegerField()
    month = SmallIntegerField()
    day_kind = enum(DayKind)

    class Meta:
        primary_key = CompositeKey("tariff_version_id", "plan_no", "month", "day_kind")


class TariffPlanPeriod(Row):
    """As TariffPeriod, of one of several plans."""

    tariff_version_id = row_ref()
    plan_no = SmallIntegerField()
    start_slot = SmallIntegerField()
    end_slot = SmallIntegerField()
    rate_band = enum(RateBand)
    electricity_e5 = big_int()
    service_e5 = big_int()

    class Meta:
        primary_key = CompositeKey("tariff_version_id", "plan_no", "start_slot")

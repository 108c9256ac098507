"""Tariffs (计费模型): versions are never edited once published; a session keeps the version it started with."""

from peewee import BigAutoField, CharField, CompositeKey, IntegerField, SmallIntegerField

from backend.domain.tariff import RateBand
from backend.models.engine.database import Row
from backend.models.engine.fields import big_int, enum, number, row_ref, utc_time, utc_time_or_none


class Tariff(Row):
    id = BigAutoField()
    tariff_no = number(unique=True)
    operator_id = row_ref(index=True)
    name = CharField(max_length=100)
    created_at = utc_time()


class TariffVersion(Row):
    id = BigAutoField()
    tariff_id = row_ref()
    version = IntegerField()
    effective_from = utc_time()
    published_at = utc_time_or_none()
    created_at = utc_time()

    class Meta:
        indexes = ((("tariff_id", "version"), True), (("tariff_id", "effective_from"), False))


class TariffPeriod(Row):
    """A slice of the local day in half-hour slots, end exclusive; prices in 1e-5 yuan per kWh."""

    tariff_version_id = row_ref()
    start_slot = SmallIntegerField()
    end_slot = SmallIntegerField()
    rate_band = enum(RateBand)
    electricity_e5 = big_int()
    service_e5 = big_int()

    class Meta:
        primary_key = CompositeKey("tariff_version_id", "start_slot")

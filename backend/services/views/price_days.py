"""What energy costs on a local date: the day plan that is for it, and why it is that one."""

from datetime import date

import msgspec

from backend.domain.holiday_calendar import DayKind
from backend.domain.tariff import DayPlan, RateBand, TariffVersion


class DayPeriod(msgspec.Struct, frozen=True, kw_only=True):
    """Half-hours [start_slot, end_slot) of the station's day; prices in 1e-5 yuan per kWh."""

    start_slot: int
    end_slot: int
    rate_band: RateBand
    electricity_e5: int
    service_e5: int
    total_e5: int


class PriceDay(msgspec.Struct, frozen=True, kw_only=True):
    """`day_name` is what the calendar calls the date, `plan_name` what the plan is called; empty where nobody says."""

    local_date: date
    day_kind: DayKind
    day_name: str
    plan_name: str
    periods: tuple[DayPeriod, ...]


def price_day(version: TariffVersion, day: date) -> PriceDay:
    """The prices of a version on a local date."""
    plan = version.plan_on(day)
    return PriceDay(
        local_date=day,
        day_kind=version.calendar.kind_of(day),
        day_name=version.calendar.names.get(day, ""),
        plan_name=plan.name,
        periods=view_periods(plan),
    )


def view_periods(plan: DayPlan) -> tuple[DayPeriod, ...]:
    """The periods of a plan."""
    return tuple(
        DayPeriod(
            start_slot=period.start_slot,
            end_slot=period.end_slot,
            rate_band=period.rate_band,
            electricity_e5=period.electricity_e5,
            service_e5=period.service_e5,
            total_e5=period.total_e5,
        )
        for period in plan.periods
    )

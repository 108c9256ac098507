"""The demo's prices, after Jiangsu's: time of use, with a summer of its own and cheap noons on holidays."""

from datetime import datetime
from typing import Final

from backend.domain.holiday_calendar import DayKind
from backend.domain.tariff import EVERY_DAY, DayPlan, RateBand, TariffPeriod
from backend.domain.units import PriceE5
from backend.models import Holiday, HolidayRevision
from backend.services.ground.roll_ups import PLATFORM_ZONE
from backend.services.tariffs.calendars import NamedDay
from backend.services.tariffs.known_holidays import holidays_of, known_years

Hours = tuple[tuple[int, int, RateBand], ...]

ELECTRICITY: Final = {
    RateBand.SHARP: "1.3362",
    RateBand.PEAK: "1.1147",
    RateBand.FLAT: "0.6483",
    RateBand.VALLEY: "0.2717",
    RateBand.DEEP_VALLEY: "0.1902",
}
FAST_SERVICE: Final = {
    RateBand.SHARP: "0.5000",
    RateBand.PEAK: "0.4500",
    RateBand.FLAT: "0.4000",
    RateBand.VALLEY: "0.3500",
    RateBand.DEEP_VALLEY: "0.3500",
}
SLOW_SERVICE: Final = {
    RateBand.SHARP: "0.3500",
    RateBand.PEAK: "0.3000",
    RateBand.FLAT: "0.2500",
    RateBand.VALLEY: "0.2000",
}
USUAL: Final[Hours] = (
    (0, 8, RateBand.VALLEY),
    (8, 9, RateBand.PEAK),
    (9, 11, RateBand.SHARP),
    (11, 17, RateBand.FLAT),
    (17, 18, RateBand.PEAK),
    (18, 20, RateBand.SHARP),
    (20, 22, RateBand.PEAK),
    (22, 24, RateBand.FLAT),
)
SUMMER: Final[Hours] = (
    (0, 8, RateBand.VALLEY),
    (8, 10, RateBand.FLAT),
    (10, 14, RateBand.PEAK),
    (14, 16, RateBand.SHARP),
    (16, 20, RateBand.PEAK),
    (20, 22, RateBand.SHARP),
    (22, 24, RateBand.FLAT),
)
"""When everybody cools."""
FESTIVE: Final[Hours] = (
    (0, 8, RateBand.VALLEY),
    (8, 11, RateBand.FLAT),
    (11, 15, RateBand.DEEP_VALLEY),
    (15, 17, RateBand.FLAT),
    (17, 22, RateBand.PEAK),
    (22, 24, RateBand.FLAT),
)
"""When factories stand still and the sun shines."""
SUMMER_MONTHS: Final = (7, 8)


def seed_calendar(now: datetime) -> None:
    """The holidays to come, as far as they are known; New Year is one every year."""
    today = now.astimezone(PLATFORM_ZONE).date()
    new_year = today.replace(year=today.year + 1, month=1, day=1)
    days = {new_year: NamedDay(new_year, DayKind.HOLIDAY, "元旦")}
    days |= {
        day.local_date: day for year in known_years() for day in holidays_of(year) if day.local_date >= today
    }
    HolidayRevision.create(revision=1, made_at=now, staff_id=None, reason="演示数据")
    for day in days.values():
        Holiday.create(local_date=day.local_date, revision=1, day_kind=day.day_kind, name=day.name)


def _yuan(price: str) -> PriceE5:
    """`"0.6838"` yuan per kWh as 1e-5 yuan."""
    whole, _, part = price.partition(".")
    return PriceE5(int(whole) * 100_000 + int(part.ljust(5, "0")))


def _periods(hours: Hours, service: dict[RateBand, str]) -> tuple[TariffPeriod, ...]:
    return tuple(
        TariffPeriod(
            start_slot=2 * start,
            end_slot=2 * end,
            rate_band=band,
            electricity_e5=_yuan(ELECTRICITY[band]),
            service_e5=_yuan(service[band]),
        )
        for start, end, band in hours
    )


def _fast_plans() -> tuple[DayPlan, ...]:
    festive = frozenset(day for day in EVERY_DAY if day.kind is DayKind.HOLIDAY)
    summer = frozenset(day for day in EVERY_DAY - festive if day.month in SUMMER_MONTHS)
    told = (
        ("平日", USUAL, EVERY_DAY - festive - summer),
        ("夏季", SUMMER, summer),
        ("节假日", FESTIVE, festive),
    )
    return tuple(
        DayPlan(plan_no=place, name=name, periods=_periods(hours, FAST_SERVICE), days=days)
        for place, (name, hours, days) in enumerate(told, 1)
    )


FAST_TARIFF: Final = ("快充分时电价", _periods(USUAL, FAST_SERVICE))
FAST_PLANS: Final = _fast_plans()
SLOW_TARIFF: Final = ("慢充分时电价", _periods(USUAL, SLOW_SERVICE))

"""When it was charged: the hours of a week, and the usual workday and day off by the kept holiday calendar.

A month keeps its hours by weekday; of a day that is not what its weekday says the own hours are read besides.
"""

from collections import Counter, defaultdict
from datetime import date, datetime
from typing import Final

import msgspec

from backend.domain.actor import Actor
from backend.domain.fact import FactFamily, FactGrain, Span
from backend.domain.holiday_calendar import NO_HOLIDAYS, DayKind, HolidayCalendar
from backend.models.engine.database import reading
from backend.services.ground.roll_ups import PLATFORM_ZONE
from backend.services.tariffs.calendars import find_revision, get_calendar
from backend.services.views.analysis.cut import Chosen, Cut, cut_of
from backend.services.views.analysis.fact_sums import NOTHING, Counted, Sums, add, read_facts, read_spans
from backend.services.views.analysis.freshness import Freshness, look_how_fresh
from backend.services.views.analysis.ranges import DAY, DayRange, check_range

WEEKDAYS: Final = range(1, 8)
HOURS: Final = range(24)
_WORKED: Final = range(1, 6)


class HourCell(msgspec.Struct, frozen=True, kw_only=True):
    """An hour of a weekday, 1 is Monday."""

    weekday: int
    hour: int
    sums: Sums


class WeekdayCount(msgspec.Struct, frozen=True, kw_only=True):
    weekday: int
    days: int


class HourProfile(msgspec.Struct, frozen=True, kw_only=True):
    hour: int
    workday: Sums
    day_off: Sums


class Hours(Freshness, frozen=True, kw_only=True):
    """`days` and `workdays`, `days_off` are how many of the range have come, today among them: what a mean is over."""

    cells: tuple[HourCell, ...]
    days: tuple[WeekdayCount, ...]
    profile: tuple[HourProfile, ...]
    workdays: int
    days_off: int


@reading
def get_hours(*, staff: Actor, chosen: Chosen, from_date: date, to_date: date, now: datetime) -> Hours:
    """Sums by hour. Raises UnfitInput, OperatorNotFound, StationNotFound."""
    wanted = check_range(from_date, to_date)
    cut = cut_of(staff, chosen)
    calendar = get_calendar(find_revision())
    counted = {value: sums for (value,), sums in read_facts(cut, FactFamily.HOUR, wanted).items()}
    odd = _odd_days(calendar, wanted)
    work, off = _profiles(counted, _read_odd(cut, odd))
    days = _days_that_came(wanted, now)
    worked = sum(1 for day in days if calendar.kind_of(day) is DayKind.WORKDAY)
    weekdays = Counter(day.isoweekday() for day in days)
    fresh = look_how_fresh(now)
    return Hours(
        as_of=fresh.as_of,
        is_behind=fresh.is_behind,
        cells=tuple(
            HourCell(weekday=weekday, hour=hour, sums=Sums.of(counted.get(f"{weekday}-{hour:02d}", NOTHING)))
            for weekday in WEEKDAYS
            for hour in HOURS
        ),
        days=tuple(WeekdayCount(weekday=weekday, days=weekdays[weekday]) for weekday in WEEKDAYS),
        profile=tuple(
            HourProfile(hour=hour, workday=Sums.of(work[hour]), day_off=Sums.of(off[hour])) for hour in HOURS
        ),
        workdays=worked,
        days_off=len(days) - worked,
    )


def _odd_days(calendar: HolidayCalendar, wanted: DayRange) -> list[date]:
    """Holidays on weekdays, and weekends that are worked on."""
    within = (day for day in calendar.days if wanted.from_date <= day <= wanted.to_date)
    return sorted(day for day in within if _is_worked(calendar, day) != _is_worked(NO_HOLIDAYS, day))


def _read_odd(cut: Cut, days: list[date]) -> dict[tuple[bool, int], Counted]:
    """Their hours, by whether their weekday is a workday's."""
    found: dict[tuple[bool, int], Counted] = defaultdict(lambda: NOTHING)
    for value, sums in _values_of(cut, days):
        key = (_is_workday_value(value), int(value[-2:]))
        found[key] = add(found[key], sums)
    return found


def _values_of(cut: Cut, days: list[date]) -> list[tuple[str, Counted]]:
    spans = [Span(FactGrain.DAY, first, last) for first, last in _runs(days)]
    rows = read_spans(cut, FactFamily.HOUR, spans, by=("value",))
    return [(value, sums) for (value,), sums in rows.items()]


def _runs(days: list[date]) -> list[tuple[date, date]]:
    """Days that follow one another, as their first and last."""
    runs: list[tuple[date, date]] = []
    for day in days:
        if runs and day - runs[-1][1] == DAY:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs


def _profiles(
    counted: dict[str, Counted], odd: dict[tuple[bool, int], Counted]
) -> tuple[dict[int, Counted], dict[int, Counted]]:
    by_weekday: dict[tuple[bool, int], Counted] = defaultdict(lambda: NOTHING)
    for value, sums in counted.items():
        key = (_is_workday_value(value), int(value[-2:]))
        by_weekday[key] = add(by_weekday[key], sums)
    work, off = {}, {}
    for hour in HOURS:
        to_off, to_work = odd.get((True, hour), NOTHING), odd.get((False, hour), NOTHING)
        work[hour] = add(_take(by_weekday[True, hour], to_off), to_work)
        off[hour] = add(_take(by_weekday[False, hour], to_work), to_off)
    return work, off


def _take(left: Counted, right: Counted) -> Counted:
    return Counted(*(a - b for a, b in zip(left, right, strict=True)))


def _is_worked(calendar: HolidayCalendar, day: date) -> bool:
    return calendar.kind_of(day) is DayKind.WORKDAY


def _is_workday_value(value: str) -> bool:
    return int(value[0]) in _WORKED


def _days_that_came(wanted: DayRange, now: datetime) -> list[date]:
    last = min(wanted.to_date, now.astimezone(PLATFORM_ZONE).date())
    return [wanted.from_date + i * DAY for i in range((last - wanted.from_date).days + 1)]

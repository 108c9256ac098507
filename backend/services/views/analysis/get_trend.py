"""How sums went over a range, step by step: hours, days, weeks from Monday, calendar months; the ends may be cut."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

import msgspec

from backend.domain.actor import Actor
from backend.domain.fact import FactFamily, first_of_month
from backend.models.engine.database import reading
from backend.services.ground.roll_ups import PLATFORM_ZONE
from backend.services.views.analysis.cut import Chosen, Cut, cut_of
from backend.services.views.analysis.fact_sums import (
    NOTHING,
    Counted,
    Sums,
    add,
    read_days,
    read_facts,
    sum_all,
)
from backend.services.views.analysis.freshness import Freshness, look_how_fresh
from backend.services.views.analysis.guns import Guns, count_by_day, list_guns, seconds_of
from backend.services.views.analysis.ranges import (
    MOST_DAYS,
    MOST_DAYS_BY_HOUR,
    Compare,
    DayRange,
    check_range,
    compared_range,
)

HOURS: Final = 24
HOUR_S: Final = 3_600


class TrendGrain(StrEnum):
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class TrendPoint(msgspec.Struct, frozen=True, kw_only=True):
    """A step: its first day in the range, its hour where steps are hours; `sums` are None in the future.

    `available_s` is how long guns could have charged; `duration_s` over it is the utilisation.
    """

    start: date
    hour: int | None
    sums: Sums | None
    available_s: int


class ComparedTrend(msgspec.Struct, frozen=True, kw_only=True):
    from_date: date
    to_date: date
    points: tuple[TrendPoint, ...]
    total: Sums
    available_s: int


class Trend(Freshness, frozen=True, kw_only=True):
    points: tuple[TrendPoint, ...]
    total: Sums
    available_s: int
    compared: ComparedTrend | None


_Key = tuple[date, int | None]


@reading
def get_trend(
    *,
    staff: Actor,
    chosen: Chosen,
    from_date: date,
    to_date: date,
    compare: Compare | None,
    grain: TrendGrain,
    now: datetime,
) -> Trend:
    """Every step of the range, zeros where nothing was. Raises UnfitInput, OperatorNotFound, StationNotFound."""
    most_days = MOST_DAYS_BY_HOUR if grain is TrendGrain.HOUR else MOST_DAYS
    wanted = check_range(from_date, to_date, most_days=most_days)
    cut = cut_of(staff, chosen)
    guns = list_guns(cut)
    other = compared_range(wanted, compare)
    main = _trend(cut, wanted, grain, guns, now)
    fresh = look_how_fresh(now)
    return Trend(
        as_of=fresh.as_of,
        is_behind=fresh.is_behind,
        points=main.points,
        total=main.total,
        available_s=main.available_s,
        compared=None if other is None else _trend(cut, other, grain, guns, now),
    )


def _trend(cut: Cut, wanted: DayRange, grain: TrendGrain, guns: list[Guns], now: datetime) -> ComparedTrend:
    counted = _read(cut, wanted, grain)
    available = _available(guns, wanted, grain, now)
    local = now.astimezone(PLATFORM_ZONE)
    points = []
    for (start, hour), available_s in available.items():
        is_future = (start, hour or 0) > (local.date(), HOURS if hour is None else local.hour)
        sums = None if is_future else Sums.of(counted.get((start, hour), NOTHING))
        points.append(TrendPoint(start=start, hour=hour, sums=sums, available_s=available_s))
    return ComparedTrend(
        from_date=wanted.from_date,
        to_date=wanted.to_date,
        points=tuple(points),
        total=Sums.of(sum_all(counted.values())),
        available_s=sum(available.values()),
    )


def _read(cut: Cut, wanted: DayRange, grain: TrendGrain) -> dict[_Key, Counted]:
    found: dict[_Key, Counted] = defaultdict(lambda: NOTHING)
    if grain is TrendGrain.HOUR:
        for (day, value), counted in read_days(
            cut, FactFamily.HOUR, wanted, by=("local_date", "value")
        ).items():
            found[day, int(value[-2:])] = counted
        return found
    read = read_facts if grain is TrendGrain.MONTH else read_days
    for (day,), counted in read(cut, FactFamily.DAY, wanted, by=("local_date",)).items():
        key = (_start_of(day, wanted, grain), None)
        found[key] = add(found[key], counted)
    return found


def _available(guns: list[Guns], wanted: DayRange, grain: TrendGrain, now: datetime) -> dict[_Key, int]:
    """Of every step of the range, in order."""
    found: dict[_Key, int] = defaultdict(int)
    for day, count in count_by_day(guns, wanted).items():
        over_s = seconds_of(day, now)
        if grain is TrendGrain.HOUR:
            for hour in range(HOURS):
                found[day, hour] = count * min(max(over_s - hour * HOUR_S, 0), HOUR_S)
        else:
            found[_start_of(day, wanted, grain), None] += count * over_s
    return found


def _start_of(day: date, wanted: DayRange, grain: TrendGrain) -> date:
    if grain is TrendGrain.WEEK:
        day -= timedelta(days=day.weekday())
    elif grain is TrendGrain.MONTH:
        day = first_of_month(day)
    return max(day, wanted.from_date)

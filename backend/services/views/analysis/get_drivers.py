"""New drivers and those who come again: charges that were a driver's first at the operator, and all others.

Charges without a driver of ours, as a partner's, are among the others.
"""

from collections import defaultdict
from datetime import date, datetime
from enum import StrEnum

import msgspec

from backend.domain.actor import Actor
from backend.domain.fact import FactFamily, first_of_month
from backend.models.engine.database import reading
from backend.services.views.analysis.cut import Chosen, Cut, cut_of
from backend.services.views.analysis.fact_sums import NOTHING, Counted, add, read_days, read_facts, sum_all
from backend.services.views.analysis.freshness import Freshness, look_how_fresh
from backend.services.views.analysis.ranges import DAY, Compare, DayRange, check_range, compared_range


class DriverGrain(StrEnum):
    DAY = "day"
    MONTH = "month"


class DriverCharges(msgspec.Struct, frozen=True, kw_only=True):
    first_charges: int
    later_charges: int


class DriverPoint(msgspec.Struct, frozen=True, kw_only=True):
    """A step by its first day in the range."""

    start: date
    charges: DriverCharges


class Drivers(Freshness, frozen=True, kw_only=True):
    points: tuple[DriverPoint, ...]
    total: DriverCharges
    compared: DriverCharges | None


@reading
def get_drivers(
    *,
    staff: Actor,
    chosen: Chosen,
    from_date: date,
    to_date: date,
    compare: Compare | None,
    grain: DriverGrain,
    now: datetime,
) -> Drivers:
    """Every step of the range. Raises UnfitInput, OperatorNotFound, StationNotFound."""
    wanted = check_range(from_date, to_date)
    cut = cut_of(staff, chosen)
    points = _read(cut, wanted, grain)
    other = compared_range(wanted, compare)
    compared = None if other is None else _charges(sum_all(_read(cut, other, DriverGrain.MONTH).values()))
    fresh = look_how_fresh(now)
    return Drivers(
        as_of=fresh.as_of,
        is_behind=fresh.is_behind,
        points=tuple(DriverPoint(start=start, charges=_charges(sums)) for start, sums in points.items()),
        total=_charges(sum_all(points.values())),
        compared=compared,
    )


def _read(cut: Cut, wanted: DayRange, grain: DriverGrain) -> dict[date, Counted]:
    steps = (_start_of(wanted.from_date + i * DAY, wanted, grain) for i in range(wanted.days))
    found: dict[date, Counted] = defaultdict(lambda: NOTHING, dict.fromkeys(steps, NOTHING))
    read = read_facts if grain is DriverGrain.MONTH else read_days
    for (day,), sums in read(cut, FactFamily.DAY, wanted, by=("local_date",)).items():
        start = _start_of(day, wanted, grain)
        found[start] = add(found[start], sums)
    return found


def _start_of(day: date, wanted: DayRange, grain: DriverGrain) -> date:
    return max(first_of_month(day), wanted.from_date) if grain is DriverGrain.MONTH else day


def _charges(sums: Counted) -> DriverCharges:
    return DriverCharges(first_charges=sums.firsts, later_charges=sums.orders - sums.firsts)

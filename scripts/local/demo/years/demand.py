"""How often people charge: by season, kind of day, kind of place and hour of the day. Pure numbers, no rows.

Decides when and where somebody wants to charge; not who it is, and not whether it works.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from itertools import accumulate
from typing import Final

from backend.domain.holiday_calendar import DayKind
from backend.domain.station_facts import Construction

GROWTH: Final = 2.2
"""The last day has so many times the charges of the first at the same places: more cars."""
HOURS: Final = 24
_MONTHS: Final = (1.10, 1.06, 0.95, 0.92, 0.96, 1.02, 1.14, 1.15, 1.00, 0.97, 0.98, 1.08)
"""Batteries are weak in winter and cool the cabin in summer."""


class Habit(StrEnum):
    """What people do at a place beside charging."""

    SHOP = "shop"
    WORK = "work"
    HOME = "home"
    TRIP = "trip"
    TAXI = "taxi"


_C = Construction
_HABITS: Final[Mapping[Construction, Habit]] = {
    _C.LARGE_BUILDING: Habit.SHOP,
    _C.CULTURE_SPORT: Habit.SHOP,
    _C.GREEN_SPACE: Habit.TRIP,
    _C.MOTORWAY: Habit.TRIP,
    _C.TRANSPORT_HUB: Habit.TAXI,
    _C.ROADSIDE: Habit.TAXI,
    _C.RESIDENTIAL: Habit.HOME,
}
_DAYS: Final[Mapping[Habit, Mapping[DayKind, float]]] = {
    Habit.SHOP: {DayKind.WORKDAY: 0.85, DayKind.WEEKEND: 1.40, DayKind.HOLIDAY: 1.35},
    Habit.WORK: {DayKind.WORKDAY: 1.25, DayKind.WEEKEND: 0.40, DayKind.HOLIDAY: 0.25},
    Habit.HOME: {DayKind.WORKDAY: 1.00, DayKind.WEEKEND: 1.05, DayKind.HOLIDAY: 0.75},
    Habit.TRIP: {DayKind.WORKDAY: 0.65, DayKind.WEEKEND: 1.50, DayKind.HOLIDAY: 2.60},
    Habit.TAXI: {DayKind.WORKDAY: 1.05, DayKind.WEEKEND: 0.95, DayKind.HOLIDAY: 0.90},
}
_PROFILES: Final[Mapping[Habit, Sequence[int]]] = {
    #             0  1  2  3  4  5  6  7  8  9 10 11 12 13 14 15 16 17 18 19 20 21 22 23
    Habit.SHOP: (2, 1, 1, 1, 1, 1, 1, 2, 3, 5, 8, 9, 9, 9, 9, 8, 8, 9, 10, 10, 8, 6, 4, 3),
    Habit.WORK: (1, 1, 1, 1, 1, 1, 2, 6, 14, 12, 7, 6, 9, 9, 6, 5, 4, 4, 3, 2, 2, 2, 1, 1),
    Habit.HOME: (9, 6, 4, 3, 2, 2, 2, 3, 3, 2, 2, 3, 4, 3, 2, 2, 3, 5, 8, 9, 9, 10, 12, 12),
    Habit.TRIP: (1, 1, 1, 1, 1, 1, 2, 4, 7, 10, 12, 12, 11, 11, 11, 10, 9, 7, 5, 4, 3, 2, 1, 1),
    Habit.TAXI: (10, 9, 7, 6, 7, 8, 5, 4, 3, 3, 4, 8, 10, 8, 5, 4, 5, 6, 4, 3, 3, 4, 6, 9),
}
"""Taxis wait for the valley at night and charge over lunch."""


def habit_of(construction: Construction | None) -> Habit:
    """What people do there; at work where nothing else is known."""
    return Habit.WORK if construction is None else _HABITS.get(construction, Habit.WORK)


def day_weight(habit: Habit, kind: DayKind, month: int) -> float:
    """How much is charged at a place on such a day, 1 being an ordinary one."""
    return _DAYS[habit][kind] * _MONTHS[month - 1]


def hour_weights(habit: Habit, opens_hour: int = 0, closes_hour: int = HOURS) -> list[int]:
    """Running sums over the hours in which a charge may begin; zero growth where the place is closed."""
    profile = _PROFILES[habit]
    return list(
        accumulate(share if opens_hour <= hour < closes_hour else 0 for hour, share in enumerate(profile))
    )


def spread(orders: int, weights: Sequence[float]) -> list[int]:
    """`orders` over days by these weights: whole numbers whose sum is exactly `orders`."""
    total = sum(weights) or 1.0
    reached, counts = 0, []
    for running in accumulate(weights):
        until = round(orders * running / total)
        counts.append(until - reached)
        reached = until
    return counts


def growth(day: date, first: date, last: date) -> float:
    """Between 1 on the first day and GROWTH on the last, ever faster, as cars became more."""
    passed = (day - first).days / max(1, (last - first).days)
    return float(GROWTH**passed)

"""What keeps a tariff's day plans from being published, all of it at once, so that an editor can point at each place.

A half-hour without a price or with two, a kind of day in some month without a plan or with two, a price out of range.
"""

from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from typing import Final

import msgspec

from backend.domain.errors import InvalidTariff
from backend.domain.holiday_calendar import DayKind
from backend.domain.tariff import (
    EVERY_DAY,
    MAX_PRICE_E5,
    MOST_PLANS,
    SLOTS_PER_DAY,
    DayPlan,
    TariffPeriod,
)

_KINDS: Final = list(DayKind)


class TariffFaultReason(StrEnum):
    """What is wrong at one place of a tariff."""

    NO_PLAN = "no_plan"
    TOO_MANY_PLANS = "too_many_plans"
    GAP = "gap"
    OVERLAP = "overlap"
    PRICE_OUT_OF_RANGE = "price_out_of_range"
    DAY_UNCOVERED = "day_uncovered"
    DAY_DOUBLE = "day_double"


class TariffFault(msgspec.Struct, frozen=True, kw_only=True):
    """One place: slots [start_slot, end_slot) of a plan, or a kind of day in some months; None: does not apply."""

    reason: TariffFaultReason
    plan_no: int | None = None
    start_slot: int | None = None
    end_slot: int | None = None
    day_kind: DayKind | None = None
    months: tuple[int, ...] = ()


def check_plans(plans: Sequence[DayPlan]) -> None:
    """Return when plans can be published. Raises InvalidTariff with the first reason and all faults."""
    faults = find_faults(plans)
    if faults:
        raise InvalidTariff(reason=faults[0].reason.value, faults=faults)


def find_faults(plans: Sequence[DayPlan]) -> tuple[TariffFault, ...]:
    """Everything that keeps plans from being published, plan by plan, then the days."""
    if not plans:
        return (TariffFault(reason=TariffFaultReason.NO_PLAN),)
    if len(plans) > MOST_PLANS:
        return (TariffFault(reason=TariffFaultReason.TOO_MANY_PLANS),)
    of_plans = [fault for plan in plans for fault in _plan_faults(plan)]
    return (*of_plans, *_day_faults(plans))


def _plan_faults(plan: DayPlan) -> Iterator[TariffFault]:
    times = [0] * SLOTS_PER_DAY
    for period in plan.periods:
        for slot in range(max(0, period.start_slot), min(SLOTS_PER_DAY, period.end_slot)):
            times[slot] += 1
    yield from _runs(plan, times, TariffFaultReason.GAP, lambda count: count == 0)
    yield from _runs(plan, times, TariffFaultReason.OVERLAP, lambda count: count > 1)
    for period in plan.periods:
        if not _is_priced(period):
            yield TariffFault(
                reason=TariffFaultReason.PRICE_OUT_OF_RANGE,
                plan_no=plan.plan_no,
                start_slot=period.start_slot,
                end_slot=period.end_slot,
            )


def _runs(
    plan: DayPlan, times: Sequence[int], reason: TariffFaultReason, is_wrong: Callable[[int], bool]
) -> Iterator[TariffFault]:
    """The longest stretches of half-hours that are wrong."""
    start: int | None = None
    for slot in range(SLOTS_PER_DAY + 1):
        wrong = slot < SLOTS_PER_DAY and is_wrong(times[slot])
        if wrong and start is None:
            start = slot
        elif not wrong and start is not None:
            yield TariffFault(reason=reason, plan_no=plan.plan_no, start_slot=start, end_slot=slot)
            start = None


def _is_priced(period: TariffPeriod) -> bool:
    return 0 <= period.electricity_e5 <= MAX_PRICE_E5 and 0 <= period.service_e5 <= MAX_PRICE_E5


def _day_faults(plans: Sequence[DayPlan]) -> Iterator[TariffFault]:
    found = {day: [plan.plan_no for plan in plans if day in plan.days] for day in sorted(EVERY_DAY)}
    for kind in _KINDS:
        of_kind = {day.month: numbers for day, numbers in found.items() if day.kind is kind}
        uncovered = tuple(month for month, numbers in of_kind.items() if not numbers)
        double = tuple(month for month, numbers in of_kind.items() if len(numbers) > 1)
        if uncovered:
            yield TariffFault(reason=TariffFaultReason.DAY_UNCOVERED, day_kind=kind, months=uncovered)
        if double:
            yield TariffFault(reason=TariffFaultReason.DAY_DOUBLE, day_kind=kind, months=double)

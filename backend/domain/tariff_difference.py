"""What differs between the day plans of two versions of a tariff: which half-hours of which days cost what instead.

Days that change alike are told together; a border between equal prices is no difference.
"""

from collections.abc import Iterable, Sequence

import msgspec

from backend.domain.holiday_calendar import DayKind
from backend.domain.tariff import EVERY_DAY, SLOTS_PER_DAY, DayPlan, PlanDay, RateBand


class SlotPrice(msgspec.Struct, frozen=True, kw_only=True):
    rate_band: RateBand
    electricity_e5: int
    service_e5: int


class SlotsChanged(msgspec.Struct, frozen=True, kw_only=True):
    """Slots [start_slot, end_slot); None: nothing was or is set there."""

    start_slot: int
    end_slot: int
    before: SlotPrice | None
    after: SlotPrice | None


class DaysOf(msgspec.Struct, frozen=True, kw_only=True):
    day_kind: DayKind
    months: tuple[int, ...]


class DaysChanged(msgspec.Struct, frozen=True, kw_only=True):
    """Days that change alike; `is_every_day`: all that there are."""

    days: tuple[DaysOf, ...]
    is_every_day: bool
    slots: tuple[SlotsChanged, ...]


_Strip = tuple[SlotPrice | None, ...]


def find_difference(before: Sequence[DayPlan], after: Sequence[DayPlan]) -> tuple[DaysChanged, ...]:
    """The differences, those of most days first. A day that no plan or several cover is as good as unset."""
    strips_before, strips_after = _strips(before), _strips(after)
    alike: dict[tuple[_Strip, _Strip], list[PlanDay]] = {}
    for day in sorted(EVERY_DAY):
        pair = (strips_before[day], strips_after[day])
        if pair[0] != pair[1]:
            alike.setdefault(pair, []).append(day)
    changed = sorted(alike.items(), key=lambda item: -len(item[1]))
    return tuple(
        DaysChanged(days=_days_of(days), is_every_day=len(days) == len(EVERY_DAY), slots=_slots(*pair))
        for pair, days in changed
    )


def _strips(plans: Sequence[DayPlan]) -> dict[PlanDay, _Strip]:
    drawn = {plan.plan_no: _strip(plan) for plan in plans}
    nothing: _Strip = (None,) * SLOTS_PER_DAY
    strips: dict[PlanDay, _Strip] = {}
    for day in EVERY_DAY:
        covering = [plan for plan in plans if day in plan.days]
        strips[day] = drawn[covering[0].plan_no] if len(covering) == 1 else nothing
    return strips


def _strip(plan: DayPlan) -> _Strip:
    strip: list[SlotPrice | None] = [None] * SLOTS_PER_DAY
    for period in plan.periods:
        price = SlotPrice(
            rate_band=period.rate_band, electricity_e5=period.electricity_e5, service_e5=period.service_e5
        )
        strip[period.start_slot : period.end_slot] = [price] * (period.end_slot - period.start_slot)
    return tuple(strip)


def _slots(before: _Strip, after: _Strip) -> tuple[SlotsChanged, ...]:
    found: list[SlotsChanged] = []
    for slot, (old, new) in enumerate(zip(before, after, strict=True)):
        if old == new:
            continue
        last = found[-1] if found else None
        if last is not None and (last.end_slot, last.before, last.after) == (slot, old, new):
            found.pop()
            start_slot = last.start_slot
        else:
            start_slot = slot
        found.append(SlotsChanged(start_slot=start_slot, end_slot=slot + 1, before=old, after=new))
    return tuple(found)


def _days_of(days: Iterable[PlanDay]) -> tuple[DaysOf, ...]:
    months: dict[DayKind, list[int]] = {}
    for day in days:
        months.setdefault(day.kind, []).append(day.month)
    return tuple(
        DaysOf(day_kind=kind, months=tuple(sorted(months[kind]))) for kind in DayKind if kind in months
    )

"""Tariff 计费模型: the price of every half-hour of a station's local day, and which one applies when.

A version holds one day plan 日方案 or several, chosen by month and kind of day. It is immutable; borders fall on
half-hours, so zones with other offsets are refused (docs/money.md). What is wrong with plans: tariff_faults.py.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import StrEnum
from itertools import pairwise
from typing import Final, NamedTuple

from backend.domain.errors import InvalidTariff
from backend.domain.holiday_calendar import NO_HOLIDAYS, DayKind, HolidayCalendar
from backend.domain.idle_fee import IdleTerms
from backend.domain.units import PriceE5

SLOTS_PER_DAY: Final = 48
SLOT: Final = timedelta(minutes=30)
MAX_PRICE_E5: Final = 1_000_000_000
"""10 000 yuan per kWh, per component: beyond it somebody mistyped."""

MOST_PLANS: Final = 12
MONTHS: Final = range(1, 13)

_SEARCH_DAYS: Final = 400
"""How far `next_change` looks: a season comes round within a year, and a clock can skip a period for a day."""
_SURE_SLOTS: Final = 44
"""Half-hours of a day that are there whatever the clock does."""


class RateBand(StrEnum):
    """尖 峰 平 谷 深谷."""

    SHARP = "sharp"
    PEAK = "peak"
    FLAT = "flat"
    VALLEY = "valley"
    DEEP_VALLEY = "deep_valley"


class TariffVersionState(StrEnum):
    """草稿 待生效 生效中 已被替代 已撤回: told by its times, not kept."""

    DRAFT = "draft"
    SCHEDULED = "scheduled"
    CURRENT = "current"
    PAST = "past"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class TariffPeriod:
    """Slots [start_slot, end_slot) of a local day, slot n beginning n half-hours after midnight."""

    start_slot: int
    end_slot: int
    rate_band: RateBand
    electricity_e5: PriceE5
    service_e5: PriceE5

    @property
    def total_e5(self) -> PriceE5:
        return PriceE5(self.electricity_e5 + self.service_e5)


class PlanDay(NamedTuple):
    """The days of one kind in one month (1 to 12)."""

    month: int
    kind: DayKind


EVERY_DAY: Final = frozenset(PlanDay(month, kind) for month in MONTHS for kind in DayKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPlan:
    """日方案: what a day costs, and which days it is for."""

    plan_no: int
    name: str
    periods: tuple[TariffPeriod, ...]
    days: frozenset[PlanDay] = EVERY_DAY


@dataclass(frozen=True, slots=True)
class TariffVersion:
    """A published version with the calendar its days are told by; periods are checked and sorted when it is made.

    Each of EVERY_DAY has exactly one plan. Raises InvalidTariff with the reasons of `check_periods`, or no_plan,
    day_uncovered, day_double.
    """

    tariff_no: str
    version: int
    plans: tuple[DayPlan, ...]
    calendar: HolidayCalendar = NO_HOLIDAYS
    idle: IdleTerms | None = None
    _plan_of: Mapping[PlanDay, DayPlan] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        plans = tuple(replace(plan, periods=check_periods(plan.periods)) for plan in self.plans)
        object.__setattr__(self, "plans", plans)
        object.__setattr__(self, "_plan_of", _plan_of_days(plans))

    # `typing.override` is Python 3.12's; of many versions, few differ in plans alone
    def __hash__(self) -> int:  # type: ignore[explicit-override]
        return hash((self.tariff_no, self.version, self.calendar.revision))

    def plan_on(self, day: date) -> DayPlan:
        """The plan of a local date."""
        if len(self.plans) == 1:
            return self.plans[0]
        return self._plan_of[PlanDay(day.month, self.calendar.kind_of(day))]


def every_day(periods: Iterable[TariffPeriod]) -> tuple[DayPlan]:
    """The plans of a version that knows only one day."""
    return (DayPlan(plan_no=1, name="", periods=tuple(periods)),)


def check_periods(periods: Iterable[TariffPeriod]) -> tuple[TariffPeriod, ...]:
    """Return the periods sorted by start when they cover slots 0 to 48 exactly once.

    Raises InvalidTariff with reason empty, bad_slots, price_out_of_range, not_whole_day, gap or overlap.
    """
    ordered = tuple(sorted(periods, key=lambda period: period.start_slot))
    if not ordered:
        raise InvalidTariff(reason="empty")
    for period in ordered:
        if not 0 <= period.start_slot < period.end_slot <= SLOTS_PER_DAY:
            raise InvalidTariff(reason="bad_slots")
        if not (0 <= period.electricity_e5 <= MAX_PRICE_E5 and 0 <= period.service_e5 <= MAX_PRICE_E5):
            raise InvalidTariff(reason="price_out_of_range")
    for earlier, later in pairwise(ordered):
        if earlier.end_slot != later.start_slot:
            raise InvalidTariff(reason="gap" if earlier.end_slot < later.start_slot else "overlap")
    if ordered[0].start_slot != 0 or ordered[-1].end_slot != SLOTS_PER_DAY:
        raise InvalidTariff(reason="not_whole_day")
    return ordered


def local_time(at: datetime, zone: tzinfo) -> datetime:
    """Wall-clock time of an aware instant.

    Raises ValueError for a naive time, InvalidTariff(reason="zone_offset") where the zone's offset is not
    a multiple of 30 minutes: tariff borders would not fall on the half-hours piles cut at.
    """
    if at.tzinfo is None:
        raise ValueError("an aware time is needed")
    local = at.astimezone(zone)
    offset = local.utcoffset()
    if offset is None or offset % SLOT:
        raise InvalidTariff(reason="zone_offset")
    return local


def slot_of(local: datetime) -> int:
    """Slot (0 to 47) of a wall-clock time."""
    return local.hour * 2 + local.minute // 30


def floor_half_hour(at: datetime) -> datetime:
    """Start, in UTC, of the UTC half-hour an aware instant lies in."""
    utc = at.astimezone(UTC)
    return utc.replace(minute=utc.minute - utc.minute % 30, second=0, microsecond=0)


def period_of_slot(plan: DayPlan, slot: int) -> TariffPeriod:
    """The period of a plan a slot (0 to 47) belongs to."""
    return plan.periods[bisect_right(plan.periods, slot, key=lambda period: period.start_slot) - 1]


def period_at(version: TariffVersion, at: datetime, zone: tzinfo) -> TariffPeriod:
    """The period an instant belongs to at a station of this zone. Raises as `local_time`."""
    local = local_time(at, zone)
    return period_of_slot(version.plan_on(local.date()), slot_of(local))


def next_change(version: TariffVersion, at: datetime, zone: tzinfo) -> tuple[datetime, TariffPeriod] | None:
    """First instant (UTC) after `at` at which a price differs from the one at `at`, with its period.

    None when nothing costs another price within 400 days. A border between equal prices is no change.
    """
    now = _prices(period_at(version, at, zone))
    if all(_is_all_day(plan, now) for plan in version.plans):
        return None
    border = floor_half_hour(at)
    end = border + timedelta(days=_SEARCH_DAYS)
    while border < end:
        border += SLOT
        local = local_time(border, zone)
        slot, plan = slot_of(local), version.plan_on(local.date())
        if slot == 0 and _is_all_day(plan, now):
            border += (_SURE_SLOTS - 1) * SLOT
            continue
        period = period_of_slot(plan, slot)
        if _prices(period) != now:
            return border, period
    return None


def plans_between(version: TariffVersion, from_at: datetime, to_at: datetime, zone: tzinfo) -> list[DayPlan]:
    """The different plans of the local dates from one instant to another, both included. Raises as `local_time`."""
    if len(version.plans) == 1:
        return [version.plans[0]]
    day, last = local_time(from_at, zone).date(), local_time(to_at, zone).date()
    found: dict[int, DayPlan] = {}
    while day <= last:
        plan = version.plan_on(day)
        found[plan.plan_no] = plan
        day += timedelta(days=1)
    return list(found.values())


def _plan_of_days(plans: Iterable[DayPlan]) -> dict[PlanDay, DayPlan]:
    found: dict[PlanDay, DayPlan] = {}
    for plan in plans:
        for day in plan.days:
            if found.setdefault(day, plan) is not plan:
                raise InvalidTariff(reason="day_double", month=day.month, day_kind=day.kind)
    if not found:
        raise InvalidTariff(reason="no_plan")
    for month, kind in sorted(EVERY_DAY - found.keys()):
        raise InvalidTariff(reason="day_uncovered", month=month, day_kind=kind)
    return found


def _is_all_day(plan: DayPlan, prices: tuple[PriceE5, PriceE5]) -> bool:
    return all(_prices(period) == prices for period in plan.periods)


def _prices(period: TariffPeriod) -> tuple[PriceE5, PriceE5]:
    return period.electricity_e5, period.service_e5

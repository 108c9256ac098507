"""Tariff 计费模型: the price of every half-hour of a station's local day, and which one applies when.

A version is immutable; borders fall on half-hours, so zones with other offsets are refused (docs/money.md).
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from itertools import pairwise
from typing import Final

from backend.domain.errors import InvalidTariff
from backend.domain.units import PriceE5

SLOTS_PER_DAY: Final = 48
SLOT: Final = timedelta(minutes=30)
MAX_PRICE_E5: Final = 1_000_000_000
"""10 000 yuan per kWh, per component: beyond it somebody mistyped."""

_SEARCH_SLOTS: Final = 3 * SLOTS_PER_DAY
"""How far `next_change` looks: a clock put forward can skip a period for a day."""


class RateBand(StrEnum):
    """尖 峰 平 谷 深谷."""

    SHARP = "sharp"
    PEAK = "peak"
    FLAT = "flat"
    VALLEY = "valley"
    DEEP_VALLEY = "deep_valley"


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


@dataclass(frozen=True, slots=True)
class TariffVersion:
    """A published version; its periods are checked and sorted when it is made. Raises InvalidTariff."""

    tariff_no: str
    version: int
    periods: tuple[TariffPeriod, ...]

    def __post_init__(self) -> None:
        object.__setattr__(self, "periods", check_periods(self.periods))


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


def period_of_slot(version: TariffVersion, slot: int) -> TariffPeriod:
    """The period a slot (0 to 47) belongs to."""
    return version.periods[bisect_right(version.periods, slot, key=lambda period: period.start_slot) - 1]


def period_at(version: TariffVersion, at: datetime, zone: tzinfo) -> TariffPeriod:
    """The period an instant belongs to at a station of this zone. Raises as `local_time`."""
    return period_of_slot(version, slot_of(local_time(at, zone)))


def next_change(version: TariffVersion, at: datetime, zone: tzinfo) -> tuple[datetime, TariffPeriod] | None:
    """First instant (UTC) after `at` at which a price differs from the one at `at`, with its period.

    None when all periods cost the same. A border between equal prices is no change.
    """
    now = _prices(period_at(version, at, zone))
    if all(_prices(period) == now for period in version.periods):
        return None
    border = floor_half_hour(at)
    for _ in range(_SEARCH_SLOTS):
        border += SLOT
        period = period_at(version, border, zone)
        if _prices(period) != now:
            return border, period
    return None


def _prices(period: TariffPeriod) -> tuple[PriceE5, PriceE5]:
    return period.electricity_e5, period.service_e5

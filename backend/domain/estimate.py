"""What a budget buys: an estimate for the driver before the start, and the energy limit sent to the pile.

Both ask the fee engine itself, so an estimate is never a fen beside the bill it foretells.
"""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from backend.domain.errors import InvalidInput
from backend.domain.fees import MAX_SEGMENTS, Bill, Segment, price_segments
from backend.domain.tariff import SLOT, TariffVersion, floor_half_hour, plans_between
from backend.domain.units import WH_E5_PER_FEN, Fen, Watt, Wh

MAX_LIMIT_WH: Final = 2_000_000
"""More than any vehicle takes in a day; what a free tariff's limit is."""

LIMIT_HORIZON: Final = timedelta(days=2)
"""As far as a limit knows the prices: a session lasts a day, and a pile that goes off line keeps its limit."""

MAX_ESTIMATE_S: Final = (MAX_SEGMENTS - 1) * 1_800
_SECONDS_PER_HOUR: Final = 3_600


@dataclass(frozen=True, slots=True)
class EnergyEstimate:
    energy_wh: Wh
    duration_s: int
    total_fen: Fen


def estimate_energy(
    budget_fen: Fen,
    power_w: Watt,
    start_at: datetime,
    version: TariffVersion,
    zone: tzinfo,
    max_s: int = 86_400,
) -> EnergyEstimate:
    """Longest charge at constant power, in whole seconds up to `max_s`, whose bill is within the budget.

    Raises InvalidInput for a negative budget or power, a naive start or a `max_s` beyond MAX_ESTIMATE_S.
    """
    if budget_fen < 0:
        raise InvalidInput(field="budget_fen", reason="negative")
    if power_w < 0:
        raise InvalidInput(field="power_w", reason="negative")
    if start_at.tzinfo is None:
        raise InvalidInput(field="start_at", reason="naive_time")
    if not 0 <= max_s <= MAX_ESTIMATE_S:
        raise InvalidInput(field="max_s", reason="out_of_range")

    start_utc = start_at.astimezone(UTC)

    def total_after(duration_s: int) -> Fen:
        return bill_constant_power(power_w, start_utc, duration_s, version, zone).total_fen

    duration_s = bisect_right(range(max_s + 1), budget_fen, key=total_after) - 1
    return EnergyEstimate(_energy_after(power_w, duration_s), duration_s, total_after(duration_s))


def bill_constant_power(
    power_w: Watt, start_at: datetime, duration_s: int, version: TariffVersion, zone: tzinfo
) -> Bill:
    """What a charge at one power costs, as its settlement would bill it: cut at half-hours, where a register reads whole Wh."""
    return price_segments(_constant_power(power_w, start_at.astimezone(UTC), duration_s), version, zone)


def safe_limit(
    budget_fen: Fen,
    version: TariffVersion,
    at: datetime,
    zone: tzinfo,
    *,
    taken_wh: int = 0,
    spent_fen_e6: int = 0,
) -> Wh:
    """Energy of a session, at most MAX_LIMIT_WH, that its budget pays for whatever the price does on the way.

    `taken_wh` of it are taken and cost `spent_fen_e6` (Σ Wh × price); the rest is counted at the dearest price of any
    day plan within LIMIT_HORIZON of `at`. A fee line rounds up by half a fen at most, and there are two for each
    period and for the one that comes twice. This is the `limit_wh` of a start: energy, unlike money, is what every
    pile can stop at.
    """
    plans = plans_between(version, at, at + LIMIT_HORIZON, zone)
    dearest_e5 = max(period.total_e5 for plan in plans for period in plan.periods)
    if dearest_e5 == 0:
        return Wh(MAX_LIMIT_WH)
    rounding_fen = sum(len(plan.periods) for plan in plans) + 1
    left_e6 = (budget_fen - rounding_fen) * WH_E5_PER_FEN - spent_fen_e6
    return Wh(min(taken_wh + max(0, left_e6 // dearest_e5), MAX_LIMIT_WH))


def _energy_after(power_w: Watt, duration_s: int) -> Wh:
    return Wh(power_w * duration_s // _SECONDS_PER_HOUR)


def _constant_power(power_w: Watt, start_at: datetime, duration_s: int) -> list[Segment]:
    """Segments of a charge that runs at one power, cut where a register would read whole Wh."""
    end_at = start_at + timedelta(seconds=duration_s)
    segments: list[Segment] = []
    from_at, from_wh = start_at, Wh(0)
    while from_at < end_at:
        to_at = min(floor_half_hour(from_at) + SLOT, end_at)
        to_wh = _energy_after(power_w, (to_at - start_at) // timedelta(seconds=1))
        segments.append(Segment(from_at, to_at, Wh(to_wh - from_wh)))
        from_at, from_wh = to_at, to_wh
    return segments

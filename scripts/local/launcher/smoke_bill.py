"""The smoke's own calculation of a bill, from what is public: the station's prices and the pile's final record.

An independent reading of the rule (design: money, "Units and rounding") in exact fractions: it shares no code with
the product, so that one wrong line cannot pass on both sides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from fractions import Fraction
from math import floor
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from scripts.local.launcher.smoke_error import SmokeError

SLOT = timedelta(minutes=30)
SLOT_MINUTES = 30
# a price unit is 1e-5 yuan = 1e-3 fen per kWh, that is 1e-6 fen per Wh
FEN_PER_WH_AND_PRICE = Fraction(1, 1_000_000)


class LineKey(NamedTuple):
    """A fee line: one tariff period on one local date, one component."""

    local_date: date
    start_slot: int
    component: str


def price_lines(
    segments: Sequence[Mapping[str, Any]], periods: Sequence[Mapping[str, Any]], time_zone: str
) -> dict[LineKey, int]:
    """Fee lines in fen of segments {from_at, to_at, energy_wh}; lines of 0 Wh are left out.

    `periods` are {start_slot, end_slot, electricity_e5, service_e5} of the whole day. SmokeError for a segment
    that crosses a half-hour.
    """
    energy_wh: defaultdict[tuple[date, int], int] = defaultdict(int)
    prices: dict[int, Mapping[str, Any]] = {}
    for segment in segments:
        begins = datetime.fromisoformat(segment["from_at"]).astimezone(ZoneInfo(time_zone))
        ends = datetime.fromisoformat(segment["to_at"]).astimezone(ZoneInfo(time_zone))
        slot = (begins.hour * 60 + begins.minute) // SLOT_MINUTES
        slot_begins = begins.replace(
            minute=begins.minute // SLOT_MINUTES * SLOT_MINUTES, second=0, microsecond=0
        )
        if ends > slot_begins + SLOT:
            raise SmokeError(f"the segment from {segment['from_at']} crosses a half-hour")
        (period,) = (one for one in periods if one["start_slot"] <= slot < one["end_slot"])
        energy_wh[begins.date(), period["start_slot"]] += segment["energy_wh"]
        prices[period["start_slot"]] = period
    return {
        LineKey(day, start_slot, component): _round_half_up(wh * prices[start_slot][f"{component}_e5"])
        for (day, start_slot), wh in energy_wh.items()
        if wh
        for component in ("electricity", "service")
    }


def _round_half_up(energy_times_price: int) -> int:
    return floor(energy_times_price * FEN_PER_WH_AND_PRICE + Fraction(1, 2))

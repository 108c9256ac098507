"""What a usual amount of energy costs from now on, and whether waiting for a later start costs markedly less.

The fee engine itself is asked, so what is told here is what a bill of such a charge would say. Decides no hold.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from backend.domain.errors import InvalidInput
from backend.domain.fees import Bill, Segment, price_segments
from backend.domain.tariff import SLOT, TariffVersion, floor_half_hour
from backend.domain.units import Fen, Watt, Wh

USUAL_WH: Final = Wh(30_000)
"""30 度: a car's usual charge at a station, and easy to compare."""
LATER_STARTS: Final = 24
"""Half-hours ahead that a later start is looked for: nobody waits longer than twelve hours."""
LEAST_SAVING_PERCENT: Final = 5
_LONGEST: Final = timedelta(days=1)
_SECONDS_PER_HOUR: Final = 3_600


@dataclass(frozen=True, slots=True)
class LaterStart:
    """A half-hour border at which the same charge may begin, and what it costs then."""

    start_at: datetime
    total_fen: Fen


def bill_energy(
    energy_wh: Wh, power_w: Watt, start_at: datetime, version: TariffVersion, zone: tzinfo
) -> Bill | None:
    """What exactly this energy costs, taken at one power from `start_at` on; None where it takes longer than a day.

    Raises InvalidInput for a naive start.
    """
    if start_at.tzinfo is None:
        raise InvalidInput(field="start_at", reason="naive_time")
    if power_w * _LONGEST < energy_wh * timedelta(seconds=_SECONDS_PER_HOUR):
        return None
    return price_segments(_constant_power(energy_wh, power_w, start_at.astimezone(UTC)), version, zone)


def find_cheapest_start(
    energy_wh: Wh, power_w: Watt, now: datetime, version: TariffVersion, zone: tzinfo
) -> LaterStart | None:
    """The cheapest of the coming half-hours to begin at, the earliest of equals; None as in `bill_energy`."""
    border = floor_half_hour(now)
    found: LaterStart | None = None
    for start_at in (border + SLOT * step for step in range(1, LATER_STARTS + 1)):
        bill = bill_energy(energy_wh, power_w, start_at, version, zone)
        if bill is not None and (found is None or bill.total_fen < found.total_fen):
            found = LaterStart(start_at, bill.total_fen)
    return found


def is_worth_waiting(now_fen: Fen, later_fen: Fen) -> bool:
    """It saves enough to be told."""
    return 100 * (now_fen - later_fen) >= LEAST_SAVING_PERCENT * now_fen > 0


def _constant_power(energy_wh: Wh, power_w: Watt, start_at: datetime) -> list[Segment]:
    """Cut where a register would read whole Wh at half-hours; the last one ends with the energy."""
    duration_s = -(-energy_wh * _SECONDS_PER_HOUR // power_w)
    end_at = start_at + timedelta(seconds=duration_s)
    segments: list[Segment] = []
    from_at, from_wh = start_at, 0
    while from_at < end_at:
        to_at = min(floor_half_hour(from_at) + SLOT, end_at)
        seconds = (to_at - start_at) // timedelta(seconds=1)
        to_wh = min(energy_wh, power_w * seconds // _SECONDS_PER_HOUR)
        segments.append(Segment(from_at, to_at, Wh(to_wh - from_wh)))
        from_at, from_wh = to_at, to_wh
    return segments

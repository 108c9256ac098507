"""The curve of a charge that a driver is shown: power over time in few points, from the readings that count."""

from collections.abc import Sequence
from datetime import datetime
from itertools import groupby
from typing import Final, NamedTuple

from backend.domain.meter_trail import Reading
from backend.domain.units import round_half_up

MOST_POINTS: Final = 48
"""What fits beside one another on a phone."""


class CurvePoint(NamedTuple):
    """The mean power of the readings of a span of time, told at the last of them, and the register there."""

    at: datetime
    power_w: int
    register_wh: int


def draw_curve(readings: Sequence[Reading]) -> tuple[CurvePoint, ...]:
    """At most MOST_POINTS spans of equal length, those without a reading left out; nothing of fewer than two readings."""
    if len(readings) < 2:  # noqa: PLR2004 - one reading is no curve
        return ()
    readings = sorted(readings, key=lambda reading: reading.at)
    first_at, length = readings[0].at, readings[-1].at - readings[0].at
    if not length:
        return ()

    def span_of(reading: Reading) -> int:
        return min((reading.at - first_at) * MOST_POINTS // length, MOST_POINTS - 1)

    points = []
    for _, group in groupby(readings, key=span_of):
        own = list(group)
        power_w = round_half_up(sum(one.power_w for one in own), len(own))
        points.append(CurvePoint(own[-1].at, power_w, own[-1].register_wh))
    return tuple(points)

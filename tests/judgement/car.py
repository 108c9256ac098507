"""A car at a gun as it truly is: what it draws minute by minute, whatever its pile says; and what that costs."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Final
from zoneinfo import ZoneInfo

from backend.domain.actor import Actor
from tests.scenario import PERIODS
from tests.unit.domain import oracle

ZONE: Final = ZoneInfo("Asia/Shanghai")
TARIFF: Final = [(one.start_slot, one.end_slot, one.electricity_e5, one.service_e5) for one in PERIODS]
MINUTE: Final = timedelta(minutes=1)
HALF_HOUR_MIN: Final = 30


@dataclass(frozen=True, slots=True)
class Point:
    """Where the register stood: by true time, and how the pile's clock dated that."""

    at: datetime
    dated: datetime
    register_wh: int


@dataclass(slots=True, kw_only=True)
class Charge:
    """One driver's charge. Power is `first_w` for some minutes and `then_w` afterwards, so that a wrong time costs."""

    session_no: str
    driver: Actor
    gun: int
    first_w: int
    first_min: int
    then_w: int
    points: list[Point] = field(default_factory=list)
    ended_at: datetime | None = None

    @property
    def energy_wh(self) -> int:
        return self.points[-1].register_wh - self.points[0].register_wh if self.points else 0

    @property
    def power_w(self) -> int:
        return self.first_w if len(self.points) <= self.first_min else self.then_w

    def draw(self, now: datetime, clock: datetime) -> None:
        """A minute of charging has passed."""
        register_wh = self.points[-1].register_wh + self.power_w // 60
        self.points.append(Point(now, clock, register_wh))

    def segments(self) -> list[tuple[datetime, datetime, int]]:
        """The energy of each UTC half-hour, as it truly was."""
        return _by_half_hours([(one.at, one.register_wh) for one in self.points])

    def told_segments(self) -> list[tuple[datetime, datetime, int]]:
        """The same as the pile's clock dates it."""
        return _by_half_hours([(one.dated, one.register_wh) for one in self.points])

    def cost_fen(self) -> int:
        """What the energy that was drawn costs, by the independent oracle."""
        return oracle.total(oracle.price(self.segments(), TARIFF, ZONE))

    def between_fen(self, known: list[datetime]) -> int:
        """How far a bill may be off that knows the register at these times only: energy around a border of prices."""
        prices = [row[2] + row[3] for row in TARIFF]
        spread_e5 = max(prices) - min(prices)
        at = sorted({*known})
        off_wh = 0
        for border in oracle.half_hours_between(self.points[0].at, self.points[-1].at):
            before = max((one for one in at if one <= border), default=self.points[0].at)
            after = min((one for one in at if one >= border), default=self.points[-1].at)
            off_wh += self.register_at(after) - self.register_at(before)
        return off_wh * spread_e5 // 1_000_000

    def register_at(self, at: datetime) -> int:
        """Where the register stood then."""
        return max(
            (one.register_wh for one in self.points if one.at <= at), default=self.points[0].register_wh
        )


def _by_half_hours(points: list[tuple[datetime, int]]) -> list[tuple[datetime, datetime, int]]:
    segments: list[tuple[datetime, datetime, int]] = []
    for (from_at, from_wh), (to_at, to_wh) in pairwise(points):
        if segments and _half_hour(segments[-1][0]) == _half_hour(from_at):
            began_at, _, energy_wh = segments.pop()
            segments.append((began_at, to_at, energy_wh + to_wh - from_wh))
        else:
            segments.append((from_at, to_at, to_wh - from_wh))
    return segments


def _half_hour(at: datetime) -> tuple[object, ...]:
    utc = at.astimezone(UTC)
    return utc.date(), utc.hour, utc.minute // HALF_HOUR_MIN

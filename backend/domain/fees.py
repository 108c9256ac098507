"""What energy costs: segments cut at UTC half-hours, priced by a frozen tariff version (docs/money.md).

A fee line is one local date × tariff period × component; energy is summed first, rounded once, and a total is
the sum of its lines. Decides no idle fee.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import StrEnum
from itertools import pairwise
from typing import Final

from backend.domain.errors import InvalidSegments
from backend.domain.tariff import (
    SLOT,
    RateBand,
    TariffPeriod,
    TariffVersion,
    floor_half_hour,
    local_time,
    period_of_slot,
    slot_of,
)
from backend.domain.units import Fen, PriceE5, Wh, fee_fen, round_half_up

MAX_SEGMENTS: Final = 2_000
"""Some 41 days: a session lasts one, and a clock gone wrong must not make us cut centuries."""

_MICROSECOND: Final = timedelta(microseconds=1)


class FeeComponent(StrEnum):
    ELECTRICITY = "electricity"
    SERVICE = "service"
    IDLE = "idle"


@dataclass(frozen=True, slots=True)
class Segment:
    """Energy between two aware instants of one UTC half-hour; equal instants are allowed (whole-second clocks)."""

    from_at: datetime
    to_at: datetime
    energy_wh: Wh


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeLine:
    """One local date × tariff period × component. `fee_fen` is the only rounded number in it."""

    local_date: date
    start_slot: int
    end_slot: int
    rate_band: RateBand
    component: FeeComponent
    energy_wh: Wh
    price_e5: PriceE5
    fee_fen: Fen


@dataclass(frozen=True, slots=True)
class Bill:
    """Fee lines by date, period and component; every sum is the sum of the lines."""

    lines: tuple[FeeLine, ...]

    @property
    def energy_wh(self) -> Wh:
        """Energy billed, counted once although electricity and service each have a line for it."""
        return Wh(sum(line.energy_wh for line in self.lines if line.component is FeeComponent.ELECTRICITY))

    @property
    def electricity_fen(self) -> Fen:
        return self._sum(FeeComponent.ELECTRICITY)

    @property
    def service_fen(self) -> Fen:
        return self._sum(FeeComponent.SERVICE)

    @property
    def total_fen(self) -> Fen:
        return Fen(sum(line.fee_fen for line in self.lines))

    def _sum(self, component: FeeComponent) -> Fen:
        return Fen(sum(line.fee_fen for line in self.lines if line.component is component))


def check_segments(segments: Sequence[Segment]) -> None:
    """Return when segments are aware, ordered, apart, non-negative and each within one UTC half-hour.

    Raises InvalidSegments with reason too_many, naive_time, negative_energy, ends_before_start,
    spans_half_hours or overlap.
    """
    if len(segments) > MAX_SEGMENTS:
        raise InvalidSegments(reason="too_many")
    previous_end: datetime | None = None
    for segment in segments:
        if segment.from_at.tzinfo is None or segment.to_at.tzinfo is None:
            raise InvalidSegments(reason="naive_time")
        if segment.energy_wh < 0:
            raise InvalidSegments(reason="negative_energy")
        # in UTC: times of one zone compare by wall clock, which repeats an hour a year
        from_at, to_at = segment.from_at.astimezone(UTC), segment.to_at.astimezone(UTC)
        if to_at < from_at:
            raise InvalidSegments(reason="ends_before_start")
        if to_at > floor_half_hour(from_at) + SLOT:
            raise InvalidSegments(reason="spans_half_hours")
        if previous_end is not None and from_at < previous_end:
            raise InvalidSegments(reason="overlap")
        previous_end = to_at


def price_segments(segments: Sequence[Segment], version: TariffVersion, zone: tzinfo) -> Bill:
    """Bill of a session at a station of this zone. Raises InvalidSegments, and InvalidTariff for the zone.

    Lines without energy are left out; a line with a price of 0 stays, with a fee of 0.
    """
    check_segments(segments)
    energies: dict[tuple[date, int], int] = {}
    periods: dict[tuple[date, int], TariffPeriod] = {}
    for segment in segments:
        local = local_time(segment.from_at, zone)
        day = local.date()
        period = period_of_slot(version.plan_on(day), slot_of(local))
        key = (day, period.start_slot)
        periods[key] = period
        energies[key] = energies.get(key, 0) + segment.energy_wh
    return Bill(_lines(energies, periods))


def cut_at_half_hours(
    started_at: datetime,
    ended_at: datetime,
    register_start_wh: Wh,
    register_end_wh: Wh,
    readings: Sequence[tuple[datetime, Wh]],
) -> tuple[Segment, ...]:
    """Segments of a session whose pile sent none that hold, by its register readings.

    The register at a UTC half-hour is interpolated linearly between the known points around it and rounded,
    so segments sum exactly to the difference. Readings outside the session, or below one kept before, are
    ignored: callers pass those that count (`meter_trail.py`). Raises InvalidSegments with reason naive_time,
    ends_before_start, backwards or too_many.
    """
    if started_at.tzinfo is None or ended_at.tzinfo is None:
        raise InvalidSegments(reason="naive_time")
    start, end = (started_at.astimezone(UTC), register_start_wh), (ended_at.astimezone(UTC), register_end_wh)
    if end[0] < start[0]:
        raise InvalidSegments(reason="ends_before_start")
    if register_end_wh < register_start_wh:
        raise InvalidSegments(reason="backwards")
    borders = _borders(start[0], end[0])
    points = _known_points(start, end, readings)
    marks = [start, *_registers_at(borders, points), end]
    return tuple(
        Segment(from_at, to_at, Wh(to_wh - from_wh)) for (from_at, from_wh), (to_at, to_wh) in pairwise(marks)
    )


def _lines(
    energies: Mapping[tuple[date, int], int], periods: Mapping[tuple[date, int], TariffPeriod]
) -> tuple[FeeLine, ...]:
    return tuple(
        FeeLine(
            local_date=local_date,
            start_slot=start_slot,
            end_slot=period.end_slot,
            rate_band=period.rate_band,
            component=component,
            energy_wh=Wh(energy_wh),
            price_e5=price_e5,
            fee_fen=fee_fen(Wh(energy_wh), price_e5),
        )
        for (local_date, start_slot), energy_wh in sorted(energies.items())
        if energy_wh
        for period in (periods[local_date, start_slot],)
        for component, price_e5 in (
            (FeeComponent.ELECTRICITY, period.electricity_e5),
            (FeeComponent.SERVICE, period.service_e5),
        )
    )


def _borders(started_at: datetime, ended_at: datetime) -> list[datetime]:
    """UTC half-hours strictly between the two."""
    first = floor_half_hour(started_at) + SLOT
    count = -((first - ended_at) // SLOT)  # ceiling: a border at the very end cuts nothing
    if count >= MAX_SEGMENTS:
        raise InvalidSegments(reason="too_many")
    return [first + number * SLOT for number in range(max(count, 0))]


def _known_points(
    start: tuple[datetime, Wh], end: tuple[datetime, Wh], readings: Iterable[tuple[datetime, Wh]]
) -> list[tuple[datetime, Wh]]:
    """Start, the usable readings and end, in order of time with a register that never falls."""
    points = [start]
    for at, register_wh in sorted((at.astimezone(UTC), register_wh) for at, register_wh in readings):
        if start[0] < at < end[0] and points[-1][1] <= register_wh <= end[1]:
            points.append((at, register_wh))
    points.append(end)
    return points


def _registers_at(
    borders: Iterable[datetime], points: Sequence[tuple[datetime, Wh]]
) -> list[tuple[datetime, Wh]]:
    registers: list[tuple[datetime, Wh]] = []
    after = 1
    for border in borders:
        while points[after][0] <= border:
            after += 1
        (from_at, from_wh), (to_at, to_wh) = points[after - 1], points[after]
        passed, whole = (border - from_at) // _MICROSECOND, (to_at - from_at) // _MICROSECOND
        registers.append((border, Wh(from_wh + round_half_up((to_wh - from_wh) * passed, whole))))
    return registers

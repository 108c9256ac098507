"""An independent exact biller, written from the rules alone: exact fractions, minute by minute.

It shares no code with the product and is as slow and plain as can be.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from fractions import Fraction
from itertools import pairwise
from math import floor

Row = tuple[int, int, int, int]
"""One tariff period: start slot, end slot, electricity and service in 1e-5 yuan per kWh."""

Cell = tuple[int, str]
"""Month and kind of day: workday, weekend or holiday."""


@dataclass(frozen=True)
class Tariff:
    """Rows of each plan with the cells it is for, and the dates that are not what their weekday says."""

    plans: Sequence[tuple[Sequence[Row], Collection[Cell]]]
    holidays: Mapping[date, str]


Prices = Tariff | Sequence[Row]
"""A tariff of one plan is its rows."""

Lines = dict[tuple[date, int, str], tuple[int, int]]
"""(local date, start slot, component) → (Wh, fen)."""

MINUTE = timedelta(minutes=1)


def half_up(value: Fraction) -> int:
    return floor(value + Fraction(1, 2))


def row_of(rows: Iterable[Row], local: datetime) -> Row:
    minutes = local.hour * 60 + local.minute
    found = [row for row in rows if row[0] * 30 <= minutes < row[1] * 30]
    assert len(found) == 1
    return found[0]


def rows_on(prices: Prices, day: date) -> Sequence[Row]:
    """The rows of a date, found by asking every plan."""
    if not isinstance(prices, Tariff):
        return prices
    kind = prices.holidays.get(day)
    if kind is None:
        kind = "weekend" if day.isoweekday() in (6, 7) else "workday"
    found = [rows for rows, cells in prices.plans if (day.month, kind) in cells]
    assert len(found) == 1
    return found[0]


def half_hours_between(start: datetime, end: datetime) -> list[datetime]:
    """Every UTC half-hour strictly between, found by looking at each minute."""
    minute = start.astimezone(UTC).replace(second=0, microsecond=0)
    found = []
    while minute < end.astimezone(UTC):
        if minute.minute in (0, 30) and minute > start.astimezone(UTC):
            found.append(minute)
        minute += MINUTE
    return found


def seconds(span: timedelta) -> Fraction:
    return Fraction(span.days * 86_400 + span.seconds) + Fraction(span.microseconds, 1_000_000)


def register_at(points: Sequence[tuple[datetime, int]], at: datetime) -> Fraction:
    for (t0, r0), (t1, r1) in pairwise(points):
        if t0 <= at < t1:
            return r0 + (r1 - r0) * seconds(at - t0) / seconds(t1 - t0)
    raise AssertionError("outside the points")


def cut(
    start: datetime, end: datetime, start_wh: int, end_wh: int, readings: Iterable[tuple[datetime, int]]
) -> list[tuple[datetime, datetime, int]]:
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    points = [(start, start_wh)]
    highest = start_wh
    for at, register in sorted((at.astimezone(UTC), register) for at, register in readings):
        if at <= start or at >= end or register < highest or register > end_wh:
            continue
        highest = register
        points.append((at, register))
    points.append((end, end_wh))
    marks = [start, *half_hours_between(start, end), end]
    registers = [start_wh, *(half_up(register_at(points, mark)) for mark in marks[1:-1]), end_wh]
    return [(marks[n], marks[n + 1], registers[n + 1] - registers[n]) for n in range(len(marks) - 1)]


def price(segments: Iterable[tuple[datetime, datetime, int]], prices: Prices, zone: tzinfo) -> Lines:
    energies: dict[tuple[date, Row], int] = {}
    for from_at, _, energy in segments:
        local = from_at.astimezone(zone)
        key = (local.date(), row_of(rows_on(prices, local.date()), local))
        energies[key] = energies.get(key, 0) + energy
    lines: Lines = {}
    for (day, row), energy in energies.items():
        if energy > 0:
            for component, price_e5 in (("electricity", row[2]), ("service", row[3])):
                yuan = Fraction(energy, 1000) * Fraction(price_e5, 100_000)
                lines[day, row[0], component] = (energy, half_up(yuan * 100))
    return lines


def total(lines: Lines) -> int:
    return sum(fen for _, fen in lines.values())


def constant_power_total(power_w: int, start: datetime, duration_s: int, prices: Prices, zone: tzinfo) -> int:
    """Bill of a charge at one power whose register shows whole Wh, whole seconds after the start."""
    start = start.astimezone(UTC)
    end = start + timedelta(seconds=duration_s)
    marks = [start, *half_hours_between(start, end), end]
    registers = [floor(Fraction(power_w) * floor(seconds(mark - start)) / 3600) for mark in marks]
    pieces = [(marks[n], marks[n + 1], registers[n + 1] - registers[n]) for n in range(len(marks) - 1)]
    return total(price(pieces, prices, zone))

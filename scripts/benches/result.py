"""What a bench found: a table for people and one JSON line for machines, from medians of interleaved repetitions."""

from __future__ import annotations

import json
import math
import statistics
import sys
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

SIGNIFICANT_DIGITS = 4
GAP = "  "


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How to measure. Without `rates` the bridge is given messages as fast as it goes."""

    reps: int
    is_quick: bool
    piles: int
    orders: int = 0
    rates: Sequence[int] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """`ceiling` is what the rest of the machine could do in the same run; None where there is no such thing.

    `table` has its heading as first row; `details` are further keys of the JSON line; `failures` say what was
    wrong (lost rows, refused requests): a bench with any exits 1.
    """

    bench: str
    value: float
    unit: str
    table: Sequence[Sequence[str]]
    ceiling: float | None = None
    details: Mapping[str, object] = field(default_factory=dict)
    failures: Sequence[str] = ()

    @property
    def ratio(self) -> float | None:
        return self.value / self.ceiling if self.ceiling else None

    def json_line(self) -> str:
        """The result as one line, numbers to four digits."""
        keys = {"bench": self.bench, "value": self.value, "unit": self.unit, "ceiling": self.ceiling}
        content = {**keys, "ratio": self.ratio, **self.details, "failures": list(self.failures)}
        return json.dumps(_rounded(content), ensure_ascii=False)


def interleave(
    cases: Mapping[str, Callable[[], dict[str, float]]], reps: int
) -> dict[str, list[dict[str, float]]]:
    """Run every case once, then every case again, `reps` times in all: a slow spell of the machine hits all."""
    found: dict[str, list[dict[str, float]]] = {name: [] for name in cases}
    for rep in range(1, reps + 1):
        for name, measure in cases.items():
            measured = measure()
            found[name].append(measured)
            shown = "  ".join(f"{key} {number(value)}" for key, value in measured.items())
            say(f"  {rep}/{reps} {name}: {shown}")
    return found


def median(measured: Sequence[Mapping[str, float]], key: str) -> float:
    """The median of one value over the repetitions."""
    return statistics.median(one[key] for one in measured)


def with_range(measured: Sequence[Mapping[str, float]], key: str) -> str:
    """`median [least-most]` for the table."""
    values = [one[key] for one in measured]
    return f"{number(statistics.median(values))} [{number(min(values))}-{number(max(values))}]"


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least this share (0 to 1) of the values do not exceed. ValueError when empty."""
    if not values:
        raise ValueError("no values, no percentile")
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def number(value: float) -> str:
    """Four significant digits, thousands apart."""
    rounded = _round(value)
    return f"{rounded:,}"


def render_table(rows: Sequence[Sequence[str]]) -> str:
    """Columns of equal width, the first to the left, the others to the right; a rule under the heading."""
    widths = [max(_width(row[index]) for row in rows) for index in range(len(rows[0]))]
    lines = [
        GAP.join(_pad(cell, widths[at], is_first=at == 0) for at, cell in enumerate(row)) for row in rows
    ]
    lines.insert(1, "─" * (sum(widths) + len(GAP) * (len(widths) - 1)))
    return "\n".join(line.rstrip() for line in lines)


def say(text: str) -> None:
    """Progress, for the person who waits."""
    print(text, file=sys.stderr, flush=True)


def _pad(cell: str, width: int, *, is_first: bool) -> str:
    blank = " " * (width - _width(cell))
    return cell + blank if is_first else blank + cell


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _round(value: float) -> float:
    if value == 0 or not math.isfinite(value):
        return value
    digits = SIGNIFICANT_DIGITS - 1 - math.floor(math.log10(abs(value)))
    return round(value) if digits <= 0 else round(value, digits)


def _rounded(content: object) -> object:
    if isinstance(content, float):
        return _round(content)
    if isinstance(content, Mapping):
        return {key: _rounded(value) for key, value in content.items()}
    if isinstance(content, list | tuple):
        return [_rounded(value) for value in content]
    return content

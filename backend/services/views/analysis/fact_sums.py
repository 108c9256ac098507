"""Sums as a page shows them, read from facts: one statement for each grain that a range is made of."""

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

import msgspec
from peewee import fn

from backend.domain.fact import SUMS, FactFamily, FactGrain, Span, spans_of
from backend.models import AreaFact, ConnectorFact, StationFact
from backend.services.views.analysis.cut import Cut
from backend.services.views.analysis.ranges import DayRange


class Counted(NamedTuple):
    """The columns of a fact, added up."""

    orders: int = 0
    energy_wh: int = 0
    electricity_fen: int = 0
    service_fen: int = 0
    idle_fen: int = 0
    total_fen: int = 0
    duration_s: int = 0
    firsts: int = 0
    began: int = 0
    failed: int = 0


class Sums(msgspec.Struct, frozen=True, kw_only=True):
    """What was charged; `total_fen` is electricity, service and idle fees. Idle fees count where they ended."""

    charges: int
    energy_wh: int
    electricity_fen: int
    service_fen: int
    idle_fen: int
    total_fen: int
    duration_s: int

    @classmethod
    def of(cls, counted: Counted) -> "Sums":
        """As a page shows it."""
        return cls(charges=counted.orders, **{name: getattr(counted, name) for name in SUMS[1:7]})


NOTHING: Final = Counted()


def add(left: Counted, right: Counted) -> Counted:
    """Both together."""
    return Counted(*(a + b for a, b in zip(left, right, strict=True)))


def sum_all(parts: Iterable[Counted]) -> Counted:
    """All of them together."""
    rows = list(parts)
    return Counted(*map(sum, zip(*rows, strict=True))) if rows else NOTHING


def read_facts(
    cut: Cut, family: FactFamily, wanted: DayRange, *, by: Sequence[str] = ("value",)
) -> dict[tuple[Any, ...], Counted]:
    """Sums of a range by columns of the fact (`value`, `station_id`, `area_code`)."""
    return read_spans(cut, family, spans_of(wanted.from_date, wanted.to_date), by=by)


def read_days(
    cut: Cut, family: FactFamily, wanted: DayRange, *, by: Sequence[str]
) -> dict[tuple[Any, ...], Counted]:
    """Sums of a range by columns of the fact, of which `local_date` may be one: read from days alone."""
    return read_spans(cut, family, [Span(FactGrain.DAY, wanted.from_date, wanted.to_date)], by=by)


def read_spans(
    cut: Cut,
    family: FactFamily,
    spans: Iterable[Span],
    *,
    by: Sequence[str],
    areas: Sequence[str] | None = None,
) -> dict[tuple[Any, ...], Counted]:
    """Sums of these rows; `areas`: of each of them in place of the cut's own area."""
    found: dict[tuple[Any, ...], Counted] = {}
    for span in spans:
        for row in _select(cut, family, span, by, areas):
            key, counted = tuple(row[: len(by)]), Counted(*map(int, row[len(by) :]))
            found[key] = add(found[key], counted) if key in found else counted
    return found


def _select(cut: Cut, family: FactFamily, span: Span, by: Sequence[str], areas: Sequence[str] | None) -> Any:
    table: Any = AreaFact if cut.station_ids is None else StationFact
    query = table.select(
        *(getattr(table, name) for name in by), *(fn.SUM(getattr(table, name)) for name in SUMS)
    ).where(
        (table.family == family)
        & (table.grain == span.grain)
        & table.local_date.between(span.from_date, span.to_date)
    )
    if cut.station_ids is None:
        query = query.where(
            AreaFact.area_code.in_(areas) if areas is not None else AreaFact.area_code == cut.area_code
        )
        query = query.where(AreaFact.operator_id == cut.operator_id)
    else:
        query = query.where(StationFact.station_id.in_(cut.station_ids))
        if cut.operator_id:
            query = query.where(StationFact.operator_id == cut.operator_id)
    if cut.pile_kind is not None:
        query = query.where(table.pile_kind == cut.pile_kind)
    return query.group_by(*(getattr(table, name) for name in by)).tuples()


def dates_of(span: Span, *, are_few: bool) -> Any:
    """SQL: a connector's facts of these dates; named one by one where the key goes on to few connectors."""
    if are_few:
        return ConnectorFact.local_date.in_(span.dates())
    return ConnectorFact.local_date.between(span.from_date, span.to_date)

"""Sums of facts made equal to what they are sums of: the months of a station and of its connectors to their days, an
area's days to its stations', its months to its days. What orders say is recount_facts.py's.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any, Final

from peewee import fn

from backend.domain.fact import ALL_OPERATORS, EVERYWHERE, SUMS, FactFamily, FactGrain, next_month
from backend.models import AreaFact, ConnectorFact, FactPlace, Operator, StationFact
from backend.models.engine.bulk import BulkWrite
from backend.models.engine.database import Row, transactional
from backend.services.facts.fact_rows import Sums, difference, pass_gate

_OF_STATION: Final = ("station_id", "family", "value", "operator_id", "pile_kind")
_OF_CONNECTOR: Final = ("connector_id", "station_id", "operator_id")
_OF_AREA: Final = ("area_code", "operator_id", "family", "value", "pile_kind")
_DATED: Final = ("grain", "local_date")
_station_rows = BulkWrite(StationFact, (*_DATED, *_OF_STATION, *SUMS), adds=SUMS)
_connector_rows = BulkWrite(ConnectorFact, (*_DATED, *_OF_CONNECTOR, *SUMS), adds=SUMS)
_area_rows = BulkWrite(AreaFact, (*_DATED, *_OF_AREA, *SUMS), adds=SUMS)


@transactional
def mend_station_month(*, station_id: int, month: date) -> int:
    """Returns how many sums were wrong."""
    pass_gate()
    of_station = (StationFact.station_id == station_id) & StationFact.family.in_(list(FactFamily))
    return _mend_month(StationFact, _station_rows, _OF_STATION, of_station, month) + _mend_month(
        ConnectorFact, _connector_rows, _OF_CONNECTOR, ConnectorFact.station_id == station_id, month
    )


@transactional
def mend_area_month(
    *, area_code: str, month: date, families: Collection[FactFamily] = tuple(FactFamily)
) -> int:
    """Returns how many sums of these families were wrong."""
    pass_gate()
    operators = [ALL_OPERATORS, *(row.id for row in Operator.select(Operator.id))]
    of_area = (
        (AreaFact.area_code == area_code)
        & AreaFact.operator_id.in_(operators)
        & AreaFact.family.in_(families)
    )
    counted = _count_area(area_code, month, families)
    kept = _read(AreaFact, (*_OF_AREA, "local_date"), of_area, FactGrain.DAY, month)
    changes = difference(counted, kept)
    _area_rows.execute(
        [(FactGrain.DAY, key[-1], *key[:-1], *sums) for key, sums in changes.items()],
    )
    return len(changes) + _mend_month(AreaFact, _area_rows, _OF_AREA, of_area, month)


def _mend_month(table: type[Row], rows: BulkWrite, names: Sequence[str], condition: Any, month: date) -> int:
    counted = _read(table, names, condition, FactGrain.DAY, month)
    kept = _read(table, names, condition, FactGrain.MONTH, month)
    changes = difference(counted, kept)
    rows.execute([(FactGrain.MONTH, month, *key, *sums) for key, sums in changes.items()])
    return len(changes)


def _count_area(area_code: str, month: date, families: Collection[FactFamily]) -> dict[tuple[Any, ...], Sums]:
    """Its days as its stations' come to, of each operator and of all."""
    places = FactPlace.select(FactPlace.station_id)
    if area_code != EVERYWHERE:
        places = places.where(FactPlace.division_code.startswith(area_code))
    ids = [row.station_id for row in places]
    found: dict[tuple[Any, ...], Sums] = defaultdict(lambda: [0] * len(SUMS))
    if not ids:
        return found
    names = ("operator_id", "family", "value", "pile_kind", "local_date")
    condition = StationFact.station_id.in_(ids) & StationFact.family.in_(families)
    for key, sums in _read(StationFact, names, condition, FactGrain.DAY, month).items():
        operator_id, *rest = key
        found[area_code, operator_id, *rest] = sums
        of_all = found[area_code, ALL_OPERATORS, *rest]
        for index, amount in enumerate(sums):
            of_all[index] += amount
    return found


def _read(
    table: type[Row], names: Sequence[str], condition: Any, grain: FactGrain, month: date
) -> dict[tuple[Any, ...], Sums]:
    """Sums of the rows of a month, by these columns."""
    column: Any = lambda name: getattr(table, name)  # noqa: E731
    last = next_month(month) - timedelta(days=1) if grain is FactGrain.DAY else month
    keys = [column(name) for name in names]
    query: Any = (
        table.select(*keys, *(fn.SUM(column(name)) for name in SUMS))
        .where(condition & (column("grain") == grain) & column("local_date").between(month, last))
        .group_by(*keys)
        .tuples()
    )
    return {tuple(row[: len(keys)]): list(map(int, row[len(keys) :])) for row in query}

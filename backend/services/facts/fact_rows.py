"""Facts as rows: made equal to what was counted, by adding the difference to every sum that it is a part of.

A station's days lead; its months, its areas and its connectors get the same difference in the same transaction. One
writes at a time (`pass_gate`), so that no difference is added twice.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from peewee import IntegrityError

from backend.domain.fact import ALL_OPERATORS, SUMS, FactFamily, FactGrain, areas_of, first_of_month
from backend.models import AreaFact, ConnectorFact, FactGate, StationFact
from backend.models.engine.bulk import BulkWrite
from backend.models.engine.database import RetryTransaction, locked
from backend.services.facts.fact_counts import ConnectorKey, DayCounts, StationKey

_GATE: Final = 1
_add_to_stations = BulkWrite(
    StationFact,
    ("station_id", "family", "grain", "local_date", "value", "operator_id", "pile_kind", *SUMS),
    adds=SUMS,
)
_add_to_areas = BulkWrite(
    AreaFact,
    ("area_code", "operator_id", "family", "grain", "local_date", "value", "pile_kind", *SUMS),
    adds=SUMS,
)
_add_to_connectors = BulkWrite(
    ConnectorFact,
    ("grain", "local_date", "connector_id", "station_id", "operator_id", *SUMS),
    adds=SUMS,
)

Sums = list[int]


def pass_gate() -> None:
    """Wait for whoever writes facts, and be the only one until the transaction ends."""
    if locked(FactGate.select().where(FactGate.id == _GATE)).first() is None:
        try:
            FactGate.insert(id=_GATE).execute()
        except IntegrityError as error:
            raise RetryTransaction from error


def keep_days(
    *,
    station_id: int,
    division_code: str,
    from_date: date,
    to_date: date,
    counts: DayCounts,
    with_areas: bool = True,
) -> int:
    """Make the station's days what was counted; returns how many of their sums were not. The gate is passed."""
    changes = difference(counts.stations, read_stations(station_id, from_date, to_date))
    connectors = difference(counts.connectors, _read_connectors(station_id, from_date, to_date))
    _add_to_stations.execute(
        [
            (station_id, key.family, grain, day, key.value, key.operator_id, key.pile_kind, *sums)
            for grain, day, key, sums in _grains(changes)
        ]
    )
    if with_areas:
        add_to_areas(areas_of(division_code), changes)
    _add_to_connectors.execute(
        [
            (grain, day, key.connector_id, station_id, key.operator_id, *sums)
            for grain, day, key, sums in _grains(connectors)
        ]
    )
    return len(changes) + len(connectors)


def add_to_areas(areas: Iterable[str], changes: Mapping[StationKey, Sums]) -> None:
    """Add differences of days to the days and months of these areas, of their operator and of all."""
    by_operator: dict[StationKey, Sums] = defaultdict(lambda: [0] * len(SUMS))
    for key, sums in changes.items():
        for operator_id in (key.operator_id, ALL_OPERATORS):
            _merge(by_operator[key._replace(operator_id=operator_id)], sums)
    rows = [
        (area, key.operator_id, key.family, grain, day, key.value, key.pile_kind, *sums)
        for grain, day, key, sums in _grains(by_operator)
        for area in areas
    ]
    _add_to_areas.execute(rows)


def read_stations(station_id: int, from_date: date, to_date: date) -> dict[StationKey, Sums]:
    """The days that are kept of a station."""
    rows: Any = (
        StationFact.select(
            StationFact.family,
            StationFact.local_date,
            StationFact.value,
            StationFact.operator_id,
            StationFact.pile_kind,
            *(getattr(StationFact, name) for name in SUMS),
        )
        .where(
            (StationFact.station_id == station_id)
            # named, so that the key serves the dates
            & StationFact.family.in_(list(FactFamily))
            & (StationFact.grain == FactGrain.DAY)
            & StationFact.local_date.between(from_date, to_date)
        )
        .tuples()
    )
    return {StationKey(*row[:5]): list(row[5:]) for row in rows}


def difference(counted: Mapping[Any, Sums], kept: Mapping[Any, Sums]) -> dict[Any, Sums]:
    """What has to be added to what is kept, by key."""
    nothing = [0] * len(SUMS)
    found = {}
    for key in {*counted, *kept}:
        pairs = zip(counted.get(key, nothing), kept.get(key, nothing), strict=True)
        sums = [new - old for new, old in pairs]
        if any(sums):
            found[key] = sums
    return found


def _grains(changes: Mapping[Any, Sums]) -> Iterable[tuple[FactGrain, date, Any, Sums]]:
    """Each day's difference, then what the days of each month come to."""
    months: dict[Any, Sums] = defaultdict(lambda: [0] * len(SUMS))
    for key, sums in changes.items():
        yield FactGrain.DAY, key.local_date, key, sums
        _merge(months[key._replace(local_date=first_of_month(key.local_date))], sums)
    for key, sums in months.items():
        if any(sums):
            yield FactGrain.MONTH, key.local_date, key, sums


def _merge(sums: Sums, more: Iterable[int]) -> None:
    for index, amount in enumerate(more):
        sums[index] += amount


def _read_connectors(station_id: int, from_date: date, to_date: date) -> dict[ConnectorKey, Sums]:
    rows: Any = (
        ConnectorFact.select(
            ConnectorFact.local_date,
            ConnectorFact.connector_id,
            ConnectorFact.operator_id,
            *(getattr(ConnectorFact, name) for name in SUMS),
        )
        .where(
            (ConnectorFact.station_id == station_id)
            & (ConnectorFact.grain == FactGrain.DAY)
            & ConnectorFact.local_date.between(from_date, to_date)
        )
        .tuples()
    )
    return {ConnectorKey(*row[:3]): list(row[3:]) for row in rows}

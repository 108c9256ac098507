"""A station's all-time sums compared with its hours, and made equal where they are not.

They differ after an older program, which knows no all-time row, has settled beside a newer one (sql/migrations/0002).
Both are bumped in one transaction otherwise, so a difference that is found is told.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

import structlog
from peewee import fn

from backend.models import Station, StationHour, StationTotal
from backend.models.engine.bulk import BulkWrite
from backend.models.engine.database import Row, reading, transactional

TURNS: Final = 144
TURN_S: Final = 600
"""A part of the stations has its turn every ten minutes, so that each is counted once a day."""

_COLUMNS: Final = ("orders", "energy_wh", "total_fen", "duration_s")
_NOTHING: Final = (0, 0, 0, 0)
_add = BulkWrite(StationTotal, ("station_id", "operator_id", *_COLUMNS), adds=_COLUMNS)
_log = structlog.get_logger(__name__)

_Sums = dict[int, tuple[int, ...]]
"""The values of `_COLUMNS` by operator: a station may have changed hands."""


def recount_stations(*, now: datetime) -> int:
    """Recount the stations whose turn it is; returns how many all-time rows were wrong. Raises ServiceUnavailable."""
    turn = int(now.timestamp()) // TURN_S % TURNS
    return sum(recount_station(station_id=station_id) for station_id in _find_off(turn))


@reading
def _find_off(turn: int) -> list[int]:
    """Stations that look wrong; one that settles an order at this moment may be among them."""
    stations: Iterable[Any] = Station.select(Station.id).where(Station.id % TURNS == turn)
    return [row.id for row in stations if _sum(StationHour, row.id) != _sum(StationTotal, row.id)]


@transactional
def recount_station(*, station_id: int) -> int:
    """Make the station's all-time rows the sums of its hours; returns how many were not."""
    # adding nothing locks the rows, which a settlement bumps last: what is summed now includes all that it waited for
    _add.execute([(station_id, operator_id, *_NOTHING) for operator_id in _sum(StationHour, station_id)])
    hours, totals = _sum(StationHour, station_id), _sum(StationTotal, station_id)
    wrong = [operator_id for operator_id in hours if hours[operator_id] != totals.get(operator_id)]
    for operator_id in wrong:
        StationTotal.update(dict(zip(_COLUMNS, hours[operator_id], strict=True))).where(
            (StationTotal.station_id == station_id) & (StationTotal.operator_id == operator_id)
        ).execute()
        _log.warning("station_total_wrong", station_id=station_id, operator_id=operator_id)
    return len(wrong)


def _sum(table: type[Row], station_id: int) -> _Sums:
    column: Any = lambda name: getattr(table, name)  # noqa: E731
    rows: Iterable[Any] = (
        table.select(column("operator_id"), *(fn.SUM(column(name)) for name in _COLUMNS))
        .where(column("station_id") == station_id)
        .group_by(column("operator_id"))
        .tuples()
    )
    return {operator_id: tuple(map(int, sums)) for operator_id, *sums in rows}

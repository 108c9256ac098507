"""Keeps what connectors deliver at each quarter of an hour, and forgets what is some weeks old; a sweep.

Whoever of the jobs comes first in a quarter writes it. A quarter in which none of them ran has no rows, which is a gap
and no zero.
"""

from collections import defaultdict
from datetime import datetime, timedelta
from typing import Any, Final

from peewee import fn

from backend.domain.fact import ALL_OPERATORS, ALL_STATIONS, quarter_of
from backend.models import Connector, ConnectorState, Pile, PileState, PowerQuarter
from backend.models.engine.bulk import BulkWrite
from backend.models.engine.database import transactional
from backend.services.views.desk.power_now import power_of_connector

EVERY_S: Final = 60
KEPT: Final = timedelta(days=35)
ROWS_PER_CALL: Final = 5_000
_insert = BulkWrite(PowerQuarter, ("operator_id", "station_id", "at", "power_w"))


@transactional
def keep_power(*, now: datetime) -> int:
    """Write the quarter that runs, once; returns how many rows that were. Raises ServiceUnavailable."""
    at = quarter_of(now)
    of_all = (PowerQuarter.operator_id == ALL_OPERATORS) & (PowerQuarter.station_id == ALL_STATIONS)
    if PowerQuarter.select().where(of_all & (PowerQuarter.at == at)).exists():
        return 0
    _forget(now)
    watts: dict[tuple[int, int], int] = defaultdict(int)
    watts[ALL_OPERATORS, ALL_STATIONS] = 0
    for operator_id, station_id, power_w in _read(now):
        if not power_w:
            continue
        for key in (
            (operator_id, station_id),
            (operator_id, ALL_STATIONS),
            (ALL_OPERATORS, ALL_STATIONS),
        ):
            watts[key] += int(power_w)
    return _insert.execute([(*key, at, power_w) for key, power_w in watts.items()])


def _read(now: datetime) -> Any:
    return (
        Connector.select(Connector.operator_id, Connector.station_id, fn.SUM(power_of_connector(now)))
        .join(Pile, on=(Pile.id == Connector.pile_id))
        .join_from(Connector, ConnectorState, on=(ConnectorState.connector_id == Connector.id))
        .join_from(Pile, PileState, on=(PileState.pile_id == Pile.id))
        .where(Pile.is_retired == False)  # noqa: E712 - SQL
        .group_by(Connector.operator_id, Connector.station_id)
        .tuples()
    )


def _forget(now: datetime) -> None:
    """The oldest time that is too old goes with all of its rows; a quarter comes as often as one goes."""
    oldest = PowerQuarter.select(PowerQuarter.at).order_by(PowerQuarter.at).first()
    if oldest is not None and oldest.at < now - KEPT:
        PowerQuarter.delete().where(PowerQuarter.at <= oldest.at + _AT_ONCE).execute()


_AT_ONCE: Final = timedelta(hours=1)

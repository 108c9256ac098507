"""What was charged since the beginning, over the stations somebody may see: one roll-up row a station."""

from typing import Any, NamedTuple

from peewee import fn

from backend.domain.actor import Actor
from backend.models import StationTotal
from backend.services.access.scope import scoped


class AllTime(NamedTuple):
    """Sums of all settled orders."""

    charges: int
    energy_wh: int
    charging_fen: int
    duration_s: int


def get_all_time(staff: Actor) -> AllTime:
    """The sums of every station in scope."""
    columns = (StationTotal.orders, StationTotal.energy_wh, StationTotal.total_fen, StationTotal.duration_s)
    query = scoped(
        StationTotal.select(*(fn.COALESCE(fn.SUM(column), 0) for column in columns)),
        staff,
        operator=StationTotal.operator_id,
        station=StationTotal.station_id,
    )
    sums: Any = query.tuples().get()
    # MariaDB sums integers into Decimals
    return AllTime(*map(int, sums))

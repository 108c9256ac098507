"""Sums kept with the orders: bumped last in the transaction that settles, in key order, so that two
settlements never wait for each other in a circle. The day is the local day of `ended_at` or `paid_at`.
"""

from datetime import datetime, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from backend.models import ConnectorDay, Order, PlatformDay, StationHour, StationTotal
from backend.models.engine.bulk import BulkWrite
from backend.models.engine.database import transactional

PLATFORM_ZONE: Final = ZoneInfo("Asia/Shanghai")
"""Top-ups and new drivers belong to no station: their day is the platform's."""


_ORDER_SUMS: Final = ("orders", "energy_wh", "total_fen", "duration_s")
_FEES: Final = ("electricity_fen", "service_fen")
_add_to_day = BulkWrite(
    ConnectorDay,
    ("connector_id", "local_date", "station_id", "operator_id", *_ORDER_SUMS),
    adds=_ORDER_SUMS,
)
_add_to_hour = BulkWrite(
    StationHour,
    ("station_id", "local_date", "local_hour", "operator_id", *_ORDER_SUMS, *_FEES),
    adds=(*_ORDER_SUMS, *_FEES),
)
_add_to_total = BulkWrite(StationTotal, ("station_id", "operator_id", *_ORDER_SUMS), adds=_ORDER_SUMS)
_PLATFORM_SUMS: Final = ("top_ups", "top_up_fen", "new_drivers")
_add_to_platform = BulkWrite(PlatformDay, ("local_date", *_PLATFORM_SUMS), adds=_PLATFORM_SUMS)


@transactional
def bump_charging(*, order: Order, zone: tzinfo, sign: int = 1) -> None:
    """Add a settled order to its connector's day, its station's hour and total; `sign` -1 takes it out again.

    A test by staff is in no sum.
    """
    if order.is_test:
        return
    local = order.ended_at.astimezone(zone)
    duration_s = int((order.ended_at - order.started_at).total_seconds())
    sums = (sign, sign * order.energy_wh, sign * order.total_fen, sign * duration_s)
    fees = (sign * order.electricity_fen, sign * order.service_fen)
    _add_to_day.execute([(order.connector_id, local.date(), order.station_id, order.operator_id, *sums)])
    _add_to_hour.execute([(order.station_id, local.date(), local.hour, order.operator_id, *sums, *fees)])
    _add_to_total.execute([(order.station_id, order.operator_id, *sums)])


@transactional
def bump_top_up(*, amount_fen: int, paid_at: datetime) -> None:
    """Add a paid top-up to the platform's day."""
    _add_to_platform.execute([(paid_at.astimezone(PLATFORM_ZONE).date(), 1, amount_fen, 0)])


@transactional
def bump_new_driver(*, created_at: datetime) -> None:
    """Count an opened account on the platform's day."""
    _add_to_platform.execute([(created_at.astimezone(PLATFORM_ZONE).date(), 0, 0, 1)])

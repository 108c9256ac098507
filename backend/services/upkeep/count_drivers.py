"""A consumer of events: what each driver ever charged at each operator, for the desk.

A driver's orders are counted whole each time, so that a correction, a repeat or an event that an older program missed
needs no thought: the next one mends it. That costs a walk over one driver's orders behind each of their charges.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from peewee import IntegrityError, fn

from backend.models import DriverTotal, Order
from backend.models.engine.database import RetryTransaction, transactional
from backend.services.ground.event_queue import ToldEvent


@transactional
def count_drivers(events: Sequence[ToldEvent], now: datetime) -> None:
    """Count the drivers of these orders anew."""
    del now
    numbers = {event.object_no for event in events}
    told = Order.select(Order.driver_id).where(Order.order_no.in_(numbers))
    for driver_id in sorted({row.driver_id for row in told if row.driver_id is not None}):
        _count(driver_id)


def _count(driver_id: int) -> None:
    sums: Any = (
        Order.select(
            Order.operator_id,
            fn.COUNT(Order.id),
            fn.SUM(Order.energy_wh),
            fn.SUM(Order.total_fen),
            fn.MAX(Order.ended_at),
        )
        .where((Order.driver_id == driver_id) & Order.is_test.is_null())
        .group_by(Order.operator_id)
        .tuples()
    )
    for operator_id, charges, energy_wh, total_fen, last_ended_at in list(sums):
        # MariaDB sums integers into Decimals
        _keep(
            driver_id,
            operator_id,
            charges=charges,
            energy_wh=int(energy_wh),
            total_fen=int(total_fen),
            last_ended_at=last_ended_at,
        )


def _keep(driver_id: int, operator_id: int, **sums: Any) -> None:
    is_it = (DriverTotal.driver_id == driver_id) & (DriverTotal.operator_id == operator_id)
    if DriverTotal.select(DriverTotal.id).where(is_it).exists():
        DriverTotal.update(**sums).where(is_it).execute()
        return
    try:
        DriverTotal.create(driver_id=driver_id, operator_id=operator_id, **sums)
    except IntegrityError as error:
        raise RetryTransaction from error

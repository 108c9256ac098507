"""What a driver's charges of a month come to: how many, how much energy, how much money."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec
from peewee import Case, fn

from backend.domain.actor import Actor
from backend.domain.order import OrderKind
from backend.models import Order
from backend.services.views.driver.local_months import bounds_of, month_of


class OrderMonth(msgspec.Struct, frozen=True, kw_only=True):
    """`month` as in `2026-11`; `total_fen` is that of all bills, `charges` and `energy_wh` are of charges alone."""

    month: str
    charges: int
    energy_wh: int
    total_fen: int


def sum_months(
    driver: Actor, started: Iterable[datetime], told_before: datetime | None
) -> tuple[OrderMonth, ...]:
    """The months in which these orders began, newest first, but the one that the page before has told."""
    months = {month_of(at) for at in started}
    if told_before is not None:
        months.discard(month_of(told_before))
    return tuple(_sum(driver, month) for month in sorted(months, reverse=True))


def _sum(driver: Actor, month: str) -> OrderMonth:
    begins_at, ends_at = bounds_of(month)
    is_charge = Order.kind == OrderKind.CHARGING
    row: Any = (
        Order.select(
            fn.COUNT(Case(None, [(is_charge, 1)])),
            fn.COALESCE(fn.SUM(Case(None, [(is_charge, Order.energy_wh)], 0)), 0),
            fn.COALESCE(fn.SUM(Order.total_fen), 0),
        )
        .where(
            (Order.driver_id == driver.id) & (Order.started_at >= begins_at) & (Order.started_at < ends_at)
        )
        .tuples()
        .get()
    )
    charges, energy_wh, total_fen = (int(value) for value in row)
    return OrderMonth(month=month, charges=charges, energy_wh=energy_wh, total_fen=total_fen)

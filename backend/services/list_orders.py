"""A driver's orders, newest first, by cursor."""

from datetime import datetime
from typing import Any, Final

import msgspec

from backend.domain.errors import InvalidCursor
from backend.domain.order import OrderKind, OrderState
from backend.models import Order, Session, Station
from backend.models.database import reading
from backend.services.authenticate import Actor

LARGEST_PAGE: Final = 50


class OrderSummary(msgspec.Struct, frozen=True, kw_only=True):
    order_no: str
    session_no: str
    kind: OrderKind
    state: OrderState
    station_name: str
    started_at: datetime
    ended_at: datetime
    energy_wh: int
    total_fen: int
    debt_fen: int


class OrderPage(msgspec.Struct, frozen=True, kw_only=True):
    """`next_cursor` is None on the last page."""

    orders: tuple[OrderSummary, ...]
    next_cursor: str | None


@reading
def list_orders(*, driver: Actor, cursor: str | None, limit: int) -> OrderPage:
    """One page of the driver's own orders. Raises InvalidCursor."""
    limit = max(1, min(limit, LARGEST_PAGE))
    where = Order.driver_id == driver.id
    if cursor:
        before = Order.get_or_none((Order.order_no == cursor) & (Order.driver_id == driver.id))
        if before is None:
            raise InvalidCursor
        where &= Order.id < before.id
    rows: list[Any] = list(
        Order.select(Order, Session.session_no, Station.name.alias("station_name"))
        .join(Session, on=(Session.id == Order.session_id))
        .join_from(Order, Station, on=(Station.id == Order.station_id))
        .where(where)
        .order_by(Order.id.desc())
        .limit(limit + 1)
        .objects()
    )
    page = rows[:limit]
    return OrderPage(
        orders=tuple(
            OrderSummary(
                order_no=row.order_no,
                session_no=row.session_no,
                kind=row.kind,
                state=row.state,
                station_name=row.station_name,
                started_at=row.started_at,
                ended_at=row.ended_at,
                energy_wh=row.energy_wh,
                total_fen=row.total_fen,
                debt_fen=row.debt_fen,
            )
            for row in page
        ),
        next_cursor=page[-1].order_no if len(rows) > limit else None,
    )

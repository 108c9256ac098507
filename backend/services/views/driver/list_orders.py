"""A driver's orders, newest first, by cursor."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple, cast

import msgspec
from peewee import JOIN

from backend.domain.actor import Actor
from backend.domain.errors import DomainError, InvalidCursor
from backend.domain.order import OrderKind, OrderState
from backend.models import Order, Session, Station
from backend.models.engine.database import reading
from backend.services.views.driver.order_months import OrderMonth, sum_months

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
    """`next_cursor` is None on the last page. `months` are those that begin on this page, where they were asked for."""

    orders: tuple[OrderSummary, ...]
    next_cursor: str | None
    months: tuple[OrderMonth, ...] = ()


class OrderQuery(NamedTuple):
    """A page of the driver's own orders; `cursor` is the `next_cursor` of the page before."""

    driver: Actor
    cursor: str | None
    limit: int
    with_months: bool = False


def list_order_pages(queries: Sequence[OrderQuery]) -> dict[OrderQuery, OrderPage | DomainError]:
    """Each query's page, or InvalidCursor in its place; one after the other, for the API's coalesced reads."""
    found: dict[OrderQuery, OrderPage | DomainError] = {}
    for query in queries:
        try:
            found[query] = list_orders(**query._asdict())
        except InvalidCursor as error:
            found[query] = error
    return found


@reading
def list_orders(*, driver: Actor, cursor: str | None, limit: int, with_months: bool = False) -> OrderPage:
    """One page of the driver's own orders. Raises InvalidCursor."""
    limit = max(1, min(limit, LARGEST_PAGE))
    where = Order.driver_id == driver.id
    before: Order | None = None
    if cursor:
        before = Order.get_or_none((Order.order_no == cursor) & (Order.driver_id == driver.id))
        if before is None:
            raise InvalidCursor
        where &= Order.id < before.id
    rows = list(
        Order.select(
            Order.order_no,
            Session.session_no,
            Order.kind,
            Order.state,
            Station.name,
            Order.started_at,
            Order.ended_at,
            Order.energy_wh,
            Order.total_fen,
            Order.debt_fen,
        )
        # every order has both; an outer join keeps the database from starting at the few stations
        .join(Session, JOIN.LEFT_OUTER, on=(Session.id == Order.session_id))
        .join_from(Order, Station, JOIN.LEFT_OUTER, on=(Station.id == Order.station_id))
        .where(where)
        .order_by(Order.id.desc())
        .limit(limit + 1)
        .tuples()
    )
    names = OrderSummary.__struct_fields__
    page = [
        OrderSummary(**dict(zip(names, row, strict=True)))
        for row in cast("list[tuple[Any, ...]]", rows[:limit])
    ]
    told_before = None if before is None else before.started_at
    return OrderPage(
        orders=tuple(page),
        next_cursor=page[-1].order_no if len(rows) > limit else None,
        months=sum_months(driver, [one.started_at for one in page], told_before) if with_months else (),
    )

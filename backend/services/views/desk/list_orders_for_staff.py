"""The desk's list of orders, the latest end of charging first, with filters and a total that never counts a big table."""

from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from typing import Any, Final

import msgspec
from peewee import JOIN, ModelSelect, fn

from backend.domain.actor import Actor
from backend.domain.errors import InvalidInput
from backend.domain.order import OrderKind, OrderState
from backend.models import Connector, Driver, Order, Pile, Session, Station
from backend.models.engine.database import reading
from backend.services.access.scope import scoped
from backend.services.access.visible_stations import find_station_id
from backend.services.ground.roll_ups import PLATFORM_ZONE
from backend.services.views.desk.all_time import get_all_time
from backend.services.views.desk.staff_page import Listing, Total, count_capped, load_page


class StaffOrderRow(msgspec.Struct, frozen=True, kw_only=True):
    order_no: str
    session_no: str
    kind: OrderKind
    state: OrderState
    station_no: str
    station_name: str
    pile_no: str
    connector_no: str
    driver_no: str | None
    started_at: datetime
    ended_at: datetime
    duration_s: int
    energy_wh: int
    electricity_fen: int
    service_fen: int
    total_fen: int
    debt_fen: int
    is_estimated: bool
    has_discrepancy: bool
    settled_at: datetime | None


class OrderSums(msgspec.Struct, frozen=True, kw_only=True):
    """Of all orders that the filter finds, whatever page is shown."""

    energy_wh: int
    electricity_fen: int
    service_fen: int
    total_fen: int


class StaffOrderPage(msgspec.Struct, frozen=True, kw_only=True):
    """`sums` are None where there are too many orders to add up for a list.

    `searched` is how many of the newest orders were looked through for a part of a number; None where all were.
    """

    orders: tuple[StaffOrderRow, ...]
    prev_cursor: str | None
    next_cursor: str | None
    total: Total
    sums: OrderSums | None
    searched: int | None


class OrderFilter(msgspec.Struct, frozen=True, kw_only=True):
    """None: any. The dates are local days of the end of charging, both included.

    `order_no` is a whole number or a part of one, in large or small letters.
    """

    station_no: str | None = None
    state: OrderState | None = None
    order_no: str | None = None
    from_date: date | None = None
    to_date: date | None = None


_ANY: Final = OrderFilter()
WHOLE_NUMBER: Final = len("O20261128214052B2KXPVW8H9")
MOST_SEARCHED: Final = 2_000
"""No index finds a part of a number: the newest so many that the other filters leave are looked through."""
MOST_SUMMED: Final = 2_000


@reading
def list_orders_for_staff(
    *, staff: Actor, wanted: OrderFilter, cursor: str | None, limit: int
) -> StaffOrderPage:
    """One page of the orders in scope. Raises InvalidCursor, and InvalidInput for dates the wrong way round."""
    if wanted.from_date and wanted.to_date and wanted.from_date > wanted.to_date:
        raise InvalidInput(field="from_date", reason="晚于结束日期")
    anchors = scoped(Order.select(), staff, operator=Order.operator_id, station=Order.station_id)
    filtered, searched = _search(_filter(anchors, staff, wanted), wanted.order_no)
    listing = Listing(
        wanted=filtered,
        anchors=anchors,
        shown=_select_rows(),
        number=Order.order_no,
        time=Order.ended_at,
        is_newest_first=True,
    )
    page = load_page(listing, cursor=cursor, limit=limit)
    total = _count_all(staff) if wanted == _ANY else count_capped(filtered)
    return StaffOrderPage(
        orders=tuple(_view(row) for row in page.rows),
        prev_cursor=page.prev_cursor,
        next_cursor=page.next_cursor,
        total=total,
        sums=_sum(filtered) if total.count <= MOST_SUMMED and not total.is_capped else None,
        searched=searched,
    )


def _select_rows() -> "ModelSelect[Any]":
    """Orders with the names their view needs; outer joins, so that no database starts at the few stations."""
    return (
        Order.select(
            Order,
            Session.session_no,
            Station.station_no,
            Station.name.alias("station_name"),
            Pile.pile_no,
            Connector.connector_no,
            Driver.driver_no,
        )
        .join(Session, JOIN.LEFT_OUTER, on=(Session.id == Order.session_id))
        .join_from(Session, Pile, JOIN.LEFT_OUTER, on=(Pile.id == Session.pile_id))
        .join_from(Order, Station, JOIN.LEFT_OUTER, on=(Station.id == Order.station_id))
        .join_from(Order, Connector, JOIN.LEFT_OUTER, on=(Connector.id == Order.connector_id))
        .join_from(Order, Driver, JOIN.LEFT_OUTER, on=(Driver.id == Order.driver_id))
    )


def _filter(query: "ModelSelect[Any]", staff: Actor, wanted: OrderFilter) -> "ModelSelect[Any]":
    if wanted.state is not None:
        query = query.where(Order.state == wanted.state)
    if wanted.station_no is not None:
        query = query.where(Order.station_id == find_station_id(staff, wanted.station_no))
    if wanted.from_date is not None:
        query = query.where(Order.ended_at >= _midnight(wanted.from_date))
    if wanted.to_date is not None and wanted.to_date < date.max:
        query = query.where(Order.ended_at < _midnight(wanted.to_date + timedelta(days=1)))
    return query


def _search(query: "ModelSelect[Any]", text: str | None) -> tuple["ModelSelect[Any]", int | None]:
    """The query with only the orders of this number, or with it in theirs; and how many were looked through, if not all."""
    if text is None:
        return query, None
    sought = text.strip().upper()
    if len(sought) >= WHOLE_NUMBER:
        return query.where(Order.order_no == sought), None
    newest = query.select(Order.id, Order.order_no).order_by(Order.ended_at.desc(), Order.id.desc())
    rows = list(newest.limit(MOST_SEARCHED + 1).tuples())
    ids = [row_id for row_id, order_no in rows[:MOST_SEARCHED] if sought in order_no]
    return query.where(Order.id.in_(ids)), MOST_SEARCHED if len(rows) > MOST_SEARCHED else None


def _sum(query: "ModelSelect[Any]") -> OrderSums:
    columns = (Order.energy_wh, Order.electricity_fen, Order.service_fen, Order.total_fen)
    sums: Any = query.select(*(fn.COALESCE(fn.SUM(column), 0) for column in columns)).tuples().get()
    # MariaDB sums integers into Decimals
    energy_wh, electricity_fen, service_fen, total_fen = map(int, sums)
    return OrderSums(
        energy_wh=energy_wh, electricity_fen=electricity_fen, service_fen=service_fen, total_fen=total_fen
    )


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time_of_day(), tzinfo=PLATFORM_ZONE)


def _count_all(staff: Actor) -> Total:
    """From the roll-ups, which every order is in as soon as it is settled."""
    return Total(count=get_all_time(staff).charges, is_capped=False)


def _view(row: Any) -> StaffOrderRow:
    return StaffOrderRow(
        order_no=row.order_no,
        session_no=row.session_no,
        kind=row.kind,
        state=row.state,
        station_no=row.station_no,
        station_name=row.station_name,
        pile_no=row.pile_no,
        connector_no=row.connector_no,
        driver_no=row.driver_no,
        started_at=row.started_at,
        ended_at=row.ended_at,
        duration_s=int((row.ended_at - row.started_at).total_seconds()),
        energy_wh=row.energy_wh,
        electricity_fen=row.electricity_fen,
        service_fen=row.service_fen,
        total_fen=row.total_fen,
        debt_fen=row.debt_fen,
        is_estimated=row.is_estimated,
        has_discrepancy=row.has_discrepancy,
        settled_at=row.settled_at,
    )

"""The desk's list of orders, the latest end of charging first, with filters and a total that never counts a big table."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, Final

import msgspec
from peewee import JOIN, ModelSelect, fn

from backend.domain.actor import Actor
from backend.domain.order import OrderKind, OrderState
from backend.models import Connector, Driver, Order, Pile, Session, Station
from backend.models.engine.database import reading
from backend.services.access.scope import scoped
from backend.services.access.visible_stations import find_station_id
from backend.services.views.desk.all_time import get_all_time
from backend.services.views.desk.local_days import in_days
from backend.services.views.desk.staff_page import (
    Listing,
    Page,
    Total,
    count_capped,
    load_found_page,
    load_page,
)


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
    idle_fen: int
    total_fen: int
    debt_fen: int
    is_estimated: bool
    has_discrepancy: bool
    settled_at: datetime | None
    is_test: bool


class OrderSums(msgspec.Struct, frozen=True, kw_only=True):
    """Of all orders that the filter finds, whatever page is shown, without tests by staff."""

    energy_wh: int
    electricity_fen: int
    service_fen: int
    idle_fen: int
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
    driver_no: str | None = None
    from_date: date | None = None
    to_date: date | None = None


_ANY: Final = OrderFilter()
WHOLE_NUMBER: Final = len("O20261128214052B2KXPVW8H9")
MOST_SEARCHED: Final = 500
"""No index finds a part of a number: the newest so many that the other filters leave are looked through."""
MOST_SUMMED: Final = 2_000
ROWS_AT_ONCE: Final = 100


@reading
def list_orders_for_staff(
    *, staff: Actor, wanted: OrderFilter, cursor: str | None, limit: int
) -> StaffOrderPage:
    """One page of the orders in scope. Raises InvalidCursor, and UnfitInput for dates the wrong way round."""
    listing = listing_of_orders(staff, wanted)
    filtered = listing.wanted
    if wanted.order_no is not None and not _is_whole(wanted.order_no):
        return _list_found(listing, staff, wanted, cursor, limit)
    page = load_page(listing, cursor=cursor, limit=limit)
    total = _count_all(staff) if wanted == _ANY else count_capped(filtered)
    # rows of one state lie scattered in the index: to find them once, for the count, is enough
    is_small = wanted.state is None and total.count <= MOST_SUMMED and not total.is_capped
    # what staff tried costs nothing and is in no sum, here as everywhere
    sums = _sum(filtered.where(Order.is_test.is_null())) if is_small else None
    return _view_page(page, total, sums, None)


def listing_of_orders(staff: Actor, wanted: OrderFilter) -> Listing:
    """The orders in scope that the filter finds, but for a part of a number. Raises UnfitInput."""
    anchors = scoped(Order.select(), staff, operator=Order.operator_id, station=Order.station_id)
    return Listing(
        wanted=_filter(anchors, staff, wanted),
        anchors=anchors,
        shown=_select_rows(),
        number=Order.order_no,
        time=Order.ended_at,
        is_newest_first=True,
    )


def _list_found(
    listing: Listing, staff: Actor, wanted: OrderFilter, cursor: str | None, limit: int
) -> StaffOrderPage:
    """A page of those with a part of a number in theirs, among the newest that the other filters leave."""
    sought = (wanted.order_no or "").strip().upper()
    newest = _newest_ids(listing.wanted, None if wanted.station_no else staff.station_ids)
    rows = {row.id: row for row in _read(newest[:MOST_SEARCHED]) if sought in row.order_no}
    found = [rows[row_id] for row_id in newest if row_id in rows]
    page = load_found_page(listing, [(row.id, row.order_no) for row in found], cursor=cursor, limit=limit)
    paid = [row for row in found if not row.is_test]
    sums = OrderSums(
        energy_wh=sum(row.energy_wh for row in paid),
        electricity_fen=sum(row.electricity_fen for row in paid),
        service_fen=sum(row.service_fen for row in paid),
        idle_fen=sum(row.idle_fen for row in paid),
        total_fen=sum(row.total_fen for row in paid),
    )
    searched = MOST_SEARCHED if len(newest) > MOST_SEARCHED else None
    return _view_page(page, Total(count=len(found), is_capped=False), sums, searched)


def _view_page(page: Page, total: Total, sums: OrderSums | None, searched: int | None) -> StaffOrderPage:
    return StaffOrderPage(
        orders=tuple(view_order(row) for row in page.rows),
        prev_cursor=page.prev_cursor,
        next_cursor=page.next_cursor,
        total=total,
        sums=sums,
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
    if wanted.order_no is not None and _is_whole(wanted.order_no):
        query = query.where(Order.order_no == wanted.order_no.strip().upper())
    if wanted.state is not None:
        query = query.where(Order.state == wanted.state)
    if wanted.station_no is not None:
        query = query.where(Order.station_id == find_station_id(staff, wanted.station_no))
    if wanted.driver_no is not None:
        driver = Driver.get_or_none(Driver.driver_no == wanted.driver_no.strip())
        query = query.where(Order.driver_id == (0 if driver is None else driver.id))
    return in_days(query, Order.ended_at, from_date=wanted.from_date, to_date=wanted.to_date)


def _is_whole(order_no: str) -> bool:
    sought = order_no.strip().upper()
    return len(sought) >= WHOLE_NUMBER or Order.select().where(Order.order_no == sought).exists()


def _newest_ids(query: "ModelSelect[Any]", station_ids: Collection[int] | None) -> list[int]:
    """Row ids of the newest orders, one more than are searched; each station by itself, along its own index."""
    parts = [query] if station_ids is None else [query.where(Order.station_id == one) for one in station_ids]
    rows: list[tuple[datetime, int]] = []
    for part in parts:
        newest = part.select(Order.ended_at, Order.id).order_by(Order.ended_at.desc(), Order.id.desc())
        rows.extend(newest.limit(MOST_SEARCHED + 1).tuples())
    return [row_id for _, row_id in sorted(rows, reverse=True)[: MOST_SEARCHED + 1]]


def _read(ids: Sequence[int]) -> list[Order]:
    """These orders; a few at a time, so that no other row is read."""
    return [
        row
        for first in range(0, len(ids), ROWS_AT_ONCE)
        for row in Order.select().where(Order.id.in_(ids[first : first + ROWS_AT_ONCE]))
    ]


def _sum(query: "ModelSelect[Any]") -> OrderSums:
    columns = (Order.energy_wh, Order.electricity_fen, Order.service_fen, Order.idle_fen, Order.total_fen)
    sums: Any = query.select(*(fn.COALESCE(fn.SUM(column), 0) for column in columns)).tuples().get()
    # MariaDB sums integers into Decimals
    return OrderSums(**dict(zip(OrderSums.__struct_fields__, map(int, sums), strict=True)))


def _count_all(staff: Actor) -> Total:
    """From the roll-ups, which every charge is in as soon as it is settled; idle fees are few and counted."""
    fees = Order.select().where(Order.kind == OrderKind.IDLE)
    counted = count_capped(scoped(fees, staff, operator=Order.operator_id, station=Order.station_id))
    return Total(count=get_all_time(staff).charges + counted.count, is_capped=counted.is_capped)


def view_order(row: Any) -> StaffOrderRow:
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
        idle_fen=row.idle_fen,
        total_fen=row.total_fen,
        debt_fen=row.debt_fen,
        is_estimated=row.is_estimated,
        has_discrepancy=row.has_discrepancy,
        settled_at=row.settled_at,
        is_test=bool(row.is_test),
    )

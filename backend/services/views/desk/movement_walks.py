"""Which rows of which tables are movements that a member of staff may see and a filter finds.

Charges and idle fees are those of the orders in scope. Money in and out of wallets is the platform's, as in its own lists:
for staff who see all of the platform and may read refunds. A station's filter finds orders alone, a channel's no order.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any, Final

import msgspec
from peewee import JOIN, SQL, Field, ModelSelect, fn

from backend.domain.actor import Actor
from backend.domain.errors import UnfitInput
from backend.domain.movement import (
    LONGEST_DAYS,
    LONGEST_HOURS_DAYS,
    OF_ORDERS,
    OF_REFUNDS,
    MovementKind,
    MovementState,
    spans_of,
)
from backend.domain.order import OrderKind
from backend.domain.payment import Channel, PaymentPurpose
from backend.domain.permission import Permission
from backend.models import Connector, Driver, Order, Payment, Pile, Refund, RefundPart, Session, Station
from backend.services.access.scope import scoped, sees_platform
from backend.services.access.visible_stations import find_station_id
from backend.services.ground.roll_ups import PLATFORM_ZONE
from backend.services.views.desk.merged_page import Walk
from backend.services.views.desk.staff_page import Listing

ORDERS: Final = "o"
PAYMENTS: Final = "p"
REFUNDS: Final = "r"
_OF_ORDERS: Final = (MovementKind.CHARGE, MovementKind.IDLE)
_OF_PAYMENTS: Final = {
    MovementKind.TOP_UP: PaymentPurpose.TOP_UP,
    MovementKind.PREPAY: PaymentPurpose.PREPAY,
}
_NOBODY: Final = 0


class MovementFilter(msgspec.Struct, frozen=True, kw_only=True):
    """None: any. The dates are local days of a movement's time, both included; `weekday` 1 is Monday.

    `pile_no` and `driver_no` are whole numbers; the amounts are included.
    """

    kind: MovementKind | None = None
    from_date: date | None = None
    to_date: date | None = None
    weekday: int | None = None
    hour: int | None = None
    station_no: str | None = None
    pile_no: str | None = None
    driver_no: str | None = None
    channel: Channel | None = None
    state: MovementState | None = None
    least_fen: int | None = None
    most_fen: int | None = None


def walks_of(staff: Actor, wanted: MovementFilter) -> tuple[Walk, ...]:
    """The walks that can find something. Raises UnfitInput for what cannot be looked for, Forbidden but for staff."""
    _check(wanted)
    walks = []
    if _is_of_orders(wanted):
        walks.append(Walk(letter=ORDERS, listing=_orders(staff, wanted)))
    if sees_money(staff) and wanted.station_no is None and wanted.pile_no is None:
        if wanted.kind in {None, *_OF_PAYMENTS} and wanted.state in {None, MovementState.DONE}:
            walks.append(Walk(letter=PAYMENTS, listing=_payments(wanted)))
        if wanted.kind in {None, MovementKind.REFUND}:
            walks.append(Walk(letter=REFUNDS, listing=_refunds(wanted)))
    return tuple(walks)


def sees_money(staff: Actor) -> bool:
    """Whether what drivers paid and got back is theirs to see."""
    return sees_platform(staff) and Permission.REFUND_READ in staff.permissions


def _check(wanted: MovementFilter) -> None:
    first, last = wanted.from_date, wanted.to_date
    if first and last and first > last:
        raise UnfitInput(field="from_date", reason="晚于结束日期")
    if wanted.least_fen is not None and wanted.most_fen is not None and wanted.least_fen > wanted.most_fen:
        raise UnfitInput(field="least_fen", reason="大于最高金额")
    days = (last - first).days + 1 if first and last else None
    if (wanted.weekday or wanted.hour is not None) and (days is None or days > LONGEST_HOURS_DAYS):
        raise UnfitInput(
            field="dates", reason=f"太宽：按星期或时段查询，请选择不超过 {LONGEST_HOURS_DAYS} 天"
        )
    is_narrow = wanted.driver_no is not None or wanted.pile_no is not None
    looked_through = (wanted.channel, wanted.state, wanted.least_fen, wanted.most_fen) != (None,) * 4
    if looked_through and not is_narrow and (days is None or days > LONGEST_DAYS):
        raise UnfitInput(
            field="dates",
            reason=f"太宽：按状态、渠道或金额查询，请选择不超过 {LONGEST_DAYS} 天，或填写车主编号、桩编号",
        )


def _is_of_orders(wanted: MovementFilter) -> bool:
    return (
        wanted.kind in {None, *_OF_ORDERS}
        and wanted.channel is None
        and wanted.state in {None, *OF_ORDERS.values()}
    )


def _orders(staff: Actor, wanted: MovementFilter) -> Listing:
    anchors = scoped(Order.select(), staff, operator=Order.operator_id, station=Order.station_id)
    query = _common(anchors, wanted, time=Order.ended_at, amount=Order.total_fen, driver=Order.driver_id)
    if wanted.kind is MovementKind.IDLE:
        query = query.where(Order.kind == OrderKind.IDLE)
    elif wanted.kind is MovementKind.CHARGE:
        # nearly all are charges: asked of each by itself, so that the walk by time stays the one that is taken
        fee: Any = Order.alias()
        is_fee = (fee.id == Order.id) & (fee.kind == OrderKind.IDLE)
        query = query.where(~fn.EXISTS(fee.select(SQL("1")).where(is_fee)))
    if wanted.state is not None:
        query = query.where(Order.state.in_([own for own, told in OF_ORDERS.items() if told is wanted.state]))
    if wanted.station_no is not None:
        query = query.where(Order.station_id == find_station_id(staff, wanted.station_no))
    if wanted.pile_no is not None:
        query = query.where(Order.connector_id.in_(_connectors(wanted.pile_no)))
    shown = (
        Order.select(
            Order,
            Station.station_no,
            Station.name.alias("station_name"),
            Pile.pile_no,
            Connector.connector_no,
            Driver.driver_no,
        )
        .join(Station, JOIN.LEFT_OUTER, on=(Station.id == Order.station_id))
        .join_from(Order, Session, JOIN.LEFT_OUTER, on=(Session.id == Order.session_id))
        .join_from(Session, Pile, JOIN.LEFT_OUTER, on=(Pile.id == Session.pile_id))
        .join_from(Order, Connector, JOIN.LEFT_OUTER, on=(Connector.id == Order.connector_id))
        .join_from(Order, Driver, JOIN.LEFT_OUTER, on=(Driver.id == Order.driver_id))
    )
    return _listing(query, anchors, shown, Order.order_no, Order.ended_at)


def _payments(wanted: MovementFilter) -> Listing:
    anchors = Payment.select().where(Payment.paid_at.is_null(False))
    query = _common(
        anchors, wanted, time=Payment.paid_at, amount=Payment.amount_fen, driver=Payment.driver_id
    )
    if wanted.kind is not None:
        query = query.where(Payment.purpose == _OF_PAYMENTS[wanted.kind])
    if wanted.channel is not None:
        query = query.where(Payment.channel == wanted.channel)
    shown = Payment.select(Payment, Driver.driver_no).join(
        Driver, JOIN.LEFT_OUTER, on=(Driver.id == Payment.driver_id)
    )
    return _listing(query, anchors, shown, Payment.payment_no, Payment.paid_at)


def _refunds(wanted: MovementFilter) -> Listing:
    query = _common(
        Refund.select(), wanted, time=Refund.asked_at, amount=Refund.amount_fen, driver=Refund.driver_id
    )
    if wanted.state is not None:
        query = query.where(
            Refund.state.in_([own for own, told in OF_REFUNDS.items() if told is wanted.state])
        )
    if wanted.channel is not None:
        part = RefundPart.alias()
        by_channel = part.select(part.id).where(
            (part.refund_id == Refund.id) & (part.channel == wanted.channel)
        )
        query = query.where(fn.EXISTS(by_channel))
    shown = Refund.select(Refund, Driver.driver_no).join(
        Driver, JOIN.LEFT_OUTER, on=(Driver.id == Refund.driver_id)
    )
    return _listing(query, Refund.select(), shown, Refund.refund_no, Refund.asked_at)


def _common(
    query: "ModelSelect[Any]",
    wanted: MovementFilter,
    *,
    time: "Field[Any]",
    amount: "Field[Any]",
    driver: "Field[Any]",
) -> "ModelSelect[Any]":
    """What every kind of movement is filtered by."""
    if wanted.driver_no is not None:
        found = Driver.get_or_none(Driver.driver_no == wanted.driver_no.strip().upper())
        query = query.where(driver == (_NOBODY if found is None else found.id))
    if wanted.least_fen is not None:
        query = query.where(amount >= wanted.least_fen)
    if wanted.most_fen is not None:
        query = query.where(amount <= wanted.most_fen)
    if wanted.from_date is not None:
        query = query.where(time >= _midnight(wanted.from_date))
    if wanted.to_date is not None and wanted.to_date < date.max:
        query = query.where(time < _midnight(wanted.to_date + timedelta(days=1)))
    if wanted.from_date and wanted.to_date and (wanted.weekday or wanted.hour is not None):
        spans = spans_of(
            wanted.from_date, wanted.to_date, weekday=wanted.weekday, hour=wanted.hour, zone=PLATFORM_ZONE
        )
        query = query.where(_within([(time >= begins) & (time < ends) for begins, ends in spans]))
    return query


def _within(spans: Sequence[Any]) -> Any:
    """Any of these spans; nested by halves, for an expression of hundreds is read by recursion."""
    if not spans:
        return SQL("1 = 0")
    if len(spans) <= 2:  # noqa: PLR2004 - a half of two
        return reduce(or_, spans)
    middle = len(spans) // 2
    return _within(spans[:middle]) | _within(spans[middle:])


def _listing(
    query: "ModelSelect[Any]",
    anchors: "ModelSelect[Any]",
    shown: "ModelSelect[Any]",
    number: "Field[Any]",
    time: "Field[Any]",
) -> Listing:
    return Listing(wanted=query, anchors=anchors, shown=shown, number=number, time=time, is_newest_first=True)


def _connectors(pile_no: str) -> list[int]:
    """Row ids of the pile's guns; by the ids the orders are walked, with a subquery they would be sorted."""
    rows: Any = (
        Connector.select(Connector.id)
        .join(Pile, on=(Pile.id == Connector.pile_id))
        .where(Pile.pile_no == pile_no.strip().upper())
        .tuples()
    )
    return [row_id for (row_id,) in rows] or [_NOBODY]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), tzinfo=PLATFORM_ZONE)

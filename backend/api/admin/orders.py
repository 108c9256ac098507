"""Orders of the operators' desk."""

from datetime import date

import msgspec

from backend.api.admin.query import DEFAULT_LIMIT, Cursor, Limit, Number
from backend.api.http.call import Call
from backend.api.http.route import Route
from backend.domain import errors
from backend.domain.order import OrderState
from backend.domain.permission import Permission
from backend.services.views.desk.get_order_for_staff import StaffOrder, get_order_for_staff
from backend.services.views.desk.get_order_proof_for_staff import get_order_proof_for_staff
from backend.services.views.desk.list_orders_for_staff import (
    OrderFilter,
    StaffOrderPage,
    list_orders_for_staff,
)
from backend.services.views.order_proof import OrderProof


class OrdersQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Dates are local days of the end of charging, both included; `order_no` is a number or a part of one."""

    station_no: Number | None = None
    state: OrderState | None = None
    order_no: Number | None = None
    driver_no: Number | None = None
    from_date: date | None = None
    to_date: date | None = None
    cursor: Cursor | None = None
    limit: Limit = DEFAULT_LIMIT


async def list_all(call: Call[None, OrdersQuery]) -> StaffOrderPage:
    """Orders, newest first; `total` is exact up to 10 000, and beyond that where nothing is filtered."""
    query = call.query
    wanted = OrderFilter(
        station_no=query.station_no,
        state=query.state,
        order_no=query.order_no,
        driver_no=query.driver_no,
        from_date=query.from_date,
        to_date=query.to_date,
    )
    return await call.read_slowly(
        list_orders_for_staff, staff=call.actor, wanted=wanted, cursor=query.cursor, limit=query.limit
    )


async def show(call: Call[None, None]) -> StaffOrder:
    """One order with its fee lines, segments, postings and timeline."""
    return await call.transact(get_order_for_staff, staff=call.actor, order_no=call.path["order_no"])


async def show_proof(call: Call[None, None]) -> OrderProof:
    """From the meter to the last fen: what anyone needs to compute the order by hand."""
    return await call.transact(get_order_proof_for_staff, staff=call.actor, order_no=call.path["order_no"])


ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path="/api/v1/admin/orders",
        scope=Permission.ORDER_READ,
        handle=list_all,
        summary="订单列表",
        errors=(errors.InvalidCursor, errors.UnfitInput),
        tag="admin_orders",
    ),
    Route(
        method="GET",
        path="/api/v1/admin/orders/{order_no}",
        scope=Permission.ORDER_READ,
        handle=show,
        summary="订单详情",
        errors=(errors.OrderNotFound,),
        tag="admin_orders",
    ),
    Route(
        method="GET",
        path="/api/v1/admin/orders/{order_no}/proof",
        scope=Permission.ORDER_READ,
        handle=show_proof,
        summary="订单核算",
        errors=(errors.OrderNotFound,),
        tag="admin_orders",
    ),
)

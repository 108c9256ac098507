"""A driver's own orders: the list and one bill with its fee lines."""

from typing import Annotated

import msgspec

from backend.api.http.call import Call
from backend.api.http.route import Route, Scope
from backend.domain import errors
from backend.services.charging.get_order_curve import OrderCurve, get_order_curve
from backend.services.views.driver.get_order import get_order
from backend.services.views.driver.get_order_proof import get_order_proof
from backend.services.views.driver.list_orders import LARGEST_PAGE, OrderPage, OrderQuery
from backend.services.views.order_proof import OrderProof
from backend.services.views.order_view import OrderView


class PageQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`cursor` is the `next_cursor` of the page before; `with_months` asks for the sums of the months that begin here."""

    cursor: Annotated[str, msgspec.Meta(min_length=1, max_length=64)] | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=LARGEST_PAGE)] = 20
    with_months: bool = False


async def list_own(call: Call[None, PageQuery]) -> OrderPage:
    """The driver's orders, newest first."""
    query = call.query
    page = await call.parts.reads.orders.load(
        OrderQuery(call.actor, query.cursor, query.limit, query.with_months)
    )
    if page is None:
        raise errors.NotFound
    return page


async def show(call: Call[None, None]) -> OrderView:
    """One order with the fee lines its total is the sum of, and the segments they were priced from."""
    return await call.transact(get_order, driver=call.actor, order_no=call.path["order_no"])


async def show_curve(call: Call[None, None]) -> OrderCurve:
    """Power over time, in few points; empty where its readings are no longer kept."""
    return await call.transact(get_order_curve, driver=call.actor, order_no=call.path["order_no"])


async def show_proof(call: Call[None, None]) -> OrderProof:
    """From the meter to the last fen: what anyone needs to compute the order by hand."""
    return await call.transact(get_order_proof, driver=call.actor, order_no=call.path["order_no"])


ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path="/api/v1/driver/orders",
        scope=Scope.DRIVER,
        handle=list_own,
        summary="充电订单",
        errors=(errors.InvalidCursor,),
        tag="orders",
    ),
    Route(
        method="GET",
        path="/api/v1/driver/orders/{order_no}",
        scope=Scope.DRIVER,
        handle=show,
        summary="订单详情与费用明细",
        errors=(errors.OrderNotFound,),
        tag="orders",
    ),
    Route(
        method="GET",
        path="/api/v1/driver/orders/{order_no}/curve",
        scope=Scope.DRIVER,
        handle=show_curve,
        summary="充电功率曲线",
        errors=(errors.OrderNotFound,),
        tag="orders",
    ),
    Route(
        method="GET",
        path="/api/v1/driver/orders/{order_no}/proof",
        scope=Scope.DRIVER,
        handle=show_proof,
        summary="订单核算",
        errors=(errors.OrderNotFound,),
        tag="orders",
    ),
)

"""Top-ups and refunds of the operators' desk: what was paid, what goes back, and what a person has to do about it."""

from typing import Annotated

import msgspec

from backend.api.admin.query import DEFAULT_LIMIT, Cursor, Limit, Number
from backend.api.http.call import Call
from backend.api.http.route import Route
from backend.domain import errors
from backend.domain.payment import PaymentState
from backend.domain.permission import Permission
from backend.domain.refund import RefundState
from backend.services.upkeep.pay_out_refund_part import pay_out_refund_part
from backend.services.upkeep.retry_refund_part import retry_refund_part
from backend.services.views.desk.get_refund_for_staff import StaffRefund, get_refund_for_staff
from backend.services.views.desk.list_payments_for_staff import StaffPaymentPage, list_payments_for_staff
from backend.services.views.desk.list_refunds_for_staff import StaffRefundPage, list_refunds_for_staff

# one line of what can be read: neither blank nor with control characters
_LINE = r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$"


class PaymentsQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`number` is a payment's, ours or the channel's."""

    state: PaymentState | None = None
    driver_no: Number | None = None
    number: Annotated[str, msgspec.Meta(min_length=1, max_length=64)] | None = None
    cursor: Cursor | None = None
    limit: Limit = DEFAULT_LIMIT


class RefundsQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`number` is a refund's or that of one of its parts."""

    state: RefundState | None = None
    driver_no: Number | None = None
    number: Number | None = None
    cursor: Cursor | None = None
    limit: Limit = DEFAULT_LIMIT


class PayoutRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`reference` is the number of the transfer by which a person paid."""

    reference: Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=_LINE)]
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=_LINE)]


async def list_payments(call: Call[None, PaymentsQuery]) -> StaffPaymentPage:
    """Payments, newest first; `total` is exact up to 10 000."""
    query = call.query
    return await call.read_slowly(
        list_payments_for_staff,
        staff=call.actor,
        state=query.state,
        driver_no=query.driver_no,
        number=query.number,
        cursor=query.cursor,
        limit=query.limit,
    )


async def list_all(call: Call[None, RefundsQuery]) -> StaffRefundPage:
    """Refunds, newest first, and how long refunds take."""
    query = call.query
    return await call.read_slowly(
        list_refunds_for_staff,
        staff=call.actor,
        state=query.state,
        driver_no=query.driver_no,
        number=query.number,
        cursor=query.cursor,
        limit=query.limit,
        now=call.now,
    )


async def show(call: Call[None, None]) -> StaffRefund:
    """One refund with its parts and what was done about it."""
    return await call.transact(get_refund_for_staff, staff=call.actor, refund_no=call.path["refund_no"])


async def retry(call: Call[None, None]) -> StaffRefund:
    """Have a part go on at once, under its own number; again is harmless."""
    refund_no = await call.transact(
        retry_refund_part,
        staff=call.actor,
        part_no=call.path["part_no"],
        now=call.now,
        request_id=call.request_id,
        ip=call.ip,
    )
    return await call.transact(get_refund_for_staff, staff=call.actor, refund_no=refund_no)


async def pay_out(call: Call[PayoutRequest, None]) -> StaffRefund:
    """Say that a person paid a part out; the same number again changes nothing."""
    refund_no = await call.ask_outside(
        pay_out_refund_part,
        staff=call.actor,
        part_no=call.path["part_no"],
        reference=call.body.reference.strip(),
        reason=call.body.reason.strip(),
        now=call.now,
        request_id=call.request_id,
        ip=call.ip,
    )
    return await call.transact(get_refund_for_staff, staff=call.actor, refund_no=refund_no)


ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path="/api/v1/admin/payments",
        scope=Permission.REFUND_READ,
        handle=list_payments,
        summary="充值列表",
        errors=(errors.InvalidCursor,),
        tag="admin_refunds",
    ),
    Route(
        method="GET",
        path="/api/v1/admin/refunds",
        scope=Permission.REFUND_READ,
        handle=list_all,
        summary="退款列表",
        errors=(errors.InvalidCursor,),
        tag="admin_refunds",
    ),
    Route(
        method="GET",
        path="/api/v1/admin/refunds/{refund_no}",
        scope=Permission.REFUND_READ,
        handle=show,
        summary="退款详情",
        errors=(errors.RefundNotFound,),
        tag="admin_refunds",
    ),
    Route(
        method="POST",
        path="/api/v1/admin/refund-parts/{part_no}/retry",
        scope=Permission.REFUND_MANAGE,
        handle=retry,
        summary="重试退款",
        errors=(errors.RefundNotFound, errors.RefundPartClosed),
        tag="admin_refunds",
    ),
    Route(
        method="POST",
        path="/api/v1/admin/refund-parts/{part_no}/payout",
        scope=Permission.REFUND_MANAGE,
        handle=pay_out,
        summary="登记人工打款",
        errors=(
            errors.RefundNotFound,
            errors.RefundPartClosed,
            errors.ChannelUnavailable,
            errors.ChannelOutcomeUnknown,
            errors.NotifyRejected,
        ),
        tag="admin_refunds",
    ),
)

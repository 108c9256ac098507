"""Adjustments of drivers' balances by staff: asked for, decided by a second person, listed."""

from typing import Annotated

import msgspec

from backend.api.admin.query import DEFAULT_LIMIT, Cursor, Limit, Number
from backend.api.http import limits
from backend.api.http.call import Call
from backend.api.http.caller import find_caller
from backend.api.http.route import Route
from backend.domain import errors
from backend.domain.adjustment import LARGEST_FEN, AdjustmentState
from backend.domain.permission import Permission
from backend.services.payments.ask_adjustment import AskedAdjustment, ask_adjustment
from backend.services.payments.decide_adjustment import decide_adjustment
from backend.services.views.desk.adjustment_rows import AdjustmentRow
from backend.services.views.desk.get_adjustment_for_staff import get_adjustment_for_staff
from backend.services.views.desk.get_driver_wallet_for_staff import DriverWallet, get_driver_wallet_for_staff
from backend.services.views.desk.list_adjustments_for_staff import AdjustmentPage, list_adjustments_for_staff

# one line of what can be read: neither blank nor with control characters
_LINE = r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$"
Reason = Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=_LINE)]


class AdjustmentsQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    state: AdjustmentState | None = None
    driver_no: Number | None = None
    cursor: Cursor | None = None
    limit: Limit = DEFAULT_LIMIT


class AdjustmentRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`amount_fen` negative takes money back; `told` is what the driver reads."""

    driver_no: Number
    amount_fen: Annotated[int, msgspec.Meta(ge=-LARGEST_FEN, le=LARGEST_FEN)]
    reason: Reason
    told: Annotated[str, msgspec.Meta(min_length=1, max_length=60, pattern=_LINE)]


class AdjustmentDecision(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    is_approved: bool
    reason: Reason


async def list_all(call: Call[None, AdjustmentsQuery]) -> AdjustmentPage:
    """Adjustments, newest first; `total` is exact up to 10 000."""
    query = call.query
    return await call.read_slowly(
        list_adjustments_for_staff,
        staff=call.actor,
        state=query.state,
        driver_no=query.driver_no,
        cursor=query.cursor,
        limit=query.limit,
        now=call.now,
    )


async def ask(call: Call[AdjustmentRequest, None]) -> AdjustmentRow:
    """Done at once within the caller's day limit, else it waits for a second person."""
    body = call.body
    asked = AskedAdjustment(
        driver_no=body.driver_no.strip(),
        amount_fen=body.amount_fen,
        reason=body.reason.strip(),
        told=body.told.strip(),
    )
    number = await call.transact(
        ask_adjustment,
        staff=call.actor,
        asked=asked,
        idempotency_key=call.key,
        caller=find_caller(call),
        now=call.now,
    )
    return await call.transact(get_adjustment_for_staff, staff=call.actor, adjustment_no=number)


async def show(call: Call[None, None]) -> AdjustmentRow:
    """One adjustment."""
    number = call.path["adjustment_no"]
    return await call.transact(get_adjustment_for_staff, staff=call.actor, adjustment_no=number)


async def decide(call: Call[AdjustmentDecision, None]) -> AdjustmentRow:
    """Approve or decline what somebody else asked for; approving moves the money."""
    await call.transact(
        decide_adjustment,
        staff=call.actor,
        adjustment_no=call.path["adjustment_no"],
        is_approved=call.body.is_approved,
        note=call.body.reason.strip(),
        caller=find_caller(call),
        now=call.now,
    )
    number = call.path["adjustment_no"]
    return await call.transact(get_adjustment_for_staff, staff=call.actor, adjustment_no=number)


async def show_driver(call: Call[None, None]) -> DriverWallet:
    """A driver's balances, before they are adjusted."""
    return await call.transact(
        get_driver_wallet_for_staff, staff=call.actor, driver_no=call.path["driver_no"]
    )


ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path="/api/v1/admin/adjustments",
        scope=Permission.ADJUSTMENT_READ,
        handle=list_all,
        summary="余额调整列表",
        errors=(errors.InvalidCursor,),
        tag="admin_adjustments",
    ),
    Route(
        method="POST",
        path="/api/v1/admin/adjustments",
        scope=Permission.ADJUSTMENT_ASK,
        handle=ask,
        summary="申请余额调整",
        errors=(
            errors.DriverNotFound,
            errors.DriverDeleted,
            errors.AmountOutOfRange,
            errors.AdjustmentTooMuch,
        ),
        limit=limits.ADJUSTMENT,
        needs_key=True,
        status=201,
        tag="admin_adjustments",
    ),
    Route(
        method="GET",
        path="/api/v1/admin/adjustments/{adjustment_no}",
        scope=Permission.ADJUSTMENT_READ,
        handle=show,
        summary="余额调整详情",
        errors=(errors.AdjustmentNotFound,),
        tag="admin_adjustments",
    ),
    Route(
        method="POST",
        path="/api/v1/admin/adjustments/{adjustment_no}/decision",
        scope=Permission.ADJUSTMENT_APPROVE,
        handle=decide,
        summary="审批余额调整",
        errors=(
            errors.AdjustmentNotFound,
            errors.AdjustmentDecided,
            errors.SecondPersonNeeded,
            errors.AdjustmentTooMuch,
        ),
        tag="admin_adjustments",
    ),
    Route(
        method="GET",
        path="/api/v1/admin/drivers/{driver_no}/wallet",
        scope=Permission.ADJUSTMENT_ASK,
        handle=show_driver,
        summary="车主余额",
        errors=(errors.DriverNotFound,),
        tag="admin_adjustments",
    ),
)

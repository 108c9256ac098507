"""The driver's money back: what would go where, asking for it, and what became of it."""

from typing import Annotated

import msgspec

from backend.api.driver.pay_password import PROOF_ERRORS, SixDigits, prove
from backend.api.http import limits
from backend.api.http.call import Call
from backend.api.http.route import Route, Scope
from backend.domain import errors
from backend.services.payments.refund_wallet import refund_wallet
from backend.services.views.driver.get_refund import get_refund
from backend.services.views.driver.list_refunds import LARGEST_PAGE, RefundPage, list_refunds
from backend.services.views.driver.quote_refund import RefundQuote, quote_refund
from backend.services.views.refund_views import RefundView

Amount = Annotated[int, msgspec.Meta(ge=1, le=100_000_000)]


class RefundRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`pay_password`: of drivers who have one on; without it they are asked (`pay_password_needed`)."""

    amount_fen: Amount
    pay_password: SixDigits | None = None


class QuoteQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Without an amount: all that may go back."""

    amount_fen: Amount | None = None


class RefundsQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`cursor` is the `next_cursor` of the page before."""

    cursor: Annotated[str, msgspec.Meta(min_length=1, max_length=64)] | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=LARGEST_PAGE)] = 20


async def quote(call: Call[None, QuoteQuery]) -> RefundQuote:
    """What would go back, and where to; nothing is moved."""
    return await call.transact(
        quote_refund, driver=call.actor, amount_fen=call.query.amount_fen, now=call.now
    )


async def ask(call: Call[RefundRequest, None]) -> RefundView:
    """Money is held and sent back without asking anybody; the same Idempotency-Key gives the same refund."""
    proof = await prove(call, call.body.pay_password)
    refund_no = await call.transact(
        refund_wallet,
        driver=call.actor,
        amount_fen=call.body.amount_fen,
        pay_proof=proof,
        idempotency_key=call.key,
        now=call.now,
    )
    return await call.transact(get_refund, driver=call.actor, refund_no=refund_no)


async def list_all(call: Call[None, RefundsQuery]) -> RefundPage:
    """The driver's own refunds, newest first."""
    return await call.transact(
        list_refunds, driver=call.actor, cursor=call.query.cursor, limit=call.query.limit
    )


async def show(call: Call[None, None]) -> RefundView:
    """One of the driver's own refunds with its parts."""
    return await call.transact(get_refund, driver=call.actor, refund_no=call.path["refund_no"])


ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path="/api/v1/driver/refund-quote",
        scope=Scope.DRIVER,
        handle=quote,
        summary="退款试算",
        tag="refunds",
    ),
    Route(
        method="POST",
        path="/api/v1/driver/refunds",
        scope=Scope.DRIVER,
        handle=ask,
        summary="申请退款",
        errors=(
            errors.AmountOutOfRange,
            errors.RefundTooMuch,
            errors.RefundsLocked,
            *PROOF_ERRORS,
        ),
        limit=limits.REFUND,
        needs_key=True,
        status=201,
        tag="refunds",
    ),
    Route(
        method="GET",
        path="/api/v1/driver/refunds",
        scope=Scope.DRIVER,
        handle=list_all,
        summary="退款记录",
        errors=(errors.InvalidCursor,),
        tag="refunds",
    ),
    Route(
        method="GET",
        path="/api/v1/driver/refunds/{refund_no}",
        scope=Scope.DRIVER,
        handle=show,
        summary="退款进度",
        errors=(errors.RefundNotFound,),
        tag="refunds",
    ),
)

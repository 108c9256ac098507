"""Top up the wallet, and what became of a payment."""

from typing import Annotated

import msgspec

from backend.api.http import limits
from backend.api.http.call import Call
from backend.api.http.route import Route, Scope
from backend.domain import errors
from backend.domain.payment import Channel
from backend.services.payments.get_payment import PaymentView, get_payment
from backend.services.payments.top_up_wallet import StartedTopUp, top_up_wallet


class TopUpRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    amount_fen: Annotated[int, msgspec.Meta(ge=1, le=100_000_000)]
    channel: Channel


async def top_up(call: Call[TopUpRequest, None]) -> StartedTopUp:
    """A payment and what the channel's own payment call takes; the same Idempotency-Key gives the same payment."""
    return await call.ask_outside(
        top_up_wallet,
        driver=call.actor,
        amount_fen=call.body.amount_fen,
        channel=call.body.channel,
        idempotency_key=call.key,
        now=call.now,
    )


async def show(call: Call[None, None]) -> PaymentView:
    """One of the driver's own payments; while it waits, the channel is asked."""
    return await call.ask_outside(
        get_payment, driver=call.actor, payment_no=call.path["payment_no"], now=call.now
    )


ROUTES: tuple[Route, ...] = (
    Route(
        method="POST",
        path="/api/v1/driver/top-ups",
        scope=Scope.DRIVER,
        handle=top_up,
        summary="充值",
        errors=(
            errors.AmountOutOfRange,
            errors.AgreementNotAccepted,
            errors.GuestHasNoWallet,
            errors.DriverDisabled,
            errors.DriverFrozen,
            errors.ChannelUnavailable,
            errors.ChannelOutcomeUnknown,
        ),
        limit=limits.TOP_UP,
        needs_key=True,
        status=201,
        tag="payments",
    ),
    Route(
        method="GET",
        path="/api/v1/driver/payments/{payment_no}",
        scope=Scope.DRIVER,
        handle=show,
        summary="支付结果",
        errors=(errors.PaymentNotFound, errors.ChannelOutcomeUnknown),
        tag="payments",
    ),
)

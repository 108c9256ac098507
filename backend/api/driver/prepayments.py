"""Pay for one charge alone, with or without a log-in, and what became of the money."""

from typing import Annotated

import msgspec

from backend.api.driver.start_errors import START_ERRORS
from backend.api.http import limits
from backend.api.http.call import Call
from backend.api.http.route import Route, Scope
from backend.domain import errors
from backend.domain.payment import Channel
from backend.services.access.register_guest import RegisteredGuest, register_guest
from backend.services.charging.prepay_session import StartedPrepayment, prepay_session
from backend.services.payments.get_prepayment import PrepaymentView, get_prepayment
from backend.services.views.driver.quote_prepayment import PrepayQuote, quote_prepayment


class GuestRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`qr_token` is of the sticker whose page is open."""

    qr_token: Annotated[str, msgspec.Meta(min_length=1, max_length=32)]


class PrepayRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`is_own_car`: what the driver says where `asks_whose_car` was true; null where nobody asked."""

    connector_no: Annotated[str, msgspec.Meta(min_length=1, max_length=32)]
    amount_fen: Annotated[int, msgspec.Meta(ge=1, le=100_000_000)]
    channel: Channel
    is_own_car: bool | None = None


async def begin_guest(call: Call[GuestRequest, None]) -> RegisteredGuest:
    """A driver without a log-in, for the page of one connector."""
    return await call.transact(register_guest, qr_token=call.body.qr_token, now=call.now)


async def prepay(call: Call[PrepayRequest, None]) -> StartedPrepayment:
    """Claim the connector and ask for the money; the same Idempotency-Key gives the same payment and session."""
    return await call.ask_outside(
        prepay_session,
        driver=call.actor,
        connector_no=call.body.connector_no,
        amount_fen=call.body.amount_fen,
        channel=call.body.channel,
        is_own_car=call.body.is_own_car,
        public_url=call.parts.public_url,
        idempotency_key=call.key,
        now=call.now,
    )


async def quote(call: Call[None, None]) -> PrepayQuote:
    """The amounts on offer at a connector, what each buys, and the channels."""
    return await call.transact(
        quote_prepayment, connector_no=call.path["connector_no"], is_guest=False, now=call.now
    )


async def show(call: Call[None, None]) -> PrepaymentView:
    """One of the driver's own; while it waits, the channel is asked."""
    return await call.ask_outside(
        get_prepayment, driver=call.actor, payment_no=call.path["payment_no"], now=call.now
    )


ROUTES: tuple[Route, ...] = (
    Route(
        method="POST",
        path="/api/v1/driver/guests",
        scope=Scope.PUBLIC,
        handle=begin_guest,
        summary="不登录充电",
        errors=(errors.BadQrLink,),
        limit=limits.GUEST,
        status=201,
        tag="prepayments",
    ),
    Route(
        method="POST",
        path="/api/v1/driver/prepayments",
        scope=Scope.DRIVER,
        handle=prepay,
        summary="充多少付多少",
        errors=(
            errors.AmountOutOfRange,
            *START_ERRORS,
            errors.ChannelUnavailable,
            errors.ChannelOutcomeUnknown,
        ),
        limit=limits.TOP_UP,
        needs_key=True,
        status=201,
        tag="prepayments",
    ),
    Route(
        method="GET",
        path="/api/v1/driver/connectors/{connector_no}/prepay-quote",
        scope=Scope.DRIVER,
        handle=quote,
        summary="充多少付多少的金额",
        errors=(errors.ConnectorNotFound, errors.TariffMissing),
        tag="prepayments",
    ),
    Route(
        method="GET",
        path="/api/v1/driver/prepayments/{payment_no}",
        scope=Scope.DRIVER,
        handle=show,
        summary="预付款",
        errors=(errors.PaymentNotFound,),
        tag="prepayments",
    ),
)

"""One payment of a driver: what the page shows while it waits for the money."""

from datetime import datetime
from typing import Final

import msgspec
import structlog

from backend.domain.actor import Actor
from backend.domain.errors import ChannelOutcomeUnknown, ChannelUnavailable, NotifyRejected, PaymentNotFound
from backend.domain.payment import Channel, PaymentPurpose, PaymentState
from backend.live import rate_limit
from backend.models import Payment
from backend.models.engine.database import reading
from backend.services.payments.payment_states import OPEN_STATES
from backend.services.payments.refresh_payment import refresh_payment

ASK_EVERY_S: Final = 3
_log = structlog.get_logger(__name__)


class PaymentView(msgspec.Struct, frozen=True, kw_only=True):
    """`created`, `awaiting` and `unknown` all mean: not known to be paid, keep asking."""

    payment_no: str
    purpose: PaymentPurpose
    channel: Channel
    amount_fen: int
    state: PaymentState
    created_at: datetime
    expires_at: datetime
    paid_at: datetime | None
    closed_at: datetime | None


def get_payment(*, driver: Actor, payment_no: str, now: datetime) -> PaymentView:
    """The driver's own payment, asked of the channel first while it is open (every 3 s at most).

    Calls the channel: not for a transaction. A channel that does not answer leaves the state as it is.
    Raises PaymentNotFound, also for another driver's.
    """
    view = _read(driver, payment_no)
    if view.state not in OPEN_STATES:
        return view
    return _read(driver, payment_no) if ask_politely(payment_no=payment_no, now=now) else view


def ask_politely(*, payment_no: str, now: datetime) -> bool:
    """Ask the channel about an open payment, every 3 s at most; whether it was asked and answered."""
    if rate_limit.take("payment_query", payment_no, limit=1, per_s=ASK_EVERY_S):
        return False
    try:
        refresh_payment(payment_no=payment_no, now=now)
    except (ChannelUnavailable, ChannelOutcomeUnknown, NotifyRejected) as failure:
        _log.info("payment_not_refreshed", payment_no=payment_no, error=failure.code)
        return False
    return True


@reading
def _read(driver: Actor, payment_no: str) -> PaymentView:
    row = Payment.get_or_none((Payment.payment_no == payment_no) & (Payment.driver_id == driver.id))
    if row is None:
        raise PaymentNotFound
    return PaymentView(
        payment_no=row.payment_no,
        purpose=row.purpose,
        channel=row.channel,
        amount_fen=row.amount_fen,
        state=row.state,
        created_at=row.created_at,
        expires_at=row.expires_at,
        paid_at=row.paid_at,
        closed_at=row.closed_at,
    )

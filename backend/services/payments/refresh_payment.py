"""Asks the channel what became of a payment and records it: settle, close when its time is over, or wait on.

Read (no transaction) → query and close at the channel → record (commit). Never a new number.
"""

from datetime import datetime

import structlog

from backend.domain.errors import PaymentNotFound
from backend.domain.payment import PaymentEvent
from backend.domain.timer import TimerKind
from backend.gateways.channel_trade import TradeState
from backend.gateways.payment_channel import PaymentChannel
from backend.models import Payment
from backend.models.engine.database import reading, transactional
from backend.services.ground.timers import clear_timer
from backend.services.payments.account_gateways import get_gateway_of
from backend.services.payments.payment_states import OPEN_STATES, lock_payment, move_payment
from backend.services.payments.settle_payment import settle_payment

_log = structlog.get_logger(__name__)


def refresh_payment(*, payment_no: str, now: datetime) -> None:
    """Bring an open payment up to date with the channel; one that is not open is left alone.

    Raises PaymentNotFound, ChannelUnavailable, ChannelOutcomeUnknown, and NotifyRejected when the channel's
    answer does not fit our row.
    """
    payment = _read(payment_no)
    if payment.state not in OPEN_STATES:
        return
    gateway = _find_gateway(payment)
    trade = gateway.query(payment_no)
    if trade.state in {TradeState.PAID, TradeState.REFUNDED}:
        settle_payment(channel=payment.channel, account_id=payment.channel_account_id, trade=trade, now=now)
    elif trade.state is TradeState.CLOSED:
        _close(payment_no=payment_no, now=now)
    elif now >= payment.expires_at:
        gateway.close(payment_no)
        _close(payment_no=payment_no, now=now)
    elif trade.state is not TradeState.MISSING:
        _await(payment_no=payment_no)


@reading
def _read(payment_no: str) -> Payment:
    payment = Payment.get_or_none(Payment.payment_no == payment_no)
    if payment is None:
        raise PaymentNotFound
    return payment


@reading
def _find_gateway(payment: Payment) -> PaymentChannel:
    return get_gateway_of(payment)


@transactional
def _close(*, payment_no: str, now: datetime) -> None:
    payment = lock_payment(payment_no)
    if payment is None or payment.state not in OPEN_STATES:
        return
    payment.closed_at = now
    move_payment(payment, PaymentEvent.CLOSED)
    clear_timer(kind=TimerKind.PAYMENT_QUERY, subject_no=payment_no)
    _log.info("payment_closed", payment_no=payment_no)


@transactional
def _await(*, payment_no: str) -> None:
    """The channel holds the payment and it is unpaid: what was unknown is known again."""
    payment = lock_payment(payment_no)
    if payment is not None and payment.state in OPEN_STATES:
        move_payment(payment, PaymentEvent.ASKED)

"""A channel says that a payment was made: compare every field with our locked row, then credit it once.

A top-up goes to the wallet, debt first; a prepayment is kept for its session, which begins by the event that is told
(`charging/begin_prepaid_session.py`).

Nothing moves on a mismatch; it is logged, audited and refused. Who calls has proof that the channel said it
(a verified notify, or the signed answer to a query).
"""

from datetime import datetime
from typing import Final

import structlog

from backend.domain.actor import Actor
from backend.domain.errors import NotifyRejected
from backend.domain.event import PaymentPaid
from backend.domain.ledger import prepay_entry, top_up_entry
from backend.domain.payment import Channel, PaymentEvent, PaymentPurpose, PaymentState, is_late_payment
from backend.domain.permission import ActorKind
from backend.domain.timer import TimerKind
from backend.domain.units import Fen
from backend.gateways.channel_trade import ChannelTrade, TradeState
from backend.models import AuditRow, Driver, Payment
from backend.models.engine.database import transactional
from backend.services.ground.audit import write_audit
from backend.services.ground.events import write_event
from backend.services.ground.roll_ups import bump_top_up
from backend.services.ground.timers import clear_timer
from backend.services.ledger.post_entry import post_entry
from backend.services.ledger.wallets import lock_wallet
from backend.services.payments.account_gateways import get_gateway_of
from backend.services.payments.money_receivers import receiver_of
from backend.services.payments.payment_states import lock_payment, move_payment
from backend.services.payments.refund_wallet import refund_wallet

CURRENCY: Final = "CNY"
MISMATCH: Final = "payment.mismatch"
_CREDITED: Final = frozenset({PaymentState.PAID, PaymentState.PART_REFUNDED, PaymentState.REFUNDED})
_log = structlog.get_logger(__name__)


def settle_payment(
    *, channel: Channel, trade: ChannelTrade, now: datetime, account_id: int | None = None
) -> None:
    """Credit a paid trade; a repetition changes nothing.

    `account_id`: the operator's account whose channel said it, None the platform's; only its own payments it settles.
    Not to be called inside a transaction: the audit row of a refusal has to outlive the error.
    Raises NotifyRejected(reason) naming the first field that differs.
    """
    reason = _settle(channel=channel, account_id=account_id, trade=trade, now=now)
    if reason is not None:
        raise NotifyRejected(reason=reason)


@transactional
def _settle(*, channel: Channel, account_id: int | None, trade: ChannelTrade, now: datetime) -> str | None:
    """The reason why the trade does not fit, which has then been written down; None when it was credited."""
    payment = lock_payment(trade.payment_no)
    reason = "payment_no" if payment is None else _mismatch(payment, channel, account_id, trade)
    if payment is None or reason is not None:
        _note_mismatch(payment, trade, reason or "payment_no", now)
        return reason
    if payment.state not in _CREDITED:
        _credit(payment, trade, now)
    return None


def _mismatch(payment: Payment, channel: Channel, account_id: int | None, trade: ChannelTrade) -> str | None:
    if payment.channel is not channel:
        return "channel"
    if payment.channel_account_id != account_id:
        return "account"
    merchant = get_gateway_of(payment).merchant
    checks = (
        ("state", trade.state is TradeState.PAID),
        *((name, trade.merchant.get(name) == ours) for name, ours in merchant.items()),
        ("currency", trade.currency == CURRENCY),
        ("amount", trade.amount_fen == payment.amount_fen),
        ("transaction_no", _is_own_transaction(payment, channel, trade)),
        ("paid_at", trade.paid_at is not None),
    )
    return next((name for name, fits in checks if not fits), None)


def _is_own_transaction(payment: Payment, channel: Channel, trade: ChannelTrade) -> bool:
    """A channel's number pays one payment of ours, and a payment is paid by one number."""
    if not trade.transaction_no:
        return False
    if payment.channel_transaction_no is not None:
        return payment.channel_transaction_no == trade.transaction_no
    return (
        not Payment.select()
        .where((Payment.channel == channel) & (Payment.channel_transaction_no == trade.transaction_no))
        .exists()
    )


def _credit(payment: Payment, trade: ChannelTrade, now: datetime) -> None:
    is_late = is_late_payment(payment.state, PaymentEvent.PAID)
    paid_at = trade.paid_at or now
    payment.channel_transaction_no = trade.transaction_no
    payment.paid_at = paid_at
    driver = Driver.get_by_id(payment.driver_id)
    payment.payer_key = trade.payer if driver.deleted_at is None else None
    payment.last_error = ""
    move_payment(payment, PaymentEvent.PAID)
    is_prepaid = payment.purpose is PaymentPurpose.PREPAY
    collected_fen = 0
    if is_prepaid:
        receiver = receiver_of(payment)
        entry = prepay_entry(driver.driver_no, receiver, Fen(payment.amount_fen))
    else:
        wallet = lock_wallet(driver_no=driver.driver_no)
        collected_fen = min(payment.amount_fen, wallet.debt_fen)
        entry = top_up_entry(driver.driver_no, payment.channel, Fen(payment.amount_fen), Fen(wallet.debt_fen))
    post_entry(entry=entry, reference=trade.transaction_no or "", now=now)
    clear_timer(kind=TimerKind.PAYMENT_QUERY, subject_no=payment.payment_no)
    write_event(
        detail=PaymentPaid(driver_no=driver.driver_no, amount_fen=payment.amount_fen),
        object_no=payment.payment_no,
        operator_id=payment.operator_id,
        now=now,
    )
    if not is_prepaid:
        bump_top_up(amount_fen=payment.amount_fen, paid_at=paid_at)
        if driver.deleted_at is not None:
            _send_back(driver, payment, now)
    _log.info(
        "payment_paid",
        payment_no=payment.payment_no,
        amount_fen=payment.amount_fen,
        debt_collected_fen=collected_fen,
        is_late=is_late,
    )


def _send_back(driver: Driver, payment: Payment, now: datetime) -> None:
    """Nobody can ask for it any more: what comes for a driver who is gone goes where it came from."""
    refund_wallet(
        driver=Actor(kind=ActorKind.DRIVER, id=driver.id, no=driver.driver_no),
        amount_fen=payment.amount_fen,
        idempotency_key=payment.payment_no,
        now=now,
    )


def _note_mismatch(payment: Payment | None, trade: ChannelTrade, reason: str, now: datetime) -> None:
    """Warn, and write one audit row for each kind of mismatch of a payment, however often it is told."""
    _log.warning("payment_mismatch", payment_no=trade.payment_no, reason=reason)
    detail = {
        "reason": reason,
        "state": trade.state.value,
        "amount_fen": trade.amount_fen,
        "currency": trade.currency,
        **trade.merchant,
        "transaction_no": trade.transaction_no,
    }
    action = f"{MISMATCH}.{reason}"
    told = AuditRow.select().where(
        (AuditRow.object_kind == "payment")
        & (AuditRow.object_no == trade.payment_no)
        & (AuditRow.action == action)
    )
    if told.exists():
        return
    write_audit(
        actor=None,
        action=action,
        object_kind="payment",
        object_no=trade.payment_no,
        operator_id=None if payment is None else payment.operator_id,
        detail=detail,
        now=now,
    )

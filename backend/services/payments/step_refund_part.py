"""One step of a part of a refund: send it, or ask what became of it, always under its own number.

Claim (commit) → call → record (commit). A refusal is believed only once the channel says that it does not know the
number: an earlier try whose answer was lost may have been taken.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog

from backend.domain.errors import (
    ChannelOutcomeUnknown,
    ChannelUnavailable,
    NotifyRejected,
    RefundRefused,
)
from backend.domain.payment import Channel, PaymentPurpose
from backend.domain.refund import GOING_PARTS, HELD_FOR, PartEvent, PartState
from backend.gateways.channel_trade import ChannelRefund, ChannelRefundState
from backend.gateways.payment_channel import AskedRefund, PaymentChannel
from backend.models import Payment, RefundPart
from backend.models.engine.database import transactional
from backend.services.payments.account_gateways import get_gateway_of
from backend.services.payments.payment_states import lock_payment
from backend.services.payments.record_refund import record_refund
from backend.services.payments.refund_states import lock_part, move_part

REASONS: Final = {
    PaymentPurpose.TOP_UP: "充电钱包余额退款",
    PaymentPurpose.PREPAY: "充电预付款未用部分退回",
}
NOT_TAKEN: Final = "not_taken"
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    """What is to be asked of the channel; `is_overdue`: no channel took it for days, a person should know."""

    channel: Channel
    account_id: int | None
    gateway: PaymentChannel | None
    asked: AskedRefund
    state: PartState
    is_overdue: bool


def step_refund_part(*, part_no: str, now: datetime) -> None:
    """Bring a part one step on; one that has ended, or waits for a person, is left alone. Calls the channel."""
    call = _claim(part_no=part_no, now=now)
    if call is None:
        return
    if call.gateway is None:
        _record_failure(part_no=part_no, failure=ChannelUnavailable(), now=now)
        return
    try:
        word = _ask(call.gateway, call)
        record_refund(channel=call.channel, account_id=call.account_id, word=word, now=now)
    except (ChannelUnavailable, ChannelOutcomeUnknown, RefundRefused, NotifyRejected) as failure:
        _record_failure(part_no=part_no, failure=failure, now=now)


@transactional
def _claim(*, part_no: str, now: datetime) -> _Call | None:
    """What to ask now; None when nothing, or not yet: channels want a gap between two refunds of one payment."""
    one = lock_part(part_no)
    if one is None or one.part.state not in GOING_PARTS or one.part.payment_id is None:
        return None
    part = one.part
    payment = lock_payment(Payment.get_by_id(part.payment_id).payment_no)
    if payment is None:
        raise LookupError(part_no)
    if part.state is PartState.HELD:
        free_at = _free_at(part, payment)
        if free_at is not None and now < free_at:
            part.next_step_at = free_at
            part.save()
            return None
        part.sent_at = now
        part.save()
    return _Call(
        channel=payment.channel,
        account_id=payment.channel_account_id,
        gateway=_find_gateway(payment),
        asked=asked_refund(part, payment),
        state=part.state,
        is_overdue=now - one.refund.asked_at > HELD_FOR,
    )


def asked_refund(part: RefundPart, payment: Payment) -> AskedRefund:
    """The part as its channel knows it, the same each time."""
    return AskedRefund(
        part_no=part.part_no,
        payment_no=payment.payment_no,
        transaction_no=payment.channel_transaction_no or "",
        amount_fen=part.amount_fen,
        paid_fen=payment.amount_fen,
        reason=REASONS[payment.purpose],
    )


def _free_at(part: RefundPart, payment: Payment) -> datetime | None:
    """When the channel takes another refund of this payment; its row is locked, so that two parts go one by one."""
    gateway = _find_gateway(payment)
    if gateway is None:
        return None
    last = (
        RefundPart.select(RefundPart.sent_at)
        .where(
            (RefundPart.payment_id == payment.id)
            & (RefundPart.id != part.id)
            & RefundPart.sent_at.is_null(False)
        )
        .order_by(RefundPart.sent_at.desc())
        .first()
    )
    return (
        None
        if last is None or last.sent_at is None
        else last.sent_at + timedelta(seconds=gateway.refund_gap_s)
    )


def _find_gateway(payment: Payment) -> PaymentChannel | None:
    """None where it is no longer built in, or its keys cannot be used."""
    try:
        return get_gateway_of(payment)
    except ChannelUnavailable:
        return None


def _ask(gateway: PaymentChannel, call: _Call) -> ChannelRefund:
    if call.state is not PartState.HELD:
        word = gateway.find_refund(call.asked)
        is_lost = call.state is PartState.SENT and word.state is ChannelRefundState.MISSING
        if is_lost and call.is_overdue:
            raise RefundRefused(reason="lost_by_channel")
        return word
    try:
        return gateway.refund(call.asked)
    except RefundRefused as refusal:
        return _found_or(refusal, gateway, call)
    except ChannelUnavailable as failure:
        if not call.is_overdue:
            raise
        reason = str(failure.data.get("reason", NOT_TAKEN))
        return _found_or(RefundRefused(reason=reason), gateway, call)


def _found_or(refusal: RefundRefused, gateway: PaymentChannel, call: _Call) -> ChannelRefund:
    """What the channel knows of the number after all; `refusal` only when that is nothing."""
    word = gateway.find_refund(call.asked)
    if word.state is ChannelRefundState.MISSING:
        raise refusal
    return word


@transactional
def _record_failure(
    *,
    part_no: str,
    failure: ChannelUnavailable | ChannelOutcomeUnknown | RefundRefused | NotifyRejected,
    now: datetime,
) -> None:
    """Nothing happened at the channel, or nobody knows, or it never will: a notify may have come meanwhile."""
    one = lock_part(part_no)
    if one is None or one.part.state not in GOING_PARTS:
        return
    reason = failure.data.get("reason")
    one.part.last_error = failure.code if reason is None else f"{failure.code} {reason}"
    _log.warning("refund_step_failed", part_no=part_no, error=one.part.last_error, steps=one.part.steps)
    event = PartEvent.OUTCOME_UNKNOWN
    if isinstance(failure, RefundRefused):
        event = PartEvent.FAILED
    elif isinstance(failure, ChannelUnavailable) and one.part.state is PartState.HELD:
        event = PartEvent.MISSING
    move_part(one, event, now)

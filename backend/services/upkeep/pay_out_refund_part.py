"""Staff paid a part of a refund out by hand, past the channels: its number and reason close it.

Ask (the channel, whether it paid after all) → record (commit). What the channel pays, or still may, is not paid twice.
"""

from datetime import datetime

from backend.domain.actor import Actor
from backend.domain.errors import (
    ChannelUnavailable,
    Forbidden,
    ImpossibleTransition,
    RefundNotFound,
    RefundPartClosed,
)
from backend.domain.permission import Permission
from backend.domain.refund import PartEvent, PartState
from backend.gateways.channel_trade import ChannelRefundState
from backend.gateways.payment_channel import AskedRefund, PaymentChannel
from backend.models import Payment, RefundPart
from backend.models.engine.database import reading, transactional
from backend.services.access.scope import sees_platform
from backend.services.ground.audit import write_audit
from backend.services.payments.account_gateways import get_gateway_of
from backend.services.payments.record_refund import record_refund
from backend.services.payments.refund_states import lock_part, move_part
from backend.services.payments.step_refund_part import asked_refund


def pay_out_refund_part(
    *,
    staff: Actor,
    part_no: str,
    reference: str,
    reason: str,
    now: datetime,
    request_id: str = "",
    ip: str = "",
) -> str:
    """The number of its refund; the same reference again changes nothing. Calls the channel: not for a transaction.

    Raises Forbidden, RefundNotFound, RefundPartClosed where it does not wait for a person (any more), and
    ChannelUnavailable or ChannelOutcomeUnknown while a channel that was asked to pay cannot say whether it did.
    """
    if Permission.REFUND_MANAGE not in staff.permissions:
        raise Forbidden
    if not sees_platform(staff):
        raise RefundNotFound
    asked = _read(part_no)
    if asked is not None:
        _ask_first(*asked, now)
    return _close(
        staff=staff,
        part_no=part_no,
        reference=reference,
        reason=reason,
        now=now,
        request_id=request_id,
        ip=ip,
    )


@reading
def _read(part_no: str) -> tuple[Payment, AskedRefund] | None:
    """What to ask the channel; None where it was never asked to pay this, or has ended."""
    part = RefundPart.get_or_none(RefundPart.part_no == part_no)
    if part is None:
        raise RefundNotFound
    if part.state is not PartState.ABNORMAL or part.payment_id is None or part.sent_at is None:
        return None
    payment = Payment.get_by_id(part.payment_id)
    return payment, asked_refund(part, payment)


def _ask_first(payment: Payment, asked: AskedRefund, now: datetime) -> None:
    gateway = _find_gateway(payment)
    if gateway is None:
        return  # it is no longer built in, and pays nothing any more
    word = gateway.find_refund(asked)
    if word.state not in {ChannelRefundState.MISSING, ChannelRefundState.ABNORMAL}:
        record_refund(channel=payment.channel, account_id=payment.channel_account_id, word=word, now=now)


@reading
def _find_gateway(payment: Payment) -> PaymentChannel | None:
    """An operator's account may pay however little of its keys can be used here: then nobody pays by hand."""
    try:
        return get_gateway_of(payment)
    except ChannelUnavailable:
        if payment.channel_account_id is not None:
            raise
        return None


@transactional
def _close(
    *, staff: Actor, part_no: str, reference: str, reason: str, now: datetime, request_id: str, ip: str
) -> str:
    one = lock_part(part_no)
    if one is None:
        raise RefundNotFound
    part = one.part
    before = part.state
    if before is PartState.SUCCEEDED and part.payout_reference == reference:
        return one.refund.refund_no
    try:
        move_part(one, PartEvent.PAID_OUT, now)
    except ImpossibleTransition:
        raise RefundPartClosed(state=before.value) from None
    part.payout_reference, part.payout_reason, part.payout_by_id = reference, reason, staff.id
    part.save()
    write_audit(
        actor=staff,
        action="refund.pay_out",
        object_kind="refund_part",
        object_no=part_no,
        operator_id=None,
        detail={
            "before": before.value,
            "after": part.state.value,
            "amount_fen": part.amount_fen,
            "reference": reference,
            "reason": reason,
        },
        now=now,
        request_id=request_id,
        ip=ip,
    )
    return one.refund.refund_no

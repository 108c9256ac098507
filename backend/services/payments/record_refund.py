"""A channel says what became of a part of a refund: compare every field with our locked row, then move it once.

Who calls has proof that the channel said it (a verified notify, or the signed answer to a request). Nothing moves on a
mismatch; it is logged, audited and refused. A word that contradicts what is known to have ended is noted for a person.
"""

from datetime import datetime
from typing import Final

import structlog

from backend.domain.errors import ImpossibleTransition, NotifyRejected
from backend.domain.payment import Channel, PaymentPurpose
from backend.domain.refund import PartEvent, PartState
from backend.gateways.channel_trade import ChannelRefund, ChannelRefundState
from backend.models import AuditRow, Payment, RefundPart
from backend.models.engine.database import transactional
from backend.services.ground.audit import write_audit
from backend.services.payments.account_gateways import get_gateway_of
from backend.services.payments.refund_states import LockedPart, lock_part, move_part

MISMATCH: Final = "refund.mismatch"
CONTRADICTED: Final = "refund.contradicted"
_EVENTS: Final = {
    ChannelRefundState.PROCESSING: PartEvent.ACCEPTED,
    ChannelRefundState.DONE: PartEvent.DONE,
    ChannelRefundState.CLOSED: PartEvent.CLOSED,
    ChannelRefundState.ABNORMAL: PartEvent.FAILED,
    ChannelRefundState.MISSING: PartEvent.MISSING,
}
_log = structlog.get_logger(__name__)


def record_refund(
    *, channel: Channel, word: ChannelRefund, now: datetime, account_id: int | None = None
) -> None:
    """Move the part as the channel says; a repetition changes nothing.

    `account_id`: the operator's account whose channel said it, None the platform's. Not to be called inside a transaction: the audit row of a refusal has to outlive the error.
    Raises NotifyRejected(reason) naming the first field that differs.
    """
    reason = _record(channel=channel, account_id=account_id, word=word, now=now)
    if reason is not None:
        raise NotifyRejected(reason=reason)


@transactional
def _record(*, channel: Channel, account_id: int | None, word: ChannelRefund, now: datetime) -> str | None:
    """The reason why the word does not fit, which has then been written down; None when it was taken."""
    one = lock_part(word.part_no)
    reason = "part_no" if one is None else _mismatch(one, channel, account_id, word)
    if one is None or reason is not None:
        _note(MISMATCH, word, reason or "part_no", now)
        return reason
    part = one.part
    if word.channel_refund_no:
        part.channel_refund_no = word.channel_refund_no
    if part.state is PartState.SUCCEEDED and part.payout_reference and word.state is ChannelRefundState.DONE:
        _note(CONTRADICTED, word, "paid_out_and_done", now)
        return None
    part.last_error = "payer_account" if word.state is ChannelRefundState.ABNORMAL else ""
    try:
        move_part(one, _event_of(part, word.state), now)
    except ImpossibleTransition:
        _note(CONTRADICTED, word, part.state.value, now)
    return None


def _event_of(part: RefundPart, state: ChannelRefundState) -> PartEvent:
    """What a channel gave up of a wallet's refund is the wallet's again; prepaid money has none to go to."""
    if state is ChannelRefundState.CLOSED and part.payment_id is not None:
        payment = Payment.get_by_id(part.payment_id)
        if payment.purpose is PaymentPurpose.PREPAY:
            return PartEvent.FAILED
    return _EVENTS[state]


def _mismatch(one: LockedPart, channel: Channel, account_id: int | None, word: ChannelRefund) -> str | None:
    part = one.part
    if part.payment_id is None or part.channel is not channel:
        return "channel"
    payment = Payment.get_by_id(part.payment_id)
    if payment.channel_account_id != account_id:
        return "account"
    if word.state is ChannelRefundState.MISSING:
        return None
    ours = get_gateway_of(payment).merchant
    checks = (
        *((name, ours.get(name) == told) for name, told in word.merchant.items()),
        ("payment_no", word.payment_no in (None, payment.payment_no)),
        ("amount", word.amount_fen == part.amount_fen),
        ("refund_no", not part.channel_refund_no or word.channel_refund_no in (None, part.channel_refund_no)),
    )
    return next((name for name, fits in checks if not fits), None)


def _note(action: str, word: ChannelRefund, reason: str, now: datetime) -> None:
    """Warn, and write one audit row for each kind of mismatch of a part, however often it is told."""
    detail = {"reason": reason, "state": word.state.value, "amount_fen": word.amount_fen}
    log = _log.warning if action == MISMATCH else _log.error
    log("refund_word_unfit", action=action, part_no=word.part_no, **detail)
    name = f"{action}.{reason}"
    told = AuditRow.select().where(
        (AuditRow.object_kind == "refund_part")
        & (AuditRow.object_no == word.part_no)
        & (AuditRow.action == name)
    )
    if told.exists():
        return
    write_audit(
        actor=None,
        action=name,
        object_kind="refund_part",
        object_no=word.part_no,
        operator_id=None,
        detail=detail,
        now=now,
    )

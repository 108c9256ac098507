"""A refund and its parts under their locks, and the one way a part's state changes: with its money, in one transaction.

Locks are taken in this order: the refund's row, its parts, the payment a part goes back to, the driver's wallet.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog

from backend.domain.driver_message import MessageKind
from backend.domain.ledger import refund_entry, refund_return_entry
from backend.domain.payment import PaymentEvent
from backend.domain.refund import (
    GOING_PARTS,
    OPEN_PARTS,
    PartEvent,
    PartState,
    next_state,
    state_of,
    step_gap,
)
from backend.domain.units import Fen
from backend.models import Payment, Refund, RefundPart
from backend.models.engine.database import locked
from backend.services.ground.public_numbers import get_driver_no
from backend.services.ledger.post_entry import post_entry
from backend.services.ledger.wallets import lock_wallet
from backend.services.messages.queue_message import queue_message
from backend.services.payments.money_receivers import receiver_of
from backend.services.payments.payment_states import lock_payment, move_payment

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class LockedPart:
    """A part, the refund it is of, and all parts of that refund, this one among them."""

    part: RefundPart
    refund: Refund
    parts: Sequence[RefundPart]


def lock_part(part_no: str) -> LockedPart | None:
    """The part and its refund, locked until the transaction ends; None where no part has this number."""
    known = RefundPart.get_or_none(RefundPart.part_no == part_no)
    if known is None:
        return None
    refund = locked(Refund.select().where(Refund.id == known.refund_id)).get()
    parts = list(locked(RefundPart.select().where(RefundPart.refund_id == refund.id).order_by(RefundPart.id)))
    return LockedPart(next(one for one in parts if one.id == known.id), refund, parts)


def move_part(one: LockedPart, event: PartEvent, now: datetime) -> None:
    """Take a part to its next state, move its money, and bring its refund up to date. Raises ImpossibleTransition.

    A part that goes on is due again after a growing gap, which begins anew once the channel took it or staff ask.
    """
    part = one.part
    before, part.state = part.state, next_state(part.state, event)
    is_new = part.state is not before
    begins_anew = event is PartEvent.RETRIED or (is_new and part.state is PartState.SENT)
    part.steps = 0 if begins_anew else part.steps + 1
    part.next_step_at = now + step_gap(part.steps) if part.state in GOING_PARTS else None
    if is_new and part.state not in OPEN_PARTS:
        part.ended_at = now
        _move_money(one, event, now)
    part.save()
    if is_new:
        _tell_refund(one, now)
        _log.info(
            "refund_part_moved",
            part_no=part.part_no,
            by=event.value,
            state=part.state.value,
            amount_fen=part.amount_fen,
        )


def _move_money(one: LockedPart, event: PartEvent, now: datetime) -> None:
    part = one.part
    driver_no = get_driver_no(one.refund.driver_id)
    if part.state is PartState.SUCCEEDED:
        payment = None if part.payment_id is None else _count_on_payment(part)
        paid_from = None if payment is None or event is PartEvent.PAID_OUT else receiver_of(payment)
        queue_message(
            kind=MessageKind.REFUND_DONE, driver_id=one.refund.driver_id, subject_no=part.part_no, now=now
        )
        post_entry(
            entry=refund_entry(driver_no, paid_from, Fen(part.amount_fen)), reference=part.part_no, now=now
        )
    else:
        wallet = lock_wallet(driver_no=driver_no)
        entry = refund_return_entry(driver_no, Fen(part.amount_fen), Fen(wallet.debt_fen))
        post_entry(entry=entry, reference=part.part_no, wallet=wallet, now=now)


def _count_on_payment(part: RefundPart) -> Payment:
    number = Payment.get_by_id(part.payment_id).payment_no
    payment = lock_payment(number)
    if payment is None:
        raise LookupError(number)
    payment.refunded_fen += part.amount_fen
    is_whole = payment.refunded_fen >= payment.amount_fen
    move_payment(payment, PaymentEvent.FULLY_REFUNDED if is_whole else PaymentEvent.PART_REFUNDED)
    return payment


def _tell_refund(one: LockedPart, now: datetime) -> None:
    refund = one.refund
    refund.state = state_of(part.state for part in one.parts)
    has_ended = not any(part.state in OPEN_PARTS for part in one.parts)
    refund.done_at = now if has_ended else None
    refund.save()

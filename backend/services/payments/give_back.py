"""What a session leaves of the money that was paid for it alone goes back, unasked, the way it came.

A refund of one part: from there on it is sent, asked about and, if no channel takes it, paid out by a person as any
other. Who calls has locked the session, and knows what its bill took.
"""

from datetime import datetime
from typing import Any

import structlog
from peewee import fn

from backend.domain.ledger import prepaid_rest_entry
from backend.domain.payment import PaymentState
from backend.domain.prepayment import rest_of
from backend.domain.refund import PartState, state_of
from backend.domain.units import Fen
from backend.gateways.ids import new_number
from backend.models import Payment, Refund, RefundPart
from backend.models.engine.database import transactional
from backend.services.ground.audit import write_audit
from backend.services.ground.public_numbers import get_driver_no
from backend.services.ledger.post_entry import post_entry
from backend.services.payments.payment_states import lock_payment

PAID_STATES = frozenset({PaymentState.PAID, PaymentState.PART_REFUNDED, PaymentState.REFUNDED})
_log = structlog.get_logger(__name__)


@transactional
def give_back(*, payment_id: int, captured_fen: int, now: datetime) -> int:
    """Send back what the bill did not take; how much that is, 0 also while nothing is paid or where all went already."""
    payment = lock_payment(Payment.get_by_id(payment_id).payment_no)
    if payment is None or payment.state not in PAID_STATES:
        return 0
    if payment.rest_due_at is not None:
        payment.rest_due_at = None
        payment.save()
    given_fen = sum_given_back(payment_id)
    rest_fen = rest_of(Fen(payment.amount_fen), Fen(captured_fen), Fen(given_fen))
    if rest_fen:
        _ask_back(payment, rest_fen, now)
    return rest_fen


@transactional
def keep_rest(*, payment_id: int, until: datetime) -> None:
    """The bill is not final: what is left stays here until its record comes, or until then."""
    payment = lock_payment(Payment.get_by_id(payment_id).payment_no)
    if payment is not None and payment.state in PAID_STATES:
        payment.rest_due_at = until
        payment.save()


def find_prepaid(payment_id: int) -> tuple[int, int]:
    """What was paid, and what of it went back or is on its way, in fen; nothing while it is not paid."""
    payment = lock_payment(Payment.get_by_id(payment_id).payment_no)
    if payment is None or payment.state not in PAID_STATES:
        return 0, 0
    return payment.amount_fen, sum_given_back(payment_id)


def sum_given_back(payment_id: int) -> int:
    """What of a payment went back, or is on its way, in fen."""
    total: Any = (
        RefundPart.select(fn.COALESCE(fn.SUM(RefundPart.amount_fen), 0))
        .where((RefundPart.payment_id == payment_id) & (RefundPart.state != PartState.RETURNED))
        .scalar()
    )
    return int(total)


def _ask_back(payment: Payment, rest_fen: Fen, now: datetime) -> None:
    refund = Refund.create(
        refund_no=new_number("R", now),
        driver_id=payment.driver_id,
        amount_fen=rest_fen,
        state=state_of([PartState.HELD]),
        asked_at=now,
    )
    RefundPart.create(
        part_no=new_number("RP", now),
        refund_id=refund.id,
        payment_id=payment.id,
        channel=payment.channel,
        amount_fen=rest_fen,
        state=PartState.HELD,
        next_step_at=now,
    )
    entry = prepaid_rest_entry(get_driver_no(payment.driver_id), rest_fen)
    post_entry(entry=entry, reference=refund.refund_no, now=now)
    write_audit(
        actor=None,
        action="refund.create",
        object_kind="refund",
        object_no=refund.refund_no,
        operator_id=payment.operator_id,
        detail={"amount_fen": int(rest_fen), "payment_no": payment.payment_no, "parts": 1},
        now=now,
    )
    _log.info("prepaid_rest_goes_back", payment_no=payment.payment_no, amount_fen=int(rest_fen))

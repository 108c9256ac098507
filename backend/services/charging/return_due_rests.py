"""A prepaid session whose final record never came keeps nobody's money: after a day what its bill left goes back."""

from datetime import datetime
from typing import Final

from backend.domain.order import OrderKind
from backend.models import Order, Payment, Session
from backend.models.engine.database import locked, transactional
from backend.services.payments.give_back import give_back

RESTS_PER_CALL: Final = 50


@transactional
def return_due_rests(*, now: datetime) -> int:
    """Give back the rests that are due, the longest due first; how many were found."""
    due = list(
        Payment.select(Payment.id, Payment.session_id)
        .where(Payment.rest_due_at <= now)
        .order_by(Payment.rest_due_at)
        .limit(RESTS_PER_CALL)
    )
    for payment in due:
        locked(Session.select(Session.id).where(Session.id == payment.session_id)).get()
        order = Order.get((Order.session_id == payment.session_id) & (Order.kind == OrderKind.CHARGING))
        give_back(payment_id=payment.id, captured_fen=order.captured_fen, now=now)
    return len(due)

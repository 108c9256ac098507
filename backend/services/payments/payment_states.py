"""The row of a payment under its lock, and the one way its state changes."""

from typing import Final

from backend.domain.payment import PaymentEvent, PaymentState, next_state
from backend.models import Payment
from backend.models.engine.database import locked

OPEN_STATES: Final = frozenset({PaymentState.CREATED, PaymentState.AWAITING, PaymentState.UNKNOWN})
"""Not known to be paid, nor given up: the channel is still asked."""


def lock_payment(payment_no: str) -> Payment | None:
    """The payment, locked until the transaction ends.

    Should be the first thing a transaction does: whoever waits here then sees what the other one committed.
    """
    payment: Payment | None = locked(Payment.select().where(Payment.payment_no == payment_no)).first()
    return payment


def move_payment(payment: Payment, event: PaymentEvent) -> None:
    """Take a locked payment to its next state and write it. Raises ImpossibleTransition."""
    payment.state = next_state(payment.state, event)
    payment.save()

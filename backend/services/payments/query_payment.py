"""The poller's step for a payment that is not known to be paid: 10 s after its birth, then ever more rarely."""

from datetime import datetime, timedelta
from typing import Final

import structlog

from backend.domain.errors import ChannelOutcomeUnknown, ChannelUnavailable, NotifyRejected, PaymentNotFound
from backend.domain.timer import TimerKind
from backend.models import Payment
from backend.models.engine.database import transactional
from backend.services.ground.timers import clear_timer, set_timer
from backend.services.payments.payment_states import OPEN_STATES, lock_payment
from backend.services.payments.refresh_payment import refresh_payment

FIRST_QUERY_S: Final = 10
LATER_QUERIES_S: Final = (30, 60)
LAST_QUERIES_S: Final = 300
_log = structlog.get_logger(__name__)


def query_payment(*, payment_no: str, now: datetime) -> None:
    """Ask the channel once, and set the time of the next question while the payment stays open.

    A channel that cannot be asked is asked again later. An answer that does not fit our row is not asked for
    again: it was audited, and a person has to look.
    """
    error = ""
    try:
        refresh_payment(payment_no=payment_no, now=now)
    except (ChannelUnavailable, ChannelOutcomeUnknown) as failure:
        error = failure.code
        _log.warning("payment_query_failed", payment_no=payment_no, error=error)
    except (NotifyRejected, PaymentNotFound) as failure:
        _log.warning("payment_query_ended", payment_no=payment_no, error=str(failure))
        return
    _schedule(payment_no=payment_no, error=error, now=now)


@transactional
def _schedule(*, payment_no: str, error: str, now: datetime) -> None:
    payment = lock_payment(payment_no)
    if payment is None or payment.state not in OPEN_STATES:
        clear_timer(kind=TimerKind.PAYMENT_QUERY, subject_no=payment_no)
        return
    payment.queries += 1
    payment.last_error = error
    payment.save()
    set_timer(kind=TimerKind.PAYMENT_QUERY, subject_no=payment_no, due_at=_next_query_at(payment, now))


def _next_query_at(payment: Payment, now: datetime) -> datetime:
    """Not later than the end of the payment's time, when it is closed."""
    asked = payment.queries
    wait_s = LATER_QUERIES_S[asked - 1] if asked <= len(LATER_QUERIES_S) else LAST_QUERIES_S
    next_at = now + timedelta(seconds=wait_s)
    return min(next_at, payment.expires_at) if now < payment.expires_at else next_at

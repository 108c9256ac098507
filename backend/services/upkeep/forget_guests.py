"""Guests whose link is over are forgotten: who paid is dropped, and nobody can come back as them. Their books stay.

Money goes before forgetting: a guest with a charge, a payment or a refund that has not ended keeps everything, and is looked
at again for `TRIED_FOR`; what is open then is on staff's lists of payments and refunds, where it stays findable by number.
"""

from datetime import datetime, timedelta
from typing import Any, Final

import structlog

from backend.domain.refund import PartState
from backend.models import Driver, LiveSession, Payment, Refund, RefundPart
from backend.models.engine.database import transactional
from backend.services.payments.payment_states import OPEN_STATES

ROWS_PER_CALL: Final = 200
TRIED_FOR: Final = timedelta(days=30)
_ENDED: Final = (PartState.SUCCEEDED, PartState.RETURNED)
_log = structlog.get_logger(__name__)


@transactional
def forget_guests(*, kept: timedelta, now: datetime) -> int:
    """Forget at most `ROWS_PER_CALL` guests who came before `kept`; returns how many. Harmless to run twice at once."""
    open_sessions = LiveSession.select(LiveSession.driver_id).where(
        LiveSession.driver_id.is_null(is_null=False)
    )
    open_payments = Payment.select(Payment.driver_id).where(
        (Payment.driver_id == Driver.id) & Payment.state.in_(list(OPEN_STATES))
    )
    open_refunds = (
        Refund.select(Refund.driver_id)
        .join(RefundPart, on=(RefundPart.refund_id == Refund.id))
        .where((Refund.driver_id == Driver.id) & RefundPart.state.not_in(_ENDED))
    )
    rows: Any = (
        Driver.select(Driver.id)
        .where(
            Driver.created_at.between(now - kept - TRIED_FOR, now - kept)
            & (Driver.is_guest == True)  # noqa: E712 - SQL
            & (Driver.is_enabled == True)  # noqa: E712 - SQL
            & Driver.id.not_in(open_sessions)
            & Driver.id.not_in(open_payments)
            & Driver.id.not_in(open_refunds)
        )
        .order_by(Driver.created_at)
        .limit(ROWS_PER_CALL)
        .tuples()
    )
    ids = [driver_id for (driver_id,) in rows]
    if ids:
        Payment.update(payer_key=None).where(Payment.driver_id.in_(ids)).execute()
        Driver.update(is_enabled=False).where(Driver.id.in_(ids)).execute()
        _log.info("guests_forgotten", guests=len(ids))
    return len(ids)

"""The start deadline: no energy within 90 s, or what the operator set, of the driver's tap. The pile is told to stop, the hold goes back.

For a prepaid session it is the end of the time to pay as well: what is paid later goes back whole.
"""

from datetime import datetime

from backend.domain.session import FailureReason, SessionState, StopReason
from backend.models import Session
from backend.models.engine.database import locked, transactional
from backend.services.charging.fail_session import fail_session
from backend.services.charging.send_stop import send_stop


@transactional
def expire_start(*, session_no: str, now: datetime) -> None:
    """Fail a session that has not begun; one that has is left alone."""
    session = locked(Session.select().where(Session.session_no == session_no)).first()
    if session is None or session.started_at is not None:
        return
    if session.state is SessionState.AWAITING_PAYMENT:
        fail_session(session=session, reason=FailureReason.PAYMENT_TIMEOUT, now=now)
    elif session.state is SessionState.STARTING:
        send_stop(session=session, reason=StopReason.PLATFORM, now=now)
        fail_session(session=session, reason=FailureReason.START_TIMEOUT, now=now)
    elif session.state is SessionState.STOPPING:
        fail_session(session=session, reason=FailureReason.CANCELLED_BY_DRIVER, now=now)

"""A session in review does not keep the driver's money: after a day the hold goes back (docs/states.md)."""

from datetime import datetime

import structlog

from backend.domain.session import SessionState
from backend.models import Session
from backend.models.engine.database import locked, transactional
from backend.services.charging.release import release_hold

_log = structlog.get_logger(__name__)


@transactional
def release_review(*, session_no: str, now: datetime) -> None:
    """Release the hold of a session still in review; a decision taken later settles from available, then debt."""
    session = locked(Session.select().where(Session.session_no == session_no)).first()
    if session is None or session.state is not SessionState.REVIEW:
        return
    release_hold(session=session, now=now)
    _log.info("review_hold_released", session_no=session_no)

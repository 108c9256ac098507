"""A session in which no energy flowed: the hold is released at once, connector and driver are free again."""

from datetime import datetime

import structlog

from backend.domain.ledger import release_entry
from backend.domain.session import FailureReason, SessionEvent, next_state
from backend.domain.units import Fen
from backend.live import feed
from backend.models import LiveSession, Session
from backend.models.database import after_commit, transactional
from backend.models.prepared import Prepared
from backend.services.post_entry import post_entry
from backend.services.public_numbers import get_driver_no
from backend.services.session_topics import session_topics
from backend.services.timers import clear_session_timers

_log = structlog.get_logger(__name__)
_delete_claim = Prepared(
    LiveSession, lambda session_id: LiveSession.delete().where(LiveSession.session_id == session_id)
)


@transactional
def fail_session(*, session: Session, reason: FailureReason, now: datetime) -> None:
    """Move a locked session to `failed` and give the whole hold back. Raises ImpossibleTransition."""
    state = next_state(session.state, SessionEvent.START_FAILED)
    if state == session.state:
        return
    session.state = state
    session.failure_reason = reason
    session.ended_at = now
    session.save()
    free_connector(session=session)
    release_hold(session=session, now=now)
    _log.info("session_failed", session_no=session.session_no, reason=reason.value)
    topics = session_topics(session)
    after_commit(lambda: feed.publish(topics))


@transactional
def free_connector(*, session: Session) -> None:
    """Delete the session's claim on connector and driver, and its timers."""
    _delete_claim.execute(session.id)
    clear_session_timers(session_no=session.session_no)


@transactional
def release_hold(*, session: Session, now: datetime) -> None:
    """Give back what is still held for the session; a session without a hold (partner) is left alone."""
    if session.driver_id is None or session.hold_fen == 0:
        return
    entry = release_entry(get_driver_no(session.driver_id), Fen(session.hold_fen))
    post_entry(entry=entry, reference=session.session_no, now=now)

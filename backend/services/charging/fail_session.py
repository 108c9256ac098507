"""A session in which no energy flowed: the hold is released at once, connector and driver are free again."""

from datetime import datetime

import structlog

from backend.domain.event import SessionFailed
from backend.domain.session import FailureReason, SessionEvent, next_state
from backend.live import feed
from backend.models import Session
from backend.models.engine.database import after_commit, transactional
from backend.services.charging.release import free_connector, release_hold
from backend.services.ground.events import write_event
from backend.services.ground.feed_topics import session_topics

_log = structlog.get_logger(__name__)


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
    free_connector(session=session, now=now)
    release_hold(session=session, now=now)
    write_event(
        detail=SessionFailed(reason=reason),
        object_no=session.session_no,
        operator_id=session.operator_id,
        now=now,
    )
    _log.info("session_failed", session_no=session.session_no, reason=reason.value)
    topics = session_topics(session)
    after_commit(lambda: feed.publish(topics))

"""A session that contradicts itself is put before a person (核对中): nothing is billed, nobody waits for it."""

from datetime import datetime, timedelta

import structlog

from backend.domain.event import SessionPutInReview
from backend.domain.session import SessionEvent, next_state
from backend.domain.timer import TimerKind
from backend.live import feed
from backend.models import Session
from backend.models.engine.database import after_commit, transactional
from backend.services.charging.release import free_connector
from backend.services.charging.session_terms import terms_of
from backend.services.ground.events import write_event
from backend.services.ground.feed_topics import session_topics
from backend.services.ground.timers import set_timer

_log = structlog.get_logger(__name__)


@transactional
def review_session(*, session: Session, event: SessionEvent, reason: str, now: datetime) -> None:
    """Move a locked session to `review`; connector and driver are free, the hold waits a day at most."""
    release_at = now + timedelta(seconds=terms_of(session).review_release_s)
    session.state = next_state(session.state, event)
    session.review_reason = reason
    session.save()
    free_connector(session=session, now=now)
    set_timer(kind=TimerKind.REVIEW_RELEASE, subject_no=session.session_no, due_at=release_at)
    write_event(
        detail=SessionPutInReview(reason=reason),
        object_no=session.session_no,
        operator_id=session.operator_id,
        now=now,
    )
    _log.warning("session_review", session_no=session.session_no, reason=reason)
    topics = session_topics(session)
    after_commit(lambda: feed.publish(topics))

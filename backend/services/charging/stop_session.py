"""Stop a charge. A stop has no time to live and wins every race: it is sent again until the session has ended."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

import structlog

from backend.domain.actor import Actor
from backend.domain.command import AGAIN_AFTER_S
from backend.domain.errors import SessionNotFound, SessionNotStoppable
from backend.domain.session import (
    LIVE_STATES,
    FailureReason,
    SessionEvent,
    SessionState,
    StopReason,
    next_state,
)
from backend.live import feed
from backend.models import Session
from backend.models.engine.database import after_commit, locked, transactional
from backend.services.charging.fail_session import fail_session
from backend.services.charging.send_stop import charges_on, insist_on_stop, send_stop
from backend.services.ground.audit import write_audit
from backend.services.ground.feed_topics import session_topics

_CANCELLED: Final = {
    StopReason.DRIVER_APP: FailureReason.CANCELLED_BY_DRIVER,
    StopReason.STAFF: FailureReason.CANCELLED_BY_STAFF,
}
_log = structlog.get_logger(__name__)


@transactional
def stop_session(*, driver: Actor, session_no: str, now: datetime) -> None:
    """The driver's stop; asking again sends again. Raises SessionNotFound, SessionNotStoppable."""
    session = locked(
        Session.select().where((Session.session_no == session_no) & (Session.driver_id == driver.id))
    ).first()
    if session is None:
        raise SessionNotFound
    stop_as(actor=driver, session=session, reason=StopReason.DRIVER_APP, detail={}, now=now)


@transactional
def stop_as(
    *,
    actor: Actor,
    session: Session,
    reason: StopReason,
    detail: Mapping[str, object],
    now: datetime,
    request_id: str = "",
    ip: str = "",
) -> None:
    """Somebody's stop of a locked session they may stop, audited once. Raises SessionNotStoppable.

    One that was settled provisionally while nobody heard it may charge still: its pile is told, nothing else changes.
    """
    is_provisional = charges_on(session, now)
    if session.state not in LIVE_STATES and not is_provisional:
        raise SessionNotStoppable
    if session.state is not SessionState.STOPPING and not (is_provisional and session.stop_asked_reason):
        write_audit(
            actor=actor,
            action="session.stop",
            object_kind="session",
            object_no=session.session_no,
            operator_id=session.operator_id,
            detail=detail,
            now=now,
            request_id=request_id,
            ip=ip,
        )
    if is_provisional and session.stop_asked_reason is None:
        session.stop_asked_reason = reason
        session.save()
    if is_provisional or session.state is SessionState.STOPPING:
        insist_on_stop(session=session, gap_s=AGAIN_AFTER_S, now=now)
        return
    ask_stop(session=session, reason=reason, now=now)


@transactional
def ask_stop(*, session: Session, reason: StopReason, now: datetime) -> None:
    """Move a live session to `stopping` and queue the stop; repeated or too late, it changes nothing."""
    state = next_state(session.state, SessionEvent.STOP_ASKED)
    if state == session.state:
        return
    if state is SessionState.FAILED:
        fail_session(session=session, reason=_CANCELLED.get(reason, FailureReason.UNKNOWN), now=now)
        return
    session.state = state
    session.stopping_at = now
    session.stop_asked_reason = reason
    session.save()
    send_stop(session=session, reason=reason, now=now)
    _log.info("session_stopping", session_no=session.session_no, reason=reason.value)
    topics = session_topics(session)
    after_commit(lambda: feed.publish(topics))

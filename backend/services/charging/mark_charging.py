"""A meter reading is proof enough that energy flows, whether or not `session_started` came through."""

from datetime import datetime, timedelta
from typing import Final

import structlog

from backend.domain.errors import SessionNotFound
from backend.domain.event import SessionStarted
from backend.domain.session import (
    LIVE_STATES,
    SessionEvent,
    StopReason,
    next_state,
)
from backend.domain.timer import TimerKind
from backend.live import feed
from backend.models import Session
from backend.models.engine.database import after_commit, locked, transactional
from backend.services.charging.send_stop import charges_on, send_stop
from backend.services.ground.events import write_event
from backend.services.ground.feed_topics import session_topics
from backend.services.ground.timers import clear_timer, set_timer

WATCH_EVERY_S: Final = 60
_log = structlog.get_logger(__name__)


@transactional
def mark_charging(
    *, pile_id: int, session_no: str, at: datetime, register_wh: int | None, now: datetime
) -> None:
    """Energy flows in this session, from `register_wh` on; None from a meter, which need not be the first one.

    A session that is over for us is told to stop once more: its energy is not billed (docs/states.md). One that was
    settled provisionally while nobody heard it, and that nobody asked to stop, goes on: its record will correct.
    Raises SessionNotFound for an unknown session and for another pile's.
    """
    session = locked(Session.select().where(Session.session_no == session_no)).first()
    if session is None or session.pile_id != pile_id:
        raise SessionNotFound
    if session.stop_asked_reason is None and charges_on(session, now):
        _log.info("charging_after_provisional", session_no=session_no)
        return
    if session.state not in LIVE_STATES:
        _log.warning("energy_after_end", session_no=session_no, state=session.state.value)
        send_stop(session=session, reason=session.stop_asked_reason or StopReason.PLATFORM, now=now)
        return
    state = next_state(session.state, SessionEvent.ENERGY_FLOWS)
    if session.started_at is not None and state == session.state:
        return
    session.state = state
    if session.started_at is None:
        session.started_at = max(at, session.created_at)  # whatever the pile's clock says
        write_event(
            detail=SessionStarted(started_at=session.started_at),
            object_no=session_no,
            operator_id=session.operator_id,
            now=now,
        )
    if session.register_start_wh is None:
        session.register_start_wh = register_wh
    session.save()
    clear_timer(kind=TimerKind.START_DEADLINE, subject_no=session_no)
    set_timer(
        kind=TimerKind.SESSION_WATCH, subject_no=session_no, due_at=now + timedelta(seconds=WATCH_EVERY_S)
    )
    _log.info("session_charging", session_no=session_no)
    topics = session_topics(session)
    after_commit(lambda: feed.publish(topics))

"""A session that was asked to stop and has not ended: its pile is told again, whatever it answered before.

A pile that does not know the session, and says nothing more of it, has ended it: it is billed by what is known.
"""

from datetime import datetime

import structlog

from backend.domain.command import UNKNOWN_SESSION, CommandState
from backend.domain.session import SessionState, StopReason
from backend.models import Command, MeterValue, Session
from backend.models.engine.database import locked, transactional
from backend.services.charging.send_stop import list_stops, send_stop
from backend.services.charging.settle_by_readings import settle_by_readings

_REFUSED = frozenset({CommandState.REJECTED, CommandState.FAILED})
_log = structlog.get_logger(__name__)


@transactional
def repeat_stop(*, session_no: str, now: datetime) -> None:
    """Stop a session that is still `stopping` once more, or end it; any other is left alone."""
    session = locked(Session.select().where(Session.session_no == session_no)).first()
    if session is None or session.state is not SessionState.STOPPING:
        return
    stops = list_stops(session)
    if stops and session.started_at is not None and _is_gone(session, stops[-1]):
        _log.warning("session_unknown_to_pile", session_no=session_no)
        settle_by_readings(session=session, now=now)
        return
    _log.info("stop_repeated", session_no=session_no, stops=len(stops))
    send_stop(session=session, reason=session.stop_asked_reason or StopReason.PLATFORM, now=now)


def _is_gone(session: Session, stop: Command) -> bool:
    """Whether the pile said that it has no such session and has not contradicted itself by a reading since."""
    if stop.state not in _REFUSED or stop.reason != UNKNOWN_SESSION or stop.answered_at is None:
        return False
    own = (MeterValue.session_no == session.session_no) & (MeterValue.pile_id == session.pile_id)
    return not MeterValue.select().where(own & (MeterValue.received_at > stop.answered_at)).exists()

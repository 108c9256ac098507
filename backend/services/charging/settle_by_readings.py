"""A session whose pile tells no end is billed by what its meter said; the late record corrects (states: provisional)."""

from datetime import datetime

import structlog

from backend.domain.fees import cut_at_half_hours
from backend.domain.meter import FinalRecord, find_start_wh, judge_final
from backend.domain.session import SessionEvent, StopReason, next_state
from backend.domain.units import Wh
from backend.models import Session
from backend.models.engine.database import transactional
from backend.services.charging.judge_record import gather_evidence
from backend.services.charging.review_session import review_session
from backend.services.charging.session_readings import load_readings
from backend.services.charging.settle_order import settle_order

_log = structlog.get_logger(__name__)


@transactional
def settle_by_readings(*, session: Session, now: datetime) -> None:
    """Settle a locked session provisionally up to its last reading that counts; driver and connector are free.

    What contradicts itself goes to a person instead.
    """
    readings = load_readings(session)
    known = gather_evidence(session=session, readings=readings)
    started_at = session.started_at or session.created_at
    start_wh = find_start_wh(known, started_at) or Wh(0)
    last = readings.last
    record = FinalRecord(
        started_at=started_at,
        ended_at=started_at if last is None else max(started_at, last.at),
        register_start_wh=start_wh,
        register_end_wh=start_wh if last is None else last.register_wh,
        segments=(),
    )
    _log.warning("session_silent", session_no=session.session_no)
    session.ended_at = record.ended_at
    if faults := judge_final(record, known):
        review_session(
            session=session, event=SessionEvent.RECORD_IMPLAUSIBLE, reason=",".join(faults), now=now
        )
        return
    session.state = next_state(session.state, SessionEvent.PROVISIONAL_DUE)
    if session.register_start_wh != start_wh:
        session.register_start_wh = None  # what was told cannot be, and a reading is not where it began
    session.register_end_wh = record.register_end_wh
    session.stop_reason = StopReason.PROVISIONAL
    settle_order(
        session=session,
        segments=cut_at_half_hours(
            record.started_at,
            record.ended_at,
            record.register_start_wh,
            record.register_end_wh,
            [(reading.at, reading.register_wh) for reading in readings.counted],
        ),
        is_estimated=True,
        is_provisional=True,
        now=now,
    )

"""The final record of a session that a person has to look at, kept beside what else is known of it."""

from datetime import datetime

from backend.domain.errors import InvalidSegments
from backend.domain.fees import check_segments
from backend.domain.meter import FinalRecord
from backend.domain.session import StopReason
from backend.models import RecordSegment, Session, SessionRecord
from backend.models.engine.database import transactional
from backend.models.engine.new_rows import NewRows

_new_segments = NewRows(RecordSegment)


@transactional
def keep_record(
    *,
    session: Session,
    record: FinalRecord,
    stop_reason: StopReason,
    raw_stop_code: str,
    reported_fen_e4: int | None,
    now: datetime,
) -> None:
    """Keep a record, in our time, for the person who decides; the first one of a session stays."""
    if SessionRecord.select().where(SessionRecord.session_id == session.id).exists():
        return
    SessionRecord.insert(
        session_id=session.id,
        received_at=now,
        started_at=record.started_at,
        ended_at=record.ended_at,
        register_start_wh=record.register_start_wh,
        register_end_wh=record.register_end_wh,
        stop_reason=stop_reason,
        raw_stop_code=raw_stop_code,
        reported_fen_e4=reported_fen_e4,
    ).execute()
    try:
        check_segments(record.segments)
    except InvalidSegments:
        return
    _new_segments.insert(
        [
            RecordSegment(
                session_id=session.id,
                from_at=segment.from_at,
                to_at=segment.to_at,
                energy_wh=segment.energy_wh,
            )
            for segment in record.segments
        ]
    )

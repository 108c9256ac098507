"""Whether a session's record can be true after all that is known of it: meter, limit, and its connector's other sessions."""

from backend.domain.meter import OF_METER, Doubt, Evidence, FinalFault, FinalRecord, judge_final
from backend.domain.session import LIVE_STATES, SessionState
from backend.domain.units import Watt
from backend.models import Session, SessionDoubt
from backend.models.engine.prepared import Prepared
from backend.services.charging.session_readings import SessionReadings

_find_doubts = Prepared(
    SessionDoubt,
    lambda session_id: SessionDoubt.select(SessionDoubt.doubt).where(SessionDoubt.session_id == session_id),
)
# a register that starts anew (another meter) is looked at once: the sessions after it are compared with that one
_find_before = Prepared(
    Session,
    lambda connector_id, session_id, settled, overlapping: (
        Session.select(Session.register_end_wh)
        .where(
            (Session.connector_id == connector_id)
            & (Session.id < session_id)
            & Session.register_end_wh.is_null(False)
            & ((Session.state == settled) | (Session.review_reason**overlapping))
        )
        .order_by(Session.id.desc())
        .limit(1)
    ),
)


def judge_record(
    *, session: Session, record: FinalRecord, readings: SessionReadings, is_late: bool = False
) -> tuple[FinalFault, ...]:
    """Everything that cannot be true of a final record, or of what stands for it; empty means plausible.

    `is_late`: the connector may have had another session since.
    """
    return judge_final(record, gather_evidence(session=session, readings=readings, is_late=is_late))


def gather_evidence(*, session: Session, readings: SessionReadings, is_late: bool = False) -> Evidence:
    """What a session's record is compared with."""
    noted = {Doubt(row.doubt) for row in _find_doubts.all(session.id)}
    if readings.is_whole:
        noted -= OF_METER  # seen while it ran: what came late may have explained it
    before = _find_before.first(
        session.connector_id,
        session.id,
        SessionState.SETTLED.value,
        f"%{FinalFault.OVERLAPS_SESSION_BEFORE.value}%",
    )
    return Evidence(
        rated_w=Watt(session.rated_w),
        limit_wh=session.limit_wh,
        told_start_wh=session.register_start_wh,
        first=readings.first,
        last=readings.last,
        before_wh=None if before is None else before.register_end_wh,
        after_wh=_find_after_wh(session) if is_late else None,
        doubts=readings.doubts | noted,
    )


def _find_after_wh(session: Session) -> int | None:
    """Where the connector's next session begins, if energy has flowed in it."""
    after = (
        Session.select(Session.register_start_wh)
        .where(
            (Session.connector_id == session.connector_id)
            & (Session.id > session.id)
            & Session.register_start_wh.is_null(False)
            & Session.state.in_([*LIVE_STATES, SessionState.SETTLED])
        )
        .order_by(Session.id)
        .first()
    )
    return None if after is None else after.register_start_wh

"""`session_started`: the relay has closed. The register it names is where the bill begins."""

from backend.domain.report import Report
from backend.domain.session import LIVE_STATES
from backend.models import Session
from backend.models.engine.database import locked, transactional
from backend.services.charging.mark_charging import mark_charging
from backend.services.charging.report_time import platform_time


@transactional
def record_session_started(*, report: Report, session_no: str, register_wh: int) -> None:
    """Energy may flow. Raises SessionNotFound for an unknown session and for another pile's."""
    at = platform_time(report)
    known = Session.get_or_none((Session.session_no == session_no) & (Session.pile_id == report.pile.id))
    if report.is_replayed and known is not None and known.state not in LIVE_STATES:
        return  # an old story: nothing flows now that would have to be stopped
    mark_charging(
        pile_id=report.pile.id, session_no=session_no, at=at, register_wh=register_wh, now=report.received_at
    )
    session = locked(Session.select().where(Session.session_no == session_no)).get()
    if session.register_end_wh is None and session.register_start_wh != register_wh:
        # a meter was faster than the message that names the true beginning
        session.register_start_wh = register_wh
        session.started_at = max(session.created_at, min(at, session.started_at or at))
        session.save()

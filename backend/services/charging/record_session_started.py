"""`session_started`: the relay has closed. The register it names is where the bill begins, if the readings allow it.

The first one told stays: a second one with another register (a power cut, a charge resumed) is kept as a doubt, and
record, readings and beginning are compared at the end.
"""

from backend.domain.meter import Doubt
from backend.domain.report import Report
from backend.domain.session import LIVE_STATES
from backend.models import Session
from backend.models.engine.database import locked, transactional
from backend.services.charging.mark_charging import mark_charging
from backend.services.charging.note_doubt import note_doubt
from backend.services.charging.session_readings import load_readings


@transactional
def record_session_started(*, report: Report, gun: int, session_no: str, register_wh: int) -> bool:
    """Energy may flow; False where another pile tells so: that is noted, and the message is for a person.

    Raises SessionNotFound for an unknown session.
    """
    now = report.received_at
    known = Session.get_or_none(Session.session_no == session_no)
    if known is not None and known.pile_id != report.pile.id:
        _note(known, Doubt.OTHER_PILE, f"session_started of {report.pile.pile_no}", report)
        return False
    if report.is_replayed and known is not None and known.state not in LIVE_STATES:
        return True  # an old story: nothing flows now that would have to be stopped
    at = (known and load_readings(known, report).report_at) or now
    mark_charging(pile_id=report.pile.id, session_no=session_no, at=at, register_wh=register_wh, now=now)
    session = locked(Session.select().where(Session.session_no == session_no)).get()
    connector = report.pile.connectors.get(gun)
    if connector is None or connector.id != session.connector_id:
        _note(session, Doubt.OTHER_GUN, f"session_started of gun {gun}", report)
    told = session.register_start_wh
    if told is not None and told != register_wh:
        _note(session, Doubt.SECOND_BEGINNING, f"{told} then {register_wh} Wh", report)
    elif told is None and session.register_end_wh is None:
        # a meter was faster than the message that names the true beginning
        session.register_start_wh = register_wh
        session.started_at = max(session.created_at, min(at, session.started_at or at))
        session.save()
    return True


def _note(session: Session, doubt: Doubt, detail: str, report: Report) -> None:
    note_doubt(session_id=session.id, doubt=doubt, detail=detail, now=report.received_at)

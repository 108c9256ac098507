"""A session lets go of what it claimed: its connector and driver, its timers, the money still held."""

from datetime import datetime

from backend.domain.ledger import release_entry
from backend.domain.units import Fen
from backend.models import LiveSession, Session
from backend.models.engine.database import transactional
from backend.models.engine.prepared import Prepared
from backend.services.ground.public_numbers import get_driver_no
from backend.services.ground.timers import clear_session_timers
from backend.services.ledger.post_entry import post_entry

_delete_claim = Prepared(
    LiveSession, lambda session_id: LiveSession.delete().where(LiveSession.session_id == session_id)
)


@transactional
def free_connector(*, session: Session) -> None:
    """Delete the session's claim on connector and driver, and its timers."""
    _delete_claim.execute(session.id)
    clear_session_timers(session_no=session.session_no)


@transactional
def release_hold(*, session: Session, now: datetime) -> None:
    """Give back what is still held for the session; a session without a hold (partner) is left alone."""
    if session.driver_id is None or session.hold_fen == 0:
        return
    entry = release_entry(get_driver_no(session.driver_id), Fen(session.hold_fen))
    post_entry(entry=entry, reference=session.session_no, now=now)

"""A session lets go of what it claimed: its connector and driver, its timers, the money still held."""

from datetime import datetime

from backend.models import LiveSession, Session
from backend.models.engine.database import transactional
from backend.models.engine.prepared import Prepared
from backend.services.charging.payers import find_payer
from backend.services.charging.plug_claims import claim_plug
from backend.services.ground.timers import clear_session_timers

_delete_claim = Prepared(
    LiveSession, lambda session_id: LiveSession.delete().where(LiveSession.session_id == session_id)
)


@transactional
def free_connector(*, session: Session, now: datetime) -> bool:
    """Delete the session's claim on connector and driver, and its timers; the car there stays its driver's.

    A session that frees nothing any more (decided, corrected) claims nothing either. Returns whether it freed anything.
    """
    is_freed = bool(_delete_claim.execute(session.id))
    if is_freed:
        claim_plug(session=session, now=now)
    clear_session_timers(session_no=session.session_no)
    return is_freed


@transactional
def release_hold(*, session: Session, now: datetime) -> None:
    """Give back what is still held for the session; one that nobody pays is left alone."""
    payer = find_payer(session)
    if payer is not None:
        payer.release(session, now)

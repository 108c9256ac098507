"""A remote stop by the operators' desk: audited with its reason, then the same stop as a driver's."""

from datetime import datetime

from backend.domain.actor import Actor
from backend.domain.errors import Forbidden, SessionNotFound
from backend.domain.permission import Permission
from backend.domain.session import StopReason
from backend.models import Session
from backend.models.engine.database import locked, transactional
from backend.services.access.scope import scoped
from backend.services.charging.stop_session import stop_as


@transactional
def stop_session_for_staff(
    *, staff: Actor, session_no: str, reason: str, now: datetime, request_id: str = "", ip: str = ""
) -> None:
    """Stop a live session in scope; asking again is harmless and audited once.

    Raises Forbidden, SessionNotFound, SessionNotStoppable.
    """
    if Permission.SESSION_STOP not in staff.permissions:
        raise Forbidden
    wanted = Session.select().where(Session.session_no == session_no)
    session = locked(scoped(wanted, staff, operator=Session.operator_id, station=Session.station_id)).first()
    if session is None:
        raise SessionNotFound
    stop_as(
        actor=staff,
        session=session,
        reason=StopReason.STAFF,
        detail={"reason": reason},
        now=now,
        request_id=request_id,
        ip=ip,
    )

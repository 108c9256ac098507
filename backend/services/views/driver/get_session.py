"""A driver's own sessions: one by its number, and the one that is open now, for one driver or many at once."""

from collections.abc import Sequence
from datetime import datetime

from backend.domain.actor import Actor
from backend.domain.errors import SessionNotFound
from backend.models import LiveSession, Session
from backend.models.engine.database import reading
from backend.services.views.session_view import SessionView, load_session_views


@reading
def get_session(*, driver: Actor, session_no: str, now: datetime) -> SessionView:
    """The driver's own session. Raises SessionNotFound, also for another driver's."""
    own = (Session.session_no == session_no) & (Session.driver_id == driver.id)
    for _, view in load_session_views(own, now=now):
        return view
    raise SessionNotFound


def find_live_session(*, driver: Actor, now: datetime) -> SessionView | None:
    """The session the driver has open now, if any: what an app that was closed comes back to."""
    return find_live_sessions(drivers=[driver], now=now).get(driver)


@reading
def find_live_sessions(*, drivers: Sequence[Actor], now: datetime) -> dict[Actor, SessionView]:
    """The open sessions of those drivers who have one, in one query."""
    by_id = {driver.id: driver for driver in drivers}
    is_live = Session.id.in_(
        LiveSession.select(LiveSession.session_id).where(LiveSession.driver_id.in_(list(by_id)))
    )
    return {
        by_id[driver_id]: view
        for driver_id, view in load_session_views(is_live, now=now)
        if driver_id is not None
    }

"""The sessions that drivers have open now: what an app that was closed comes back to."""

from collections.abc import Sequence
from datetime import datetime

from backend.domain.actor import Actor
from backend.models import LiveSession, Session
from backend.models.engine.database import reading
from backend.services.views.session_view import SessionView, load_session_views


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

"""One of a driver's own sessions, by its number."""

from datetime import datetime

from backend.domain.actor import Actor
from backend.domain.errors import SessionNotFound
from backend.models import Session
from backend.models.engine.database import reading
from backend.services.views.session_view import SessionView, load_session_views


@reading
def get_session(*, driver: Actor, session_no: str, now: datetime) -> SessionView:
    """The driver's own session. Raises SessionNotFound, also for another driver's."""
    own = (Session.session_no == session_no) & (Session.driver_id == driver.id)
    for _, view in load_session_views(own, now=now):
        return view
    raise SessionNotFound

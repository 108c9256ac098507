"""Which live-feed topics a change of a session touches."""

from backend.models import Session
from backend.services.ground.public_numbers import get_station_no


def session_topics(session: Session) -> tuple[str, ...]:
    """The session's own topic, its station's, and the operator desk's list of piles."""
    return (f"session:{session.session_no}", f"station:{get_station_no(session.station_id)}", "piles")

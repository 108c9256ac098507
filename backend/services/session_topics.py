"""Which live-feed topics a change of a session touches."""

from backend.models import Session, Station


def session_topics(session: Session) -> tuple[str, ...]:
    """The session's own topic, its station's, and the operator desk's list of piles."""
    station = Station.get_by_id(session.station_id)
    return (f"session:{session.session_no}", f"station:{station.station_no}", "piles")

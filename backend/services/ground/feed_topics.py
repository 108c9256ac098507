"""Which live-feed topics a change of a session touches."""

from backend.domain.feed_topics import pile_topics, session_topic, station_topic
from backend.models import Session
from backend.services.ground.public_numbers import get_pile_no, get_station_no


def session_topics(session: Session) -> tuple[str, ...]:
    """The session's own, its station's and its pile's."""
    return (
        session_topic(session.session_no),
        station_topic(get_station_no(session.station_id)),
        *pile_topics(pile_no=get_pile_no(session.pile_id), operator_id=session.operator_id),
    )

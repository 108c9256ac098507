"""Which station a member of staff may change: one in scope, locked; and what is told when one has changed."""

from backend.domain.actor import Actor
from backend.domain.errors import Forbidden, StationNotFound
from backend.domain.feed_topics import station_topic
from backend.domain.permission import Permission
from backend.live import feed, nearby
from backend.models import Station
from backend.models.engine.database import after_commit, locked
from backend.services.access.visible_stations import visible_stations


def check_editor(staff: Actor) -> None:
    """Raises Forbidden for staff without the permission."""
    if Permission.STATION_EDIT not in staff.permissions:
        raise Forbidden


def lock_station(staff: Actor, station_no: str) -> Station:
    """Raises Forbidden, StationNotFound for one out of scope."""
    check_editor(staff)
    station: Station | None = locked(visible_stations(staff).where(Station.station_no == station_no)).first()
    if station is None:
        raise StationNotFound
    return station


def tell_changed(station: Station) -> None:
    """After the commit: the live view finds it where it is now, or no more, and open pages are shown it anew."""
    station_no, place = station.station_no, (station.station_no, station.lat_e6, station.lng_e6)
    is_found = station.is_visible and station.closed_at is None

    def tell() -> None:
        if is_found:
            nearby.put_stations([place])
        else:
            nearby.remove_station(station_no)
        feed.publish([station_topic(station_no)])

    after_commit(tell)

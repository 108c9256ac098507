"""The stations a member of staff may see, and one of them by its number."""

from peewee import ModelSelect

from backend.domain.actor import Actor
from backend.models import Station
from backend.services.access.scope import scoped

NO_STATION = 0
"""No row has this id: a filter by it finds nothing."""


def visible_stations(staff: Actor) -> "ModelSelect[Station]":
    """The stations that `staff` may see, hidden ones too."""
    return scoped(Station.select(), staff, operator=Station.operator_id, station=Station.id)


def find_station_id(staff: Actor, station_no: str) -> int:
    """Row id of a station in scope, NO_STATION for every other number.

    Lists filter by the id itself: with a subquery in its place they would be sorted instead of walked.
    """
    station = visible_stations(staff).where(Station.station_no == station_no).first()
    return NO_STATION if station is None else station.id

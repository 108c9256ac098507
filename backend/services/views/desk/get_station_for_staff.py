"""One station for the operators' desk: its row of the list, what is printed about it, and all its piles."""

from datetime import datetime

import msgspec

from backend.domain.actor import Actor
from backend.domain.errors import StationNotFound
from backend.models import Station
from backend.models.engine.database import reading
from backend.services.access.visible_stations import visible_stations
from backend.services.views.desk.pile_views import StaffPile, view_piles
from backend.services.views.desk.station_views import StaffStationRow, piles_in_service, view_stations


class StaffStation(msgspec.Struct, frozen=True, kw_only=True):
    station: StaffStationRow
    opening_hours: str
    parking_fee: str
    service_phone: str
    time_zone: str
    created_at: datetime
    piles: tuple[StaffPile, ...]


@reading
def get_station_for_staff(*, staff: Actor, station_no: str, now: datetime) -> StaffStation:
    """A station in scope, also a hidden one. Raises StationNotFound."""
    station = visible_stations(staff).where(Station.station_no == station_no).first()
    if station is None:
        raise StationNotFound
    (row,) = view_stations([station], now=now)
    return StaffStation(
        station=row,
        opening_hours=station.opening_hours,
        parking_fee=station.parking_fee,
        service_phone=station.service_phone,
        time_zone=station.time_zone,
        created_at=station.created_at,
        piles=tuple(view_piles(piles_in_service([station.id]), now=now)),
    )

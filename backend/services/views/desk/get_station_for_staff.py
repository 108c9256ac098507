"""One station for the operators' desk: its row of the list, all that was entered of it, and all its piles."""

from datetime import datetime

import msgspec

from backend.domain.actor import Actor
from backend.domain.errors import StationNotFound
from backend.domain.station_facts import Amenity, Construction, StationType, amenities_of
from backend.models import Station, Tariff
from backend.models.engine.database import reading
from backend.services.access.visible_stations import visible_stations
from backend.services.views.desk.pile_views import StaffPile, view_piles
from backend.services.views.desk.station_views import StaffStationRow, piles_in_service, view_stations
from backend.services.views.photo_view import PhotoView, list_photos
from backend.services.views.station_open import SpanView, view_spans


class StaffStation(msgspec.Struct, frozen=True, kw_only=True):
    """`row_version` goes back with an edit. `opening_hours` is how the hours are read, or what was printed of them once."""

    station: StaffStationRow
    row_version: int
    division_code: str
    lat_e6: int
    lng_e6: int
    station_type: StationType
    construction: Construction | None
    opening_hours: str
    opening_spans: tuple[SpanView, ...]
    site_guide: str
    parking_info: str
    parking_fee: str
    parking_spaces: int | None
    suited_cars: str
    remark: str
    service_phone: str
    station_phone: str
    owner_no: str
    amenities: tuple[Amenity, ...]
    photos: tuple[PhotoView, ...]
    tariff_no: str | None
    tariff_name: str | None
    sort_order: int
    time_zone: str
    created_at: datetime
    closed_at: datetime | None
    piles: tuple[StaffPile, ...]


@reading
def get_station_for_staff(*, staff: Actor, station_no: str, now: datetime) -> StaffStation:
    """A station in scope, also a hidden or closed one. Raises StationNotFound."""
    station = visible_stations(staff).where(Station.station_no == station_no).first()
    if station is None:
        raise StationNotFound
    (row,) = view_stations([station], now=now)
    tariff = None if station.tariff_id is None else Tariff.get_or_none(Tariff.id == station.tariff_id)
    return StaffStation(
        station=row,
        row_version=station.row_version,
        division_code=station.division_code,
        lat_e6=station.lat_e6,
        lng_e6=station.lng_e6,
        station_type=station.station_type,
        construction=station.construction,
        opening_hours=station.opening_hours,
        opening_spans=view_spans(station),
        site_guide=station.site_guide,
        parking_info=station.parking_info,
        parking_fee=station.parking_fee,
        parking_spaces=station.parking_spaces,
        suited_cars=station.suited_cars,
        remark=station.remark,
        service_phone=station.service_phone,
        station_phone=station.station_phone,
        owner_no=station.owner_no,
        amenities=amenities_of(station.amenities),
        photos=list_photos(station.id),
        tariff_no=None if tariff is None else tariff.tariff_no,
        tariff_name=None if tariff is None else tariff.name,
        sort_order=station.sort_order,
        time_zone=station.time_zone,
        created_at=station.created_at,
        closed_at=station.closed_at,
        piles=tuple(view_piles(piles_in_service([station.id]), now=now)),
    )

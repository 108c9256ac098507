"""Stations around a driver, and one station with all its connectors and prices."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Annotated, Final

import msgspec

from backend.api.http.call import Call
from backend.api.http.route import Route, Scope
from backend.domain import errors
from backend.live.nearby import Search
from backend.services.views.driver.get_station import StationDetail, get_station
from backend.services.views.driver.list_nearby_stations import MAX_RADIUS_M, MAX_STATIONS, NearbyStations

LAT_LIMIT_E6: Final = 90_000_000
LNG_LIMIT_E6: Final = 180_000_000
_E6: Final = 1_000_000

_DEGREES: Final = "Decimal degrees, GCJ-02."
Latitude = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^-?(90(\.0{1,20})?|[0-8]?[0-9](\.[0-9]{1,20})?)$", description=_DEGREES, max_length=25
    ),
]
Longitude = Annotated[
    str,
    msgspec.Meta(
        pattern=r"^-?(180(\.0{1,20})?|(1[0-7][0-9]|[0-9]{1,2})(\.[0-9]{1,20})?)$",
        description=_DEGREES,
        max_length=25,
    ),
]


class NearbyQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    lat: Latitude
    lng: Longitude
    radius_m: Annotated[int, msgspec.Meta(ge=100, le=MAX_RADIUS_M)] = 5_000
    limit: Annotated[int, msgspec.Meta(ge=1, le=MAX_STATIONS)] = 20


class StationQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the driver is, for the distance; both or none."""

    lat: Latitude | None = None
    lng: Longitude | None = None


async def list_nearby(call: Call[None, NearbyQuery]) -> NearbyStations:
    """Visible stations by distance, nearest first, with free connectors, the cheapest price now and its freshness."""
    search = Search(
        lat_e6=degrees_e6(call.query.lat, field="lat", limit_e6=LAT_LIMIT_E6),
        lng_e6=degrees_e6(call.query.lng, field="lng", limit_e6=LNG_LIMIT_E6),
        radius_m=call.query.radius_m,
        limit=call.query.limit,
    )
    found = await call.parts.reads.nearby.load(search)
    return found or NearbyStations(stations=())


async def show(call: Call[None, StationQuery]) -> StationDetail:
    """A station with each connector's state and the day's price strip of every tariff in use."""
    lat, lng = call.query.lat, call.query.lng
    origin = None
    if lat is not None and lng is not None:
        origin = (
            degrees_e6(lat, field="lat", limit_e6=LAT_LIMIT_E6),
            degrees_e6(lng, field="lng", limit_e6=LNG_LIMIT_E6),
        )
    return await call.transact(get_station, station_no=call.path["station_no"], origin=origin, now=call.now)


def degrees_e6(text: str, *, field: str, limit_e6: int) -> int:
    """Millionths of a degree, exactly rounded. Raises InvalidInput outside ±limit."""
    value = int((Decimal(text) * _E6).to_integral_value(ROUND_HALF_UP))
    if abs(value) > limit_e6:
        raise errors.InvalidInput(field=field, reason=f"应在 ±{limit_e6 // _E6} 度之内")
    return value


ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path="/api/v1/driver/stations/nearby",
        scope=Scope.DRIVER,
        handle=list_nearby,
        summary="附近的充电站",
        tag="stations",
    ),
    Route(
        method="GET",
        path="/api/v1/driver/stations/{station_no}",
        scope=Scope.DRIVER,
        handle=show,
        summary="充电站详情",
        errors=(errors.StationNotFound, errors.StationHidden),
        tag="stations",
    ),
)

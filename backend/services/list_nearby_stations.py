"""Stations around a driver, nearest first, with free connectors and the price now.

Positions come from the live view; without it from a bounding box on the indexed position, grown until enough
stations are inside the radius. Either way the answer is exact.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from math import cos, radians
from typing import Final, cast

import msgspec

from backend.domain.connector import ConnectorGroup
from backend.domain.pile import PileKind
from backend.domain.station import distance_m
from backend.domain.tariff import TariffVersion
from backend.live import nearby
from backend.models import Station
from backend.models.database import reading
from backend.services.connector_states import (
    ConnectorNow,
    ConnectorPlace,
    list_places,
    load_connector_states,
)
from backend.services.current_tariffs import find_versions, prices_of
from backend.services.price_view import PriceView

MAX_RADIUS_M: Final = 50_000
MAX_STATIONS: Final = 50
_FIRST_RADIUS_M: Final = 1_000
_GROWTH: Final = 3
_E6_PER_METRE: Final = 8.994  # of latitude
_NARROWEST_COSINE: Final = 0.01  # beside the poles a degree of longitude is no width at all


class KindCount(msgspec.Struct, frozen=True, kw_only=True):
    """Connectors of one kind of pile; `max_power_w` is the strongest one's rating."""

    kind: PileKind
    free: int
    total: int
    max_power_w: int


class StationCard(msgspec.Struct, frozen=True, kw_only=True):
    """A station as lists and maps show it. Degrees are GCJ-02.

    `price` is that of the cheapest tariff now, `has_other_prices` says that others cost more; None without a
    tariff. `updated_at` is when any of its piles was last heard; `is_stale`: none of them is heard now.
    """

    station_no: str
    name: str
    city: str
    district: str
    address: str
    lat: float
    lng: float
    distance_m: int | None
    opening_hours: str
    parking_fee: str
    connectors_free: int
    connectors_total: int
    kinds: tuple[KindCount, ...]
    price: PriceView | None
    next_price: PriceView | None
    has_other_prices: bool
    updated_at: datetime | None
    is_stale: bool


class NearbyStations(msgspec.Struct, frozen=True, kw_only=True):
    stations: tuple[StationCard, ...]


@reading
def list_nearby_stations(
    *, lat_e6: int, lng_e6: int, radius_m: int, limit: int, now: datetime
) -> NearbyStations:
    """The `limit` nearest visible stations within `radius_m` metres of a point in millionths of a degree."""
    station_nos = nearby.find_station_nos(lat_e6, lng_e6, radius_m, limit)
    if station_nos is None:
        stations = _find_in_database(lat_e6, lng_e6, radius_m, limit)
    else:
        stations = list(
            Station.select().where(Station.station_no.in_(station_nos) & (Station.is_visible == True))  # noqa: E712 - SQL
        )
    cards = make_cards(stations, origin=(lat_e6, lng_e6), now=now)
    return NearbyStations(stations=tuple(sorted(cards, key=lambda card: card.distance_m or 0)))


def make_cards(
    stations: Sequence[Station], *, origin: tuple[int, int] | None, now: datetime
) -> list[StationCard]:
    """Cards of these stations in their order; `origin` is where the driver is, in millionths of a degree."""
    if not stations:
        return []
    places = list_places([station.id for station in stations])
    states = load_connector_states(places, now=now)
    versions = find_versions(_tariff_ids(stations, places), now=now)
    by_station: dict[int, list[ConnectorPlace]] = {station.id: [] for station in stations}
    for place in places:
        by_station[place.station_id].append(place)
    return [
        _card(station, by_station[station.id], states, versions, origin=origin, now=now)
        for station in stations
    ]


def tariffs_of(station: Station, places: Sequence[ConnectorPlace]) -> list[int]:
    """Row ids of the tariffs in use at a station, smallest first."""
    used = {place.tariff_id or station.tariff_id for place in places} or {station.tariff_id}
    return sorted(tariff_id for tariff_id in used if tariff_id is not None)


def _tariff_ids(stations: Sequence[Station], places: Sequence[ConnectorPlace]) -> Collection[int]:
    ids = {place.tariff_id for place in places} | {station.tariff_id for station in stations}
    return {tariff_id for tariff_id in ids if tariff_id is not None}


def _card(
    station: Station,
    places: Sequence[ConnectorPlace],
    states: Mapping[str, ConnectorNow],
    versions: Mapping[int, TariffVersion],
    *,
    origin: tuple[int, int] | None,
    now: datetime,
) -> StationCard:
    prices = sorted(
        (
            prices_of(versions[tariff_id], now=now, time_zone=station.time_zone)
            for tariff_id in tariffs_of(station, places)
            if tariff_id in versions
        ),
        key=lambda price: price[0].total_e5,
    )
    here = [states[place.connector_no] for place in places]
    kinds = _count_kinds(places, states)
    return StationCard(
        station_no=station.station_no,
        name=station.name,
        city=station.city,
        district=station.district,
        address=station.address,
        lat=station.lat_e6 / 1e6,
        lng=station.lng_e6 / 1e6,
        distance_m=None if origin is None else distance_m(*origin, station.lat_e6, station.lng_e6),
        opening_hours=station.opening_hours,
        parking_fee=station.parking_fee,
        connectors_free=sum(kind.free for kind in kinds),
        connectors_total=len(places),
        kinds=kinds,
        price=prices[0][0] if prices else None,
        next_price=prices[0][1] if prices else None,
        has_other_prices=bool(prices) and prices[-1][0].total_e5 != prices[0][0].total_e5,
        updated_at=max((state.updated_at for state in here if state.updated_at is not None), default=None),
        is_stale=all(state.group is ConnectorGroup.OFFLINE for state in here),
    )


def _count_kinds(
    places: Sequence[ConnectorPlace], states: Mapping[str, ConnectorNow]
) -> tuple[KindCount, ...]:
    counts = []
    for kind in PileKind:
        own = [place for place in places if place.kind is kind]
        if own:
            free = sum(states[place.connector_no].group is ConnectorGroup.FREE for place in own)
            strongest = max(place.rated_w for place in own)
            counts.append(KindCount(kind=kind, free=free, total=len(own), max_power_w=strongest))
    return tuple(counts)


def _find_in_database(lat_e6: int, lng_e6: int, radius_m: int, limit: int) -> list[Station]:
    radius = min(_FIRST_RADIUS_M, radius_m)
    while True:
        near = _ids_in_box(lat_e6, lng_e6, radius)[:limit]
        if len(near) >= limit or radius >= radius_m:
            return list(Station.select().where(Station.id.in_(near))) if near else []
        radius = min(radius * _GROWTH, radius_m)


def _ids_in_box(lat_e6: int, lng_e6: int, radius_m: int) -> list[int]:
    """Row ids of the visible stations within the radius, nearest first."""
    height_e6 = int(radius_m * _E6_PER_METRE) + 1
    width_e6 = int(height_e6 / max(_NARROWEST_COSINE, cos(radians(lat_e6 / 1e6)))) + 1
    rows = (
        Station.select(Station.id, Station.lat_e6, Station.lng_e6)
        .where(
            Station.lat_e6.between(lat_e6 - height_e6, lat_e6 + height_e6)
            & Station.lng_e6.between(lng_e6 - width_e6, lng_e6 + width_e6)
            & (Station.is_visible == True)  # noqa: E712 - SQL
        )
        .tuples()
    )
    positions = cast("Iterable[tuple[int, int, int]]", rows)
    measured = [(distance_m(lat_e6, lng_e6, lat, lng), row_id) for row_id, lat, lng in positions]
    return [row_id for away_m, row_id in sorted(measured) if away_m <= radius_m]

"""Stations around a driver, nearest first, with free connectors and the price now.

Positions come from the live view; without it from a bounding box on the indexed position, grown until enough
stations are inside the radius. Either way the answer is exact.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from math import cos, radians
from typing import Final, cast

import msgspec

from backend.domain.station import distance_m
from backend.live import nearby
from backend.live.nearby import Search
from backend.models import Station
from backend.models.engine.database import reading
from backend.services.views.driver.station_cards import CardBook, StationCard, is_found

MAX_RADIUS_M: Final = 50_000
MAX_STATIONS: Final = 50
_FIRST_RADIUS_M: Final = 1_000
_GROWTH: Final = 3
_E6: Final = 1_000_000
_E6_PER_METRE: Final = 8.994  # of latitude
_NARROWEST_COSINE: Final = 0.01  # beside the poles a degree of longitude is no width at all


class NearbyStations(msgspec.Struct, frozen=True, kw_only=True):
    stations: tuple[StationCard, ...]


def list_nearby_stations(search: Search, *, now: datetime) -> NearbyStations:
    """The nearest visible stations as they are now."""
    return list_nearby_many([search], book=CardBook(), now=now)[search]


@reading
def list_nearby_many(
    searches: Sequence[Search], *, book: CardBook, now: datetime
) -> dict[Search, NearbyStations]:
    """The same for many searches at once; cards come from `book`, which reads what it has not or is too old."""
    found = nearby.find_nearest(searches)
    if found is None:
        found = [_find_in_database(search) for search in searches]
    cards = book.get_many({station_no for station_nos in found for station_no in station_nos}, now=now)
    return {
        search: NearbyStations(stations=_arrange(search, [cards[no] for no in station_nos if no in cards]))
        for search, station_nos in zip(searches, found, strict=True)
    }


def _arrange(search: Search, cards: Sequence[StationCard]) -> tuple[StationCard, ...]:
    measured = [(_away_m(search, card), card) for card in cards]
    measured.sort(key=lambda pair: pair[0])
    return tuple(msgspec.structs.replace(card, distance_m=away_m) for away_m, card in measured)


def _away_m(search: Search, card: StationCard) -> int:
    return distance_m(search.lat_e6, search.lng_e6, round(card.lat * _E6), round(card.lng * _E6))


def _find_in_database(search: Search) -> list[str]:
    radius = min(_FIRST_RADIUS_M, search.radius_m)
    while True:
        near = _find_in_box(search.lat_e6, search.lng_e6, radius)[: search.limit]
        if len(near) >= search.limit or radius >= search.radius_m:
            return near
        radius = min(radius * _GROWTH, search.radius_m)


def _find_in_box(lat_e6: int, lng_e6: int, radius_m: int) -> list[str]:
    """Numbers of the visible stations within the radius, nearest first."""
    height_e6 = int(radius_m * _E6_PER_METRE) + 1
    width_e6 = int(height_e6 / max(_NARROWEST_COSINE, cos(radians(lat_e6 / _E6)))) + 1
    rows = (
        Station.select(Station.station_no, Station.lat_e6, Station.lng_e6)
        .where(
            Station.lat_e6.between(lat_e6 - height_e6, lat_e6 + height_e6)
            & Station.lng_e6.between(lng_e6 - width_e6, lng_e6 + width_e6)
            & is_found()
        )
        .tuples()
    )
    positions = cast("Iterable[tuple[str, int, int]]", rows)
    measured = [(distance_m(lat_e6, lng_e6, lat, lng), station_no) for station_no, lat, lng in positions]
    return [station_no for away_m, station_no in sorted(measured) if away_m <= radius_m]

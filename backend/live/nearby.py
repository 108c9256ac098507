"""The nearest stations by position, exact: the radius grows until enough are inside it."""

from collections.abc import Sequence
from typing import Final

import redis

from backend.live import connection

FIRST_RADIUS_M: Final = 1_000
GROWTH: Final = 3
STATIONS_PER_STATEMENT: Final = 1_000
_KEY: Final = "stations"
_E6: Final = 1_000_000


def put_stations(stations: Sequence[tuple[str, int, int]]) -> None:
    """Add or move stations given as (station_no, lat_e6, lng_e6)."""
    for start in range(0, len(stations), STATIONS_PER_STATEMENT):
        _put(stations[start : start + STATIONS_PER_STATEMENT])


def find_station_nos(lat_e6: int, lng_e6: int, radius_m: int, limit: int) -> list[str] | None:
    """The `limit` nearest stations within `radius_m`, nearest first.

    None when Redis cannot tell (absent, or it has lost the positions): ask the database instead.
    """
    return connection.call(lambda client: _search(client, lat_e6, lng_e6, radius_m, limit), otherwise=None)


def _put(stations: Sequence[tuple[str, int, int]]) -> None:
    flat: list[float | str] = []
    for station_no, lat_e6, lng_e6 in stations:
        flat += (lng_e6 / _E6, lat_e6 / _E6, station_no)
    connection.call(lambda client: client.geoadd(_KEY, flat), otherwise=0)


def _search(client: redis.Redis, lat_e6: int, lng_e6: int, radius_m: int, limit: int) -> list[str] | None:
    if not client.exists(_KEY):
        return None
    radius = min(FIRST_RADIUS_M, radius_m)
    while True:
        found = client.geosearch(
            _KEY,
            longitude=lng_e6 / _E6,
            latitude=lat_e6 / _E6,
            radius=radius,
            unit="m",
            sort="ASC",
            count=limit,
        )
        if len(found) >= limit or radius >= radius_m:
            return [station_no.decode() for station_no in found if isinstance(station_no, bytes)]
        radius = min(radius * GROWTH, radius_m)

"""The nearest stations by position, exact: the radius grows until enough are inside it.

Answers only while the set is known to be whole: a Redis that came back empty, or evicted it, must not make
stations disappear. A job rebuilds it from the database.
"""

from collections.abc import Sequence
from typing import Final, TypeAlias

import redis

from backend.live import connection

Place: TypeAlias = tuple[str, int, int]
"""station_no, lat_e6, lng_e6"""
FIRST_RADIUS_M: Final = 1_000
GROWTH: Final = 3
STATIONS_PER_STATEMENT: Final = 1_000
_KEY: Final = "stations"
_WHOLE: Final = "stations:whole"
_NEXT: Final = "stations:next"
_E6: Final = 1_000_000


def put_stations(stations: Sequence[Place]) -> None:
    """Add or move stations given as (station_no, lat_e6, lng_e6); nothing while the set is not whole."""
    if is_whole():
        connection.call(lambda client: _add(client, _KEY, stations), otherwise=None)


def rebuild(stations: Sequence[Place]) -> None:
    """Replace the whole set, in one step for those who search meanwhile."""
    connection.call(lambda client: _replace(client, stations), otherwise=None)


def is_whole() -> bool:
    """Whether searches are answered here; False without Redis."""
    return connection.call(_is_whole, otherwise=False)


def find_station_nos(lat_e6: int, lng_e6: int, radius_m: int, limit: int) -> list[str] | None:
    """The `limit` nearest stations within `radius_m`, nearest first.

    None when Redis cannot tell (absent, or it has lost the positions): ask the database instead.
    """
    return connection.call(lambda client: _search(client, lat_e6, lng_e6, radius_m, limit), otherwise=None)


def _is_whole(client: redis.Redis) -> bool:
    return client.exists(_KEY, _WHOLE) == len((_KEY, _WHOLE))


def _replace(client: redis.Redis, stations: Sequence[Place]) -> None:
    client.delete(_NEXT)
    if not stations:
        client.delete(_KEY, _WHOLE)
        return
    _add(client, _NEXT, stations)
    client.rename(_NEXT, _KEY)
    client.set(_WHOLE, 1)


def _add(client: redis.Redis, key: str, stations: Sequence[Place]) -> None:
    for start in range(0, len(stations), STATIONS_PER_STATEMENT):
        flat: list[float | str] = []
        for station_no, lat_e6, lng_e6 in stations[start : start + STATIONS_PER_STATEMENT]:
            flat += (lng_e6 / _E6, lat_e6 / _E6, station_no)
        client.geoadd(key, flat)


def _search(client: redis.Redis, lat_e6: int, lng_e6: int, radius_m: int, limit: int) -> list[str] | None:
    if not _is_whole(client):
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

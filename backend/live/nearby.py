"""The nearest stations by position, exact: the radius grows until enough are inside it.

Answers only while the set is known to be whole: a Redis that came back empty, or evicted it, must not make
stations disappear. A job rebuilds it from the database.
"""

from collections.abc import Sequence
from math import sqrt
from typing import Final, NamedTuple, TypeAlias

import redis

from backend.live import connection

Place: TypeAlias = tuple[str, int, int]
"""station_no, lat_e6, lng_e6"""

FIRST_RADIUS_M: Final = 1_000
LEAST_GROWTH: Final = 2
SPARE: Final = 1.3
FEW: Final = 3
STATIONS_PER_STATEMENT: Final = 1_000
_KEY: Final = "stations"
_WHOLE: Final = "stations:whole"
_NEXT: Final = "stations:next"
_E6: Final = 1_000_000


class Search(NamedTuple):
    """The `limit` nearest stations within `radius_m` metres of a point in millionths of a degree."""

    lat_e6: int
    lng_e6: int
    radius_m: int
    limit: int


def put_stations(stations: Sequence[Place]) -> None:
    """Add or move stations given as (station_no, lat_e6, lng_e6); nothing while the set is not whole."""
    if is_whole():
        connection.call(lambda client: _add(client, _KEY, stations), otherwise=None)


def remove_station(station_no: str) -> None:
    """Drivers are not to find it any more; harmless where it is not there."""
    connection.call(lambda client: client.zrem(_KEY, station_no), otherwise=0)


def rebuild(stations: Sequence[Place]) -> None:
    """Replace the whole set, in one step for those who search meanwhile."""
    connection.call(lambda client: _replace(client, stations), otherwise=None)


def is_whole() -> bool:
    """Whether searches are answered here; False without Redis."""
    return connection.call(_is_whole, otherwise=False)


def find_nearest(searches: Sequence[Search]) -> list[list[str]] | None:
    """For each search the numbers of the nearest stations, nearest first.

    None when Redis cannot tell (absent, or it has lost the positions): ask the database instead.
    """
    return connection.call(lambda client: _find_nearest(client, searches), otherwise=None)


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


def _find_nearest(client: redis.Redis, searches: Sequence[Search]) -> list[list[str]] | None:
    """Round by round, one trip each: those that found too few ask again with a larger radius."""
    found: list[list[str]] = [[] for _ in searches]
    radii = {index: min(FIRST_RADIUS_M, search.radius_m) for index, search in enumerate(searches)}
    while radii:
        with client.pipeline(transaction=False) as statements:
            statements.exists(_KEY, _WHOLE)
            for index, radius_m in radii.items():
                _ask(statements, searches[index], radius_m)
            there, *answers = statements.execute()
        if there != len((_KEY, _WHOLE)):
            return None
        for (index, radius_m), names in zip(list(radii.items()), answers, strict=True):
            found[index] = [name.decode() for name in names]
            del radii[index]
            if len(names) < searches[index].limit and radius_m < searches[index].radius_m:
                radii[index] = _next_radius_m(searches[index], radius_m, len(names))
    return found


def _ask(statements: "redis.client.Pipeline", search: Search, radius_m: int) -> None:
    statements.geosearch(
        _KEY,
        longitude=search.lng_e6 / _E6,
        latitude=search.lat_e6 / _E6,
        radius=radius_m,
        unit="m",
        sort="ASC",
        count=search.limit,
    )


def _next_radius_m(search: Search, radius_m: int, found: int) -> int:
    """Where as many stations to the square kilometre would be enough; all the way where there were hardly any."""
    if found < FEW:
        return search.radius_m
    wanted_m = int(radius_m * SPARE * sqrt(search.limit / found))
    return min(max(wanted_m, radius_m * LEAST_GROWTH), search.radius_m)

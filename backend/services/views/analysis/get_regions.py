"""Where it was charged: one level below the division that was chosen, down to the stations themselves."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

import msgspec

from backend.domain.actor import Actor
from backend.domain.fact import AREA_DIGITS, FactFamily, spans_of
from backend.gateways.divisions import list_divisions
from backend.models import Connector, Station
from backend.models.engine.database import reading
from backend.services.views.analysis.cut import Chosen, Cut, cut_of, of_stations
from backend.services.views.analysis.fact_sums import NOTHING, Counted, Sums, add, read_spans, sum_all
from backend.services.views.analysis.freshness import Freshness, look_how_fresh
from backend.services.views.analysis.guns import Guns, list_guns, seconds_in
from backend.services.views.analysis.ranges import Compare, DayRange, check_range, compared_range

MOST_STATIONS: Final = 200
_WHOLE: Final = 6


class RegionLevel(StrEnum):
    PROVINCE = "province"
    CITY = "city"
    DISTRICT = "district"
    STATION = "station"


class RegionRow(msgspec.Struct, frozen=True, kw_only=True):
    """A division, or a station. The position is the middle of its stations, GCJ-02 in millionths of a degree.

    `division` is the code's digits to ask one level deeper with; empty: its stations name none.
    """

    division: str
    name: str
    station_no: str | None
    lat_e6: int | None
    lng_e6: int | None
    stations: int
    connectors: int
    sums: Sums
    available_s: int
    compared: Sums | None


class Regions(Freshness, frozen=True, kw_only=True):
    """Most energy first; `others` are the sums of the stations beyond the first 200."""

    level: RegionLevel
    rows: tuple[RegionRow, ...]
    others: Sums | None


class _Place(msgspec.Struct, frozen=True):
    """A station, and the key of the row it is a part of."""

    id: int
    no: str
    name: str
    division_code: str
    lat_e6: int
    lng_e6: int


_LEVELS: Final[Mapping[int, tuple[RegionLevel, int]]] = {
    0: (RegionLevel.PROVINCE, 2),
    2: (RegionLevel.CITY, 4),
    4: (RegionLevel.DISTRICT, 6),
}
"""By the digits of the division that was chosen: what its parts are, and the digits of theirs."""


@reading
def get_regions(
    *, staff: Actor, chosen: Chosen, from_date: date, to_date: date, compare: Compare | None, now: datetime
) -> Regions:
    """Sums by region. Raises UnfitInput, OperatorNotFound, StationNotFound."""
    wanted = check_range(from_date, to_date)
    cut = cut_of(staff, chosen)
    level, digits = _LEVELS.get(len(cut.division), (RegionLevel.STATION, 0))
    if chosen.station_no is not None:
        level, digits = RegionLevel.STATION, 0
    places = _list_places(cut)
    other = compared_range(wanted, compare)
    keys = {place.id: _key_of(place, digits) for place in places}
    main = _read(cut, wanted, keys, digits)
    compared = None if other is None else _read(cut, other, keys, digits)
    rows = _rows(cut, places, keys, digits, main, compared, wanted, now)
    fresh = look_how_fresh(now)
    rows.sort(key=lambda row: (-row.sums.energy_wh, row.division, row.station_no or ""))
    shown = rows[:MOST_STATIONS] if level is RegionLevel.STATION else rows
    rest = [main.get(row.station_no or "", NOTHING) for row in rows[len(shown) :]]
    return Regions(
        as_of=fresh.as_of,
        is_behind=fresh.is_behind,
        level=level,
        rows=tuple(shown),
        others=Sums.of(sum_all(rest)) if rest else None,
    )


def _list_places(cut: Cut) -> list[_Place]:
    rows: Any = (
        cut.stations()
        .select(
            Station.id,
            Station.station_no,
            Station.name,
            Station.division_code,
            Station.lat_e6,
            Station.lng_e6,
        )
        .tuples()
    )
    return [_Place(*row) for row in rows]


def _key_of(place: _Place, digits: int) -> str:
    return place.division_code[:digits] if digits else place.no


def _read(cut: Cut, wanted: DayRange, keys: dict[int, str], digits: int) -> dict[str, Counted]:
    """By the key of a row: from the areas' own sums where there are any, else from the stations'."""
    spans = list(spans_of(wanted.from_date, wanted.to_date))
    found: dict[str, Counted] = defaultdict(lambda: NOTHING)
    of_areas = digits in AREA_DIGITS and cut.station_ids is None
    if of_areas:
        areas = sorted({key for key in keys.values() if key})
        if areas:
            for (code,), counted in read_spans(
                cut, FactFamily.DAY, spans, by=("area_code",), areas=areas
            ).items():
                found[code] = counted
    ids = [station_id for station_id, key in keys.items() if not (of_areas and key)]
    if ids:
        by_station = read_spans(of_stations(cut, ids), FactFamily.DAY, spans, by=("station_id",))
        for (station_id,), counted in by_station.items():
            found[keys[station_id]] = add(found[keys[station_id]], counted)
    return found


def _rows(
    cut: Cut,
    places: list[_Place],
    keys: dict[int, str],
    digits: int,
    main: dict[str, Counted],
    compared: dict[str, Counted] | None,
    wanted: DayRange,
    now: datetime,
) -> list[RegionRow]:
    guns: dict[str, list[Guns]] = defaultdict(list)
    for some in list_guns(cut, by=(Connector.station_id,)):
        if some.key[0] in keys:
            guns[keys[some.key[0]]].append(some)
    parts: dict[str, list[_Place]] = defaultdict(list)
    for place in places:
        parts[keys[place.id]].append(place)
    names = dict(list_divisions())
    return [
        RegionRow(
            division=own[0].division_code if not digits else key,
            name=_name_of(key, names) if digits else own[0].name,
            station_no=None if digits else key,
            lat_e6=sum(place.lat_e6 for place in own) // len(own),
            lng_e6=sum(place.lng_e6 for place in own) // len(own),
            stations=len(own),
            connectors=sum(some.count for some in guns[key] if some.retired_on is None),
            sums=Sums.of(main.get(key, NOTHING)),
            available_s=seconds_in(guns[key], wanted, now),
            compared=None if compared is None else Sums.of(compared.get(key, NOTHING)),
        )
        for key, own in parts.items()
    ]


def _name_of(code: str, names: Mapping[str, str]) -> str:
    """A city without a name of its own is a part of its province's (Beijing's districts)."""
    if not code:
        return "未填写行政区划"
    own = names.get(code.ljust(_WHOLE, "0"))
    return own or names.get(code[:2].ljust(_WHOLE, "0"), code)

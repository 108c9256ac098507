"""Stations of a large demo, in other districts and cities: made by number, each the same every time.

Positions are around the middle of a district, near enough for a map of bubbles; no address is a real one.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from backend.domain.opening_hours import ALWAYS
from backend.domain.station_facts import Amenity, Construction
from backend.gateways.divisions import find_division
from scripts.local.demo.city import STATIONS, DemoStation


class _Middle(NamedTuple):
    """Of a district, in millionths of a degree."""

    division_code: str
    lat_e6: int
    lng_e6: int


class _Place(NamedTuple):
    name: str
    construction: Construction
    fast_of_ten: int
    parking_fee: str


_MIDDLES: Final = (
    _Middle("320508", 31_311_000, 120_617_000),
    _Middle("320505", 31_296_000, 120_566_000),
    _Middle("330106", 30_259_000, 120_130_000),
    _Middle("310115", 31_221_000, 121_544_000),
    _Middle("320506", 31_264_000, 120_632_000),
    _Middle("320102", 32_049_000, 118_798_000),
    _Middle("320507", 31_369_000, 120_642_000),
    _Middle("440305", 22_533_000, 113_930_000),
    _Middle("320509", 31_138_000, 120_645_000),
    _Middle("310112", 31_113_000, 121_381_000),
    _Middle("320583", 31_386_000, 120_981_000),
    _Middle("330108", 30_208_000, 120_212_000),
    _Middle("320205", 31_590_000, 120_357_000),
    _Middle("320106", 32_066_000, 118_770_000),
    _Middle("330203", 29_860_000, 121_551_000),
    _Middle("340104", 31_851_000, 117_261_000),
    _Middle("320211", 31_528_000, 120_284_000),
    _Middle("310114", 31_375_000, 121_265_000),
    _Middle("420106", 30_554_000, 114_316_000),
    _Middle("320115", 31_953_000, 118_840_000),
    _Middle("330411", 30_765_000, 120_709_000),
    _Middle("440106", 23_125_000, 113_362_000),
    _Middle("510107", 30_642_000, 104_043_000),
    _Middle("110105", 39_921_000, 116_443_000),
)
_FREE, _PAID = "免费停车", "充电期间免费停车2小时，之后每小时5元"
_PLACES: Final = (
    _Place("购物中心", Construction.LARGE_BUILDING, 7, _PAID),
    _Place("小区", Construction.RESIDENTIAL, 3, _FREE),
    _Place("产业园", Construction.INDUSTRIAL_PARK, 6, _FREE),
    _Place("写字楼", Construction.OFFICE, 5, _PAID),
    _Place("客运站", Construction.TRANSPORT_HUB, 9, _PAID),
    _Place("体育中心", Construction.CULTURE_SPORT, 6, _FREE),
    _Place("公园", Construction.GREEN_SPACE, 4, _PAID),
    _Place("服务区", Construction.MOTORWAY, 10, _FREE),
    _Place("路边", Construction.ROADSIDE, 8, _PAID),
)
_STEP_E6: Final = 7_000
_PER_ROW: Final = 9


def list_stations(count: int) -> list[DemoStation]:
    """The demo's own stations, then as many others as it takes."""
    others = [_make(number) for number in range(max(0, count - len(STATIONS)))]
    return [*STATIONS[:count], *others]


def _make(number: int) -> DemoStation:
    turn, at = divmod(number, len(_MIDDLES))
    middle, place = _MIDDLES[at], _PLACES[(number + turn) % len(_PLACES)]
    division = find_division(middle.division_code)
    if division is None:
        raise LookupError(f"no division {middle.division_code}")
    row, column = divmod(turn, _PER_ROW)
    district = division.district or division.city
    return DemoStation(
        f"{district}{place.name}{turn + 1}号充电站",
        middle.division_code,
        f"{district}{place.name}停车场{turn + 1}号",
        middle.lat_e6 + (row - _PER_ROW // 2) * _STEP_E6,
        middle.lng_e6 + (column - _PER_ROW // 2) * _STEP_E6,
        ALWAYS,
        place.parking_fee,
        place.fast_of_ten,
        place.construction,
        (Amenity.LIGHTING,),
        20,
    )

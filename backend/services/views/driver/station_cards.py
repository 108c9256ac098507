"""A station as lists and maps show it: free connectors, the price now, and how fresh that is."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from backend.domain.connector import ConnectorGroup
from backend.domain.pile import PileKind
from backend.domain.station import distance_m
from backend.domain.station_facts import Amenity, amenities_of
from backend.domain.tariff import TariffVersion
from backend.models import Station
from backend.services.ground.operator_book import shown_to_drivers
from backend.services.views.connector_states import (
    ConnectorNow,
    ConnectorPlace,
    list_places,
    load_connector_states,
)
from backend.services.views.current_tariffs import find_versions
from backend.services.views.photo_view import photo_url
from backend.services.views.price_view import PriceView
from backend.services.views.station_open import StationOpen, look_at_station
from backend.services.views.station_prices import find_prices

KEPT_FOR: Final = timedelta(seconds=1)
CARDS_KEPT: Final = 20_000


def is_found() -> Any:
    """SQL: drivers find the station when they look around."""
    is_open = (Station.is_visible == True) & Station.closed_at.is_null()  # noqa: E712 - SQL
    return is_open & shown_to_drivers()


class KindCount(msgspec.Struct, frozen=True, kw_only=True):
    """Connectors of one kind of pile; `max_power_w` is the strongest one's rating."""

    kind: PileKind
    free: int
    total: int
    max_power_w: int


class StationCard(msgspec.Struct, frozen=True, kw_only=True):
    """A station as lists and maps show it. Degrees are GCJ-02.

    `price` is that of the cheapest tariff now, `has_other_prices` says that others cost more; None without a
    tariff. `cover_url` is the path of its first photo, empty without one. `updated_at` is when any of its piles was last heard; `is_stale`: none of them is heard now.
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
    open_now: StationOpen
    parking_fee: str
    amenities: tuple[Amenity, ...]
    cover_url: str
    connectors_free: int
    connectors_total: int
    kinds: tuple[KindCount, ...]
    price: PriceView | None
    next_price: PriceView | None
    has_other_prices: bool
    updated_at: datetime | None
    is_stale: bool


class CardBook:
    """Cards without a distance, each read anew once it is `KEPT_FOR` old: what is shown is never older than that.

    For one thread at a time.
    """

    def __init__(self) -> None:
        self._cards: dict[str, tuple[datetime, StationCard | None]] = {}

    def get_many(self, station_nos: Collection[str], *, now: datetime) -> dict[str, StationCard]:
        """The cards of those stations that drivers may see."""
        old = [station_no for station_no in station_nos if not self._is_fresh(station_no, now)]
        if old:
            self._read(old, now)
        found = {station_no: self._cards[station_no][1] for station_no in station_nos}
        return {station_no: card for station_no, card in found.items() if card is not None}

    def _is_fresh(self, station_no: str, now: datetime) -> bool:
        kept = self._cards.get(station_no)
        return kept is not None and timedelta(0) <= now - kept[0] < KEPT_FOR

    def _read(self, station_nos: Sequence[str], now: datetime) -> None:
        is_shown = Station.station_no.in_(station_nos) & is_found()
        cards = make_cards(list(Station.select().where(is_shown)), now=now)
        if len(self._cards) + len(station_nos) > CARDS_KEPT:
            self._cards = {no: kept for no, kept in self._cards.items() if self._is_fresh(no, now)}
        self._cards |= dict.fromkeys(station_nos, (now, None))
        self._cards |= {card.station_no: (now, card) for card in cards}


def make_cards(stations: Sequence[Station], *, now: datetime) -> list[StationCard]:
    """Cards of these stations in their order, without a distance."""
    if not stations:
        return []
    places = list_places([station.id for station in stations])
    states = load_connector_states(places, now=now)
    in_use = {place.tariff_id for place in places} | {station.tariff_id for station in stations}
    versions = find_versions(in_use, now=now)
    by_station: dict[int, list[ConnectorPlace]] = {station.id: [] for station in stations}
    for place in places:
        by_station[place.station_id].append(place)
    return [make_card(station, by_station[station.id], states, versions, now=now) for station in stations]


def make_card(
    station: Station,
    places: Sequence[ConnectorPlace],
    states: Mapping[str, ConnectorNow],
    versions: Mapping[int, TariffVersion],
    *,
    origin: tuple[int, int] | None = None,
    now: datetime,
) -> StationCard:
    """The card of a station with these connectors; `origin` is where the driver is, in millionths of a degree."""
    prices = find_prices(station, [place.tariff_id for place in places], versions, now=now)
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
        open_now=look_at_station(station, now=now),
        parking_fee=station.parking_fee,
        amenities=amenities_of(station.amenities),
        cover_url=photo_url(station.cover),
        connectors_free=sum(kind.free for kind in kinds),
        connectors_total=len(places),
        kinds=kinds,
        price=prices.price,
        next_price=prices.next_price,
        has_other_prices=prices.has_other_prices,
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

"""One station as a driver sees it: its card, every connector's state, and the day's prices of each tariff."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from backend.domain.errors import StationHidden, StationNotFound
from backend.domain.idle_fee import IdleTerms
from backend.domain.pile import PileKind
from backend.domain.tariff import TariffVersion
from backend.models import Station
from backend.models.engine.database import reading
from backend.services.ground.operator_book import read_operators, shown_to_drivers
from backend.services.views.connector_states import (
    ConnectorNow,
    ConnectorPlace,
    list_places,
    load_connector_states,
)
from backend.services.views.current_tariffs import find_versions, find_versions_ahead
from backend.services.views.driver.station_cards import StationCard, make_card
from backend.services.views.photo_view import PhotoView, list_photos
from backend.services.views.price_days import DayPeriod, PriceDay, price_day
from backend.services.views.price_outlook import PriceOutlook, look_ahead
from backend.services.views.station_open import SpanView, view_spans
from backend.services.views.station_prices import tariffs_in_use

AHEAD: Final = timedelta(days=2)
"""How far ahead another version of a tariff is told of."""


class StationConnector(msgspec.Struct, frozen=True, kw_only=True):
    """A connector of the grid; `tariff_no` names its price strip, None where no tariff applies."""

    connector_no: str
    gun: int
    pile_no: str
    pile_name: str
    kind: PileKind
    standard: str
    rated_w: int
    tariff_no: str | None
    state: ConnectorNow


class PriceStrip(msgspec.Struct, frozen=True, kw_only=True):
    """The whole day's prices of one tariff; `kinds` are the piles it is for, `periods` are those of `today`.

    `tomorrow` is by the version that is in force then, None where there is none; `is_tomorrow_other`: it costs
    something else at some time. `changes_at` is when another version comes into force within two days. `outlook` is
    what a usual charge costs at the fastest of its connectors.
    """

    tariff_no: str
    kinds: tuple[PileKind, ...]
    periods: tuple[DayPeriod, ...]
    today: PriceDay
    tomorrow: PriceDay | None
    is_tomorrow_other: bool
    changes_at: datetime | None
    outlook: PriceOutlook | None = None
    idle_terms: IdleTerms | None


class StationDetail(msgspec.Struct, frozen=True, kw_only=True):
    """`opening_spans` are the hours of a week, empty where it is open always or never said them."""

    station: StationCard
    service_phone: str
    opening_spans: tuple[SpanView, ...]
    site_guide: str
    parking_info: str
    photos: tuple[PhotoView, ...]
    service_hours: str
    time_zone: str
    connectors: tuple[StationConnector, ...]
    price_strips: tuple[PriceStrip, ...]


@reading
def get_station(*, station_no: str, origin: tuple[int, int] | None = None, now: datetime) -> StationDetail:
    """A visible station, also a closed one; `origin` is where the driver is, in millionths of a degree.

    Raises StationNotFound; StationHidden for whoever comes by an old link, so that they are not told to look for it.
    """
    station = Station.get_or_none((Station.station_no == station_no) & shown_to_drivers())
    if station is None:
        raise StationNotFound
    if not station.is_visible:
        raise StationHidden
    places = list_places([station.id])
    help_line = read_operators().help_of(station.operator_id, station.service_phone)
    states = load_connector_states(places, now=now)
    in_use = tariffs_in_use(station, [place.tariff_id for place in places])
    versions, changes = find_versions_ahead(in_use, now=now, until=now + AHEAD)
    return StationDetail(
        station=make_card(station, places, states, versions, origin=origin, now=now),
        opening_spans=view_spans(station),
        site_guide=station.site_guide,
        parking_info=station.parking_info,
        photos=list_photos(station.id),
        service_phone=help_line.phone,
        service_hours=help_line.hours,
        time_zone=station.time_zone,
        connectors=tuple(_connector(place, station, versions, states) for place in places),
        price_strips=_strips(station, places, versions, changes, now),
    )


def _connector(
    place: ConnectorPlace,
    station: Station,
    versions: Mapping[int, TariffVersion],
    states: Mapping[str, ConnectorNow],
) -> StationConnector:
    version = versions.get(place.tariff_id or station.tariff_id or 0)
    return StationConnector(
        connector_no=place.connector_no,
        gun=place.gun,
        pile_no=place.pile_no,
        pile_name=place.pile_name,
        kind=place.kind,
        standard=place.standard,
        rated_w=place.rated_w,
        tariff_no=None if version is None else version.tariff_no,
        state=states[place.connector_no],
    )


def _strips(
    station: Station,
    places: Sequence[ConnectorPlace],
    versions: Mapping[int, TariffVersion],
    changes: Mapping[int, datetime],
    now: datetime,
) -> tuple[PriceStrip, ...]:
    zone = ZoneInfo(station.time_zone)
    today = now.astimezone(zone).date()
    tomorrow = today + timedelta(days=1)
    at_midnight = find_versions(versions, now=datetime.combine(tomorrow, time(), zone))
    strips = []
    for tariff_id, version in versions.items():
        its_places = [place for place in places if (place.tariff_id or station.tariff_id) == tariff_id]
        kinds = {place.kind for place in its_places}
        after = at_midnight.get(tariff_id)
        first = price_day(version, today)
        second = None if after is None else price_day(after, tomorrow)
        strips.append(
            PriceStrip(
                tariff_no=version.tariff_no,
                kinds=tuple(kind for kind in PileKind if kind in kinds),
                periods=first.periods,
                today=first,
                tomorrow=second,
                is_tomorrow_other=second is not None and second.periods != first.periods,
                changes_at=changes.get(tariff_id),
                outlook=look_ahead(
                    version,
                    changes_at=changes.get(tariff_id),
                    station=station,
                    rated_w=max((place.rated_w for place in its_places), default=0),
                    now=now,
                ),
                idle_terms=version.idle,
            )
        )
    return tuple(strips)

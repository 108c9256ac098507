"""Stations as the operators' desk sees them: counts of piles and connectors, prices now, how much is online."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import msgspec

from backend.domain.connector import DeskGroup, desk_group_of
from backend.domain.station_facts import StationGap
from backend.domain.tariff import TariffVersion
from backend.models import Operator, Pile, Station
from backend.services.views.current_tariffs import find_versions
from backend.services.views.desk.pile_views import StaffPile, view_piles
from backend.services.views.photo_view import photo_url
from backend.services.views.price_view import PriceView
from backend.services.views.station_open import StationOpen, look_at_station
from backend.services.views.station_prices import find_prices


class GroupCounts(msgspec.Struct, frozen=True, kw_only=True):
    """Connectors by what they are doing; `offline` are those that have been on line before."""

    free: int
    plugged: int
    charging: int
    offline: int
    faulted: int
    never_on_line: int

    @classmethod
    def of(cls, counts: Counter[DeskGroup]) -> "GroupCounts":
        """The counts of all groups."""
        return cls(**{group.value: counts[group] for group in DeskGroup})


class StaffStationRow(msgspec.Struct, frozen=True, kw_only=True):
    """A station of the list. Degrees are GCJ-02.

    `online_percent` is the share of its piles that are online, None without piles. `price` is the cheapest
    tariff's now, `has_other_prices`: others cost more. `gaps` is what it does not say yet.
    """

    station_no: str
    name: str
    operator_no: str
    operator_name: str
    city: str
    district: str
    address: str
    lat: float
    lng: float
    is_visible: bool
    open_now: StationOpen
    gaps: tuple[StationGap, ...]
    cover_url: str
    piles_total: int
    piles_online: int
    online_percent: int | None
    connectors_total: int
    connectors: GroupCounts
    power_w: int
    price: PriceView | None
    next_price: PriceView | None
    has_other_prices: bool


def view_stations(stations: Sequence[Station], *, now: datetime) -> list[StaffStationRow]:
    """The views of these rows in their order; whoever calls has checked that the caller may see them."""
    piles = piles_in_service([station.id for station in stations])
    views = dict(zip([pile.id for pile in piles], view_piles(piles, now=now), strict=True))
    in_use = {station.tariff_id for station in stations} | {pile.tariff_id for pile in piles}
    versions = find_versions(in_use, now=now)
    operators = {
        row.id: row
        for row in Operator.select().where(Operator.id.in_({station.operator_id for station in stations}))
    }
    return [
        _view(
            station,
            operators[station.operator_id],
            [pile for pile in piles if pile.station_id == station.id],
            views,
            versions,
            now,
        )
        for station in stations
    ]


def find_gaps(station: Station) -> tuple[StationGap, ...]:
    """What the station does not say yet."""
    missing = {
        StationGap.DIVISION: not station.division_code,
        StationGap.CONSTRUCTION: station.construction is None,
        StationGap.HOURS: station.hours is None,
        StationGap.SERVICE_PHONE: not station.service_phone,
        StationGap.TARIFF: station.tariff_id is None,
        StationGap.PARKING_SPACES: station.parking_spaces is None,
        StationGap.PHOTO: not station.cover,
    }
    return tuple(gap for gap in StationGap if missing[gap])


def piles_in_service(station_ids: Sequence[int]) -> list[Pile]:
    """The piles of these stations that are not retired, by number."""
    return list(
        Pile.select()
        .where(Pile.station_id.in_(station_ids) & (Pile.is_retired == False))  # noqa: E712 - SQL
        .order_by(Pile.pile_no)
    )


def _view(
    station: Station,
    operator: Operator,
    piles: Sequence[Pile],
    views: dict[int, StaffPile],
    versions: dict[int, TariffVersion],
    now: datetime,
) -> StaffStationRow:
    own = [views[pile.id] for pile in piles]
    connectors = [connector for pile in own for connector in pile.connectors]
    groups = Counter(
        desk_group_of(connector.group, was_heard=pile.last_seen_at is not None)
        for pile in own
        for connector in pile.connectors
    )
    online = sum(pile.is_online for pile in own)
    prices = find_prices(station, [pile.tariff_id for pile in piles], versions, now=now)
    return StaffStationRow(
        station_no=station.station_no,
        name=station.name,
        operator_no=operator.operator_no,
        operator_name=operator.name,
        city=station.city,
        district=station.district,
        address=station.address,
        lat=station.lat_e6 / 1e6,
        lng=station.lng_e6 / 1e6,
        is_visible=station.is_visible,
        open_now=look_at_station(station, now=now),
        gaps=find_gaps(station),
        cover_url=photo_url(station.cover),
        piles_total=len(piles),
        piles_online=online,
        online_percent=online * 100 // len(piles) if piles else None,
        connectors_total=len(connectors),
        connectors=GroupCounts.of(groups),
        power_w=sum(connector.power_w or 0 for connector in connectors if not connector.is_stale),
        price=prices.price,
        next_price=prices.next_price,
        has_other_prices=prices.has_other_prices,
    )

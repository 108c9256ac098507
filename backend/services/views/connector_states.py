"""What connectors are doing now: from the live view, and from the database for piles the live view lacks.

An offline pile's last status is never shown as if it held. Reads only; one MGET and at most one query.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

import msgspec
from msgspec.structs import replace
from peewee import JOIN

from backend.domain.connector import ConnectorGroup, ConnectorStatus, group_of
from backend.domain.meter_sample import SAMPLE_NAMES, MeterSample
from backend.domain.pile import PileKind
from backend.live import live_status
from backend.live.live_status import LiveConnector, LivePile
from backend.models import Connector, ConnectorState, Pile, PileState
from backend.services.views.live_rows import is_outdated, is_pile_heard, newest_ms, time_of


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectorPlace:
    """A connector of a pile that is not retired, and where it belongs.

    `tariff_id` is the pile's own, None for the station's; the times say since when staff took it out of service.
    """

    connector_id: int
    connector_no: str
    gun: int
    standard: str
    rated_w: int
    pile_id: int
    pile_no: str
    pile_name: str
    kind: PileKind
    tariff_id: int | None
    station_id: int
    pile_out_at: datetime | None = None
    gun_out_at: datetime | None = None

    @property
    def is_out_of_service(self) -> bool:
        """Whether staff say that nobody may start here, whatever the pile reports."""
        return self.pile_out_at is not None or self.gun_out_at is not None


PLACE_COLUMNS: Final = (
    Connector.id,
    Connector.connector_no,
    Connector.gun,
    Connector.standard,
    Connector.rated_w,
    Pile.id,
    Pile.pile_no,
    Pile.name,
    Pile.kind,
    Pile.tariff_id,
    Connector.station_id,
    Pile.out_of_service_at,
    Connector.out_of_service_at,
)
"""What fills a `ConnectorPlace`, in the order of its fields; the query joins the pile."""


class ConnectorNow(msgspec.Struct, frozen=True, kw_only=True):
    """A connector as it is now. `updated_at`: when its pile was last heard, None for never.

    `is_stale`: the values may no longer hold (the pile is silent, or a charging connector's meter is).
    `is_out_of_service`: staff took it out of service; unless it still charges it is shown as unavailable.
    """

    connector_no: str
    status: ConnectorStatus
    group: ConnectorGroup
    is_plugged: bool
    power_w: int | None
    soc_percent: int | None
    remaining_s: int | None
    updated_at: datetime | None
    is_stale: bool
    is_out_of_service: bool = False


def list_places(station_ids: Sequence[int]) -> list[ConnectorPlace]:
    """All connectors in service at these stations, by pile and gun."""
    rows = (
        Connector.select(*PLACE_COLUMNS)
        .join(Pile, on=(Pile.id == Connector.pile_id))
        .where(Connector.station_id.in_(list(station_ids)) & (Pile.is_retired == False))  # noqa: E712 - SQL
        .order_by(Pile.pile_no, Connector.gun)
        .tuples()
    )
    names = ConnectorPlace.__slots__
    tuples = cast("Iterable[tuple[Any, ...]]", rows)
    return [ConnectorPlace(**dict(zip(names, row, strict=True))) for row in tuples]


def load_connector_states(places: Sequence[ConnectorPlace], *, now: datetime) -> dict[str, ConnectorNow]:
    """connector_no → what it is doing; every place has its entry."""
    found = _views(live_status.get_many(sorted({place.pile_no for place in places})).values(), now)
    missing = [place for place in places if place.connector_no not in found]
    if missing:
        found |= _views(_from_database(missing), now)
    return {place.connector_no: _for_drivers(place, found[place.connector_no]) for place in places}


def _for_drivers(place: ConnectorPlace, state: ConnectorNow) -> ConnectorNow:
    """What staff say counts, but for a charge that goes on."""
    if not place.is_out_of_service:
        return state
    if state.group is ConnectorGroup.CHARGING:
        return replace(state, is_out_of_service=True)
    return replace(
        state, status=ConnectorStatus.UNAVAILABLE, group=ConnectorGroup.FAULTED, is_out_of_service=True
    )


def _views(piles: Iterable[LivePile], now: datetime) -> dict[str, ConnectorNow]:
    return {
        connector.connector_no: _view(pile, connector, now) for pile in piles for connector in pile.connectors
    }


def _view(pile: LivePile, connector: LiveConnector, now: datetime) -> ConnectorNow:
    is_online = is_pile_heard(pile, now)
    group = group_of(connector.status, online=is_online)
    shown = connector.sample if group is ConnectorGroup.CHARGING else None
    return ConnectorNow(
        connector_no=connector.connector_no,
        status=connector.status if is_online else ConnectorStatus.OFFLINE,
        group=group,
        is_plugged=connector.is_plugged,
        power_w=None if shown is None else shown.power_w,
        soc_percent=None if shown is None else shown.soc_percent,
        remaining_s=None if shown is None else shown.remaining_s,
        updated_at=time_of(pile.last_seen_ms),
        is_stale=is_outdated(connector, group, is_online=is_online, now=now),
    )


def _from_database(places: Sequence[ConnectorPlace]) -> list[LivePile]:
    """The same from the tables: one entry per connector, each with its pile's connection."""
    rows = (
        Connector.select(
            Connector.id,
            PileState.is_online,
            PileState.last_seen_at,
            ConnectorState.status,
            ConnectorState.is_plugged,
            ConnectorState.status_at,
            ConnectorState.meter_at,
            *[getattr(ConnectorState, name) for name in SAMPLE_NAMES],
        )
        .join(PileState, JOIN.LEFT_OUTER, on=(PileState.pile_id == Connector.pile_id))
        .join(ConnectorState, JOIN.LEFT_OUTER, on=(ConnectorState.connector_id == Connector.id))
        .where(Connector.id.in_([place.connector_id for place in places]))
        .tuples()
    )
    known = {row[0]: row[1:] for row in cast("Iterable[tuple[Any, ...]]", rows)}
    return [_live_pile(place, *known[place.connector_id]) for place in places]


def _live_pile(
    place: ConnectorPlace,
    is_online: bool | None,  # noqa: FBT001 - a column, in the order of the query
    last_seen_at: datetime | None,
    status: ConnectorStatus | None,
    is_plugged: bool | None,  # noqa: FBT001 - as above
    status_at: datetime | None,
    meter_at: datetime | None,
    *sample: Any,
) -> LivePile:
    """Columns are None where the pile or the connector has never reported."""
    connector = LiveConnector(
        gun=place.gun,
        connector_no=place.connector_no,
        status=status or ConnectorStatus.OFFLINE,
        is_plugged=bool(is_plugged),
        at_ms=newest_ms(status_at, meter_at),
        sample=None if meter_at is None else MeterSample(*sample),
    )
    return LivePile(
        pile_no=place.pile_no,
        station_no="",
        is_online=bool(is_online),
        last_seen_ms=newest_ms(last_seen_at),
        connectors=[connector],
    )

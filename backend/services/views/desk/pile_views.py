"""Piles as the operators' desk sees them: master data, connection and what each connector is doing.

From the live view, and from the database for piles the live view lacks. An offline pile's last values are never
shown as if they held. Which session is on a connector is the database's word.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from backend.domain.connector import ConnectorGroup, ConnectorStatus, group_of
from backend.domain.pile import PileKind
from backend.live import live_status
from backend.live.live_status import LiveConnector, LivePile
from backend.models import Connector, ConnectorState, LiveSession, Pile, PileState, Session, Station
from backend.services.views.live_rows import is_outdated, is_pile_heard, live_connector, newest_ms, time_of


class StaffConnector(msgspec.Struct, frozen=True, kw_only=True):
    """A connector; electrical values are None unless it charges. `fault_codes` are the pile's, comma separated.

    `status` is what the pile reports; `out_of_service_at` what staff say of this gun alone.
    """

    connector_no: str
    gun: int
    status: ConnectorStatus
    group: ConnectorGroup
    is_plugged: bool
    fault_codes: str
    session_no: str | None
    power_w: int | None
    voltage_mv: int | None
    current_ma: int | None
    soc_percent: int | None
    temperature_c: int | None
    remaining_s: int | None
    register_wh: int | None
    reported_at: datetime | None
    is_stale: bool
    out_of_service_at: datetime | None
    out_of_service_reason: str | None


class StaffPile(msgspec.Struct, frozen=True, kw_only=True):
    """A pile; `is_stale`: it was not heard within 90 s, so nothing here may hold.

    `out_of_service_at`: since when staff say that nobody may start at it.
    """

    pile_no: str
    name: str
    station_no: str
    station_name: str
    kind: PileKind
    rated_w: int
    vendor: str
    model: str
    firmware: str
    is_retired: bool
    is_online: bool
    is_stale: bool
    last_seen_at: datetime | None
    out_of_service_at: datetime | None
    out_of_service_reason: str | None
    connectors: tuple[StaffConnector, ...]


def view_piles(piles: Sequence[Pile], *, now: datetime) -> list[StaffPile]:
    """The views of these rows in their order; whoever calls has checked that the caller may see them."""
    if not piles:
        return []
    connectors = _connectors([pile.id for pile in piles])
    stations = {
        row.id: row for row in Station.select().where(Station.id.in_({pile.station_id for pile in piles}))
    }
    live = live_status.get_many([pile.pile_no for pile in piles])
    missing = [pile for pile in piles if not _is_known(live.get(pile.pile_no), connectors.get(pile.id, []))]
    live |= _from_database(missing, connectors)
    sessions = _open_sessions([row.id for rows in connectors.values() for row in rows])
    return [
        _view(
            pile,
            stations[pile.station_id],
            live[pile.pile_no],
            {row.connector_no: (row, sessions.get(row.id)) for row in connectors.get(pile.id, [])},
            now,
        )
        for pile in piles
    ]


def _connectors(pile_ids: Sequence[int]) -> dict[int, list[Connector]]:
    found: dict[int, list[Connector]] = {}
    for row in Connector.select().where(Connector.pile_id.in_(pile_ids)).order_by(Connector.gun):
        found.setdefault(row.pile_id, []).append(row)
    return found


def _is_known(live: LivePile | None, connectors: Sequence[Connector]) -> bool:
    """Whether the live view has the pile with every connector it has now."""
    if live is None:
        return False
    return {row.connector_no for row in connectors} <= {row.connector_no for row in live.connectors}


def _open_sessions(connector_ids: Sequence[int]) -> dict[int, str]:
    """Connector id → the number of the session that occupies it."""
    rows: Any = (
        LiveSession.select(LiveSession.connector_id, Session.session_no)
        .join(Session, on=(Session.id == LiveSession.session_id))
        .where(LiveSession.connector_id.in_(connector_ids))
        .tuples()
    )
    return dict(rows)


def _view(
    pile: Pile,
    station: Station,
    live: LivePile,
    known: dict[str, tuple[Connector, str | None]],
    now: datetime,
) -> StaffPile:
    is_online = is_pile_heard(live, now)
    own = sorted((row for row in live.connectors if row.connector_no in known), key=lambda row: row.gun)
    return StaffPile(
        pile_no=pile.pile_no,
        name=pile.name,
        station_no=station.station_no,
        station_name=station.name,
        kind=pile.kind,
        rated_w=pile.rated_w,
        vendor=pile.vendor,
        model=pile.model,
        firmware=pile.firmware,
        is_retired=pile.is_retired,
        is_online=is_online,
        is_stale=not is_online,
        last_seen_at=time_of(live.last_seen_ms),
        out_of_service_at=pile.out_of_service_at,
        out_of_service_reason=pile.out_of_service_reason,
        connectors=tuple(
            _connector(row, *known[row.connector_no], is_online=is_online, now=now) for row in own
        ),
    )


def _connector(
    live: LiveConnector, row: Connector, session_no: str | None, *, is_online: bool, now: datetime
) -> StaffConnector:
    group = group_of(live.status, online=is_online)
    sample = live.sample
    shown = sample if group is ConnectorGroup.CHARGING else None
    return StaffConnector(
        connector_no=live.connector_no,
        gun=live.gun,
        status=live.status if is_online else ConnectorStatus.OFFLINE,
        group=group,
        is_plugged=live.is_plugged,
        fault_codes=live.fault_codes,
        session_no=session_no,
        power_w=None if shown is None else shown.power_w,
        voltage_mv=None if shown is None else shown.voltage_mv,
        current_ma=None if shown is None else shown.current_ma,
        soc_percent=None if shown is None else shown.soc_percent,
        temperature_c=None if shown is None else shown.temperature_c,
        remaining_s=None if shown is None else shown.remaining_s,
        register_wh=None if sample is None else sample.register_wh,
        reported_at=time_of(live.at_ms),
        is_stale=is_outdated(live, group, is_online=is_online, now=now),
        out_of_service_at=row.out_of_service_at,
        out_of_service_reason=row.out_of_service_reason,
    )


def _from_database(piles: Sequence[Pile], connectors: dict[int, list[Connector]]) -> dict[str, LivePile]:
    if not piles:
        return {}
    ids = [pile.id for pile in piles]
    seen = {row.pile_id: row for row in PileState.select().where(PileState.pile_id.in_(ids))}
    connector_ids = [row.id for pile_id in ids for row in connectors.get(pile_id, [])]
    states = {
        row.connector_id: row
        for row in ConnectorState.select().where(ConnectorState.connector_id.in_(connector_ids))
    }
    return {
        pile.pile_no: LivePile(
            pile_no=pile.pile_no,
            station_no="",
            is_online=pile.id in seen and seen[pile.id].is_online,
            last_seen_ms=newest_ms(seen[pile.id].last_seen_at) if pile.id in seen else 0,
            connectors=[
                live_connector(states.get(row.id), gun=row.gun, connector_no=row.connector_no)
                for row in connectors.get(pile.id, [])
            ],
        )
        for pile in piles
    }

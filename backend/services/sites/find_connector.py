"""A connector with its pile and station, and whether a start may be sent to it now."""

from datetime import datetime
from typing import Protocol

from backend.domain import connector as connector_rules
from backend.domain.errors import ConnectorNotFound, ConnectorUnavailable, PileClockUnset, PileOffline
from backend.domain.opening_hours import from_text
from backend.domain.station import check_takes_cars, is_heard
from backend.models import Connector, ConnectorState, Pile, PileState, Station
from backend.models.engine.database import locked


class StationTimes(Protocol):
    """What of a station decides whether it takes cars: its row, or a part of it."""

    @property
    def hours(self) -> str | None: ...
    @property
    def time_zone(self) -> str: ...
    @property
    def is_visible(self) -> bool: ...
    @property
    def closed_at(self) -> datetime | None: ...


def get_connector(connector_no: str) -> tuple[Connector, Pile, Station]:
    """A connector in service with its pile and station. Raises ConnectorNotFound."""
    connector = Connector.get_or_none(Connector.connector_no == connector_no)
    if connector is None:
        raise ConnectorNotFound
    pile = Pile.get_by_id(connector.pile_id)
    if pile.is_retired:
        raise ConnectorNotFound
    return connector, pile, Station.get_by_id(connector.station_id)


def get_connector_to_start(connector_no: str) -> tuple[Connector, Pile, Station]:
    """The same for a start, which keeps its pile where it is and in service until it has committed.

    Raises ConnectorNotFound, ConnectorUnavailable where staff took pile or gun out of service.
    """
    known = Connector.get_or_none(Connector.connector_no == connector_no)
    if known is None:
        raise ConnectorNotFound
    pile = locked(Pile.select().where(Pile.id == known.pile_id)).first()
    # read under the pile's lock, which whoever moves it or takes it away holds as well
    connector = Connector.get_or_none(Connector.id == known.id)
    if pile is None or connector is None or pile.is_retired:
        raise ConnectorNotFound
    if pile.out_of_service_at is not None or connector.out_of_service_at is not None:
        raise ConnectorUnavailable
    return connector, pile, Station.get_by_id(connector.station_id)


def check_station(station: StationTimes, *, now: datetime) -> None:
    """Return when charges may begin at this station now. Raises StationClosed, StationHidden, StationShut."""
    check_takes_cars(
        is_closed=station.closed_at is not None,
        is_visible=station.is_visible,
        hours=from_text(station.hours),
        now=now,
        time_zone=station.time_zone,
    )


def check_ready(connector: Connector, *, now: datetime) -> None:
    """Return when a start may be sent to this connector now, else raise what stands against it.

    Raises PileOffline, PileClockUnset, ConnectorFaulted, ConnectorUnavailable, ConnectorBusy,
    ConnectorNotPlugged.
    """
    pile_state = PileState.get_or_none(PileState.pile_id == connector.pile_id)
    if pile_state is None or not is_heard(pile_state.last_seen_at, is_online=pile_state.is_online, now=now):
        raise PileOffline
    state = ConnectorState.get_or_none(ConnectorState.connector_id == connector.id)
    if state is None:
        raise PileOffline
    connector_rules.check_startable(state.status, plugged=state.is_plugged, require_plug=True)
    if not pile_state.is_clock_set:
        raise PileClockUnset

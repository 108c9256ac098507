"""Connector 充电枪: its reported status, how screens group it, and whether it may start (docs/states.md).

A pile reports its status as it is; an unexpected change is logged by the caller and never refused.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from backend.domain.errors import (
    ConnectorBusy,
    ConnectorFaulted,
    ConnectorNotPlugged,
    ConnectorUnavailable,
    PileOffline,
)


class ConnectorStatus(StrEnum):
    OFFLINE = "offline"
    IDLE = "idle"
    PLUGGED = "plugged"
    CHARGING = "charging"
    SUSPENDED_EV = "suspended_ev"
    SUSPENDED_PILE = "suspended_pile"
    FINISHING = "finishing"
    RESERVED = "reserved"
    FAULTED = "faulted"
    UNAVAILABLE = "unavailable"


_S = ConnectorStatus
_ALWAYS: Final = frozenset({_S.OFFLINE, _S.FAULTED, _S.UNAVAILABLE})
UNPLUGGED: Final = frozenset({_S.IDLE, _S.RESERVED, _S.FINISHING})
"""What a connector says whose plug flag can be believed to say that it was pulled; a fault or a loss of the line says nothing about the plug."""
_DELIVERING: Final = frozenset({_S.CHARGING, _S.SUSPENDED_EV, _S.SUSPENDED_PILE})
_ANY: Final = frozenset(ConnectorStatus)

EXPECTED: Final[Mapping[ConnectorStatus, frozenset[ConnectorStatus]]] = {
    _S.OFFLINE: _ANY,
    _S.IDLE: _ALWAYS | {_S.IDLE, _S.PLUGGED, _S.RESERVED},
    _S.PLUGGED: _ALWAYS | _DELIVERING | {_S.PLUGGED, _S.IDLE, _S.FINISHING, _S.RESERVED},
    _S.CHARGING: _ALWAYS | _DELIVERING | {_S.FINISHING},
    _S.SUSPENDED_EV: _ALWAYS | _DELIVERING | {_S.FINISHING},
    _S.SUSPENDED_PILE: _ALWAYS | _DELIVERING | {_S.FINISHING},
    _S.FINISHING: _ALWAYS | {_S.FINISHING, _S.IDLE, _S.PLUGGED, _S.CHARGING, _S.RESERVED},
    _S.RESERVED: _ALWAYS | {_S.RESERVED, _S.IDLE, _S.PLUGGED, _S.CHARGING},
    _S.FAULTED: _ALWAYS | {_S.IDLE, _S.PLUGGED, _S.FINISHING},
    _S.UNAVAILABLE: _ALWAYS | {_S.IDLE, _S.PLUGGED, _S.FINISHING, _S.RESERVED},
}
"""What a sound pile may report after each status."""


class ConnectorGroup(StrEnum):
    """The five groups of the screens: 空闲 占用 充电中 离线 故障."""

    FREE = "free"
    PLUGGED = "plugged"
    CHARGING = "charging"
    OFFLINE = "offline"
    FAULTED = "faulted"


class DeskGroup(StrEnum):
    """What the desk counts connectors by: those groups, and apart from what is gone, piles that were never there yet."""

    FREE = "free"
    PLUGGED = "plugged"
    CHARGING = "charging"
    OFFLINE = "offline"
    FAULTED = "faulted"
    NEVER_ON_LINE = "never_on_line"


_GROUPS: Final[Mapping[ConnectorStatus, ConnectorGroup]] = {
    _S.OFFLINE: ConnectorGroup.OFFLINE,
    _S.IDLE: ConnectorGroup.FREE,
    _S.PLUGGED: ConnectorGroup.PLUGGED,
    _S.CHARGING: ConnectorGroup.CHARGING,
    _S.SUSPENDED_EV: ConnectorGroup.CHARGING,
    _S.SUSPENDED_PILE: ConnectorGroup.CHARGING,
    _S.FINISHING: ConnectorGroup.PLUGGED,
    _S.RESERVED: ConnectorGroup.PLUGGED,
    _S.FAULTED: ConnectorGroup.FAULTED,
    _S.UNAVAILABLE: ConnectorGroup.FAULTED,
}


def is_expected(previous: ConnectorStatus, reported: ConnectorStatus) -> bool:
    """Whether a sound pile goes from one status to the other; a False is logged, nothing more."""
    return reported in EXPECTED[previous]


def group_of(status: ConnectorStatus, *, online: bool) -> ConnectorGroup:
    """Group to show; an offline pile's last status is never shown as if it held."""
    return _GROUPS[status] if online else ConnectorGroup.OFFLINE


def desk_group_of(group: ConnectorGroup, *, was_heard: bool) -> DeskGroup:
    """The group at the desk; `was_heard`: its pile has been on line at some time."""
    if group is ConnectorGroup.OFFLINE and not was_heard:
        return DeskGroup.NEVER_ON_LINE
    return DeskGroup(group.value)


def check_startable(status: ConnectorStatus, *, plugged: bool, require_plug: bool) -> None:
    """Return when a session may start here; else raise what stands against it.

    `plugged` is the pile's own flag. `require_plug` is policy: without it an unplugged gun may be started
    and the pile answers `waiting_plug` (docs/pile-protocol.md rule 3). Raises PileOffline, ConnectorFaulted,
    ConnectorUnavailable, ConnectorBusy, ConnectorNotPlugged.
    """
    if status is _S.OFFLINE:
        raise PileOffline
    if status is _S.FAULTED:
        raise ConnectorFaulted
    if status is _S.UNAVAILABLE:
        raise ConnectorUnavailable
    if status in _DELIVERING or status is _S.RESERVED:
        raise ConnectorBusy
    has_plug = plugged or status is _S.PLUGGED
    if require_plug and not has_plug:
        raise ConnectorNotPlugged
    if status is _S.FINISHING and not has_plug:
        raise ConnectorBusy  # the gun is on its way back; the pile reports idle next


def asks_whose_car(status: ConnectorStatus, *, plugged: bool) -> bool:
    """Whether a driver who has just scanned is to say that the car there is theirs: one was plugged in before."""
    return (plugged or status is _S.PLUGGED) and status not in _DELIVERING

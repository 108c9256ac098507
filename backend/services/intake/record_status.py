"""Connector statuses as piles report them: the newest is kept, an unexpected one is logged, none is refused.

A connector that says idle while its session charges is asked again before anybody is stopped (docs/states.md).
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
import structlog

from backend.domain.command import CommandKind
from backend.domain.connector import UNPLUGGED, ConnectorStatus, is_expected
from backend.domain.idle_fee import is_at_rest
from backend.domain.session import SessionState, StopReason
from backend.models import ConnectorState, LiveSession, Session, SessionProgress
from backend.models.engine.bulk import BulkWrite
from backend.models.engine.database import locked, reading, transactional
from backend.services.charging.hear_plugs import PlugHeard, hear_plugs
from backend.services.charging.plug_claims import free_plugs
from backend.services.charging.stop_session import ask_stop
from backend.services.commands.queue import queue_command

_log = structlog.get_logger(__name__)
_COLUMNS = ("connector_id", "status", "is_plugged", "fault_codes", "boot", "seq", "status_at")
# the columns a first row needs besides; meters own them afterwards
_FIRST = ("meter_boot", "meter_seq")
_upsert = BulkWrite(ConnectorState, _COLUMNS + _FIRST, updates=_COLUMNS[1:], guard=("boot", "seq"))


class StatusChange(msgspec.Struct, frozen=True, kw_only=True):
    """One reported status; `previous` is the one known before, None for the first."""

    connector_id: int
    connector_no: str
    status: ConnectorStatus
    previous: ConnectorStatus | None
    is_plugged: bool
    was_plugged: bool = False
    fault_codes: str
    boot: int
    seq: int
    at: datetime
    is_replayed: bool


@reading
def load_connector_states(connector_ids: Collection[int]) -> dict[int, ConnectorState]:
    """The rows of those connectors that have one. Raises ServiceUnavailable."""
    rows = ConnectorState.select().where(ConnectorState.connector_id.in_(list(connector_ids)))
    return {row.connector_id: row for row in rows}


@transactional
def record_statuses(*, changes: Sequence[StatusChange], now: datetime) -> None:
    """Write the newest status of each connector; older ones than the stored change nothing."""
    newest: dict[int, StatusChange] = {}
    for change in changes:
        known = newest.get(change.connector_id)
        if known is None or (change.boot, change.seq) > (known.boot, known.seq):
            newest[change.connector_id] = change
        if change.previous is not None and not is_expected(change.previous, change.status):
            _log.info(
                "unexpected_status",
                connector_no=change.connector_no,
                previous=change.previous.value,
                status=change.status.value,
            )
    pulled = [
        change.connector_id
        for change in newest.values()
        if not change.is_plugged and change.status in UNPLUGGED and not change.is_replayed
    ]
    hear_plugs(heard=[_plug_heard(change) for change in changes], now=now)
    if pulled:
        free_plugs(connector_ids=pulled)
    idle = {
        change.connector_id: change
        for change in newest.values()
        if change.status is ConnectorStatus.IDLE and not change.is_replayed
    }
    charging = _lock_charging(idle) if idle else []
    before = load_connector_states([session.connector_id for session in charging]) if charging else {}
    _upsert.execute([_row(change) for change in newest.values()])
    for session in charging:
        _doubt_charging(session, idle[session.connector_id], before.get(session.connector_id), now)


def _row(change: StatusChange) -> tuple[int | str | bool | datetime, ...]:
    return (
        change.connector_id,
        change.status.value,
        change.is_plugged,
        change.fault_codes,
        change.boot,
        change.seq,
        change.at,
        -1,
        -1,
    )


def _plug_heard(change: StatusChange) -> PlugHeard:
    is_pulled = not change.is_plugged and change.status in UNPLUGGED
    return PlugHeard(
        connector_id=change.connector_id,
        at=change.at,
        is_at_rest=is_at_rest(change.status, plugged=change.is_plugged) and not change.is_replayed,
        is_pulled=is_pulled,
        is_sensed=is_pulled and change.was_plugged and not change.is_replayed,
    )


def _lock_charging(connector_ids: Collection[int]) -> list[Session]:
    """The sessions that charge on these connectors."""
    live: Iterable[Any] = (
        LiveSession.select(LiveSession.session_id)
        .where(LiveSession.connector_id.in_(list(connector_ids)))
        .tuples()
    )
    session_ids = [session_id for (session_id,) in live]
    if not session_ids:  # what idle connectors repeat all day
        return []
    is_charging = Session.id.in_(session_ids) & (Session.state == SessionState.CHARGING)
    return list(locked(Session.select().where(is_charging)))


def _doubt_charging(
    session: Session, idle: StatusChange, before: ConnectorState | None, now: datetime
) -> None:
    """A status flickers: once idle, the pile is asked again, and stopped when it says so twice and no energy came."""
    began_at = session.started_at
    if began_at is None or idle.at <= began_at:
        return  # made before the energy flowed, it says nothing about this session
    said_before = before is not None and before.status is ConnectorStatus.IDLE and before.status_at
    if not said_before or said_before <= began_at:
        _log.info("idle_while_charging", session_no=session.session_no)
        queue_command(
            pile_id=session.pile_id,
            operator_id=session.operator_id,
            kind=CommandKind.REPORT_STATUS,
            params={},
            now=now,
        )
        return
    progress = SessionProgress.get_or_none(SessionProgress.session_id == session.id)
    if progress is not None and progress.energy_grew_at > said_before:
        _log.warning("idle_but_energy_flows", session_no=session.session_no)
        return
    _log.warning("idle_instead_of_charging", session_no=session.session_no)
    ask_stop(session=session, reason=StopReason.PLATFORM, now=now)

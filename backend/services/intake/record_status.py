"""Connector statuses as piles report them: the newest is kept, an unexpected one is logged, none is refused.

A connector that says idle while its session charges is a zombie: the pile is asked to stop (docs/states.md).
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
import structlog

from backend.domain.connector import ConnectorStatus, is_expected
from backend.domain.session import SessionState, StopReason
from backend.models import ConnectorState, LiveSession, Session
from backend.models.engine.bulk import BulkWrite
from backend.models.engine.database import locked, reading, transactional
from backend.services.charging.stop_session import ask_stop

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
    _upsert.execute([_row(change) for change in newest.values()])
    idle = [
        change
        for change in newest.values()
        if change.status is ConnectorStatus.IDLE and not change.is_replayed
    ]
    if idle:
        _stop_zombies(idle, now)


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


def _stop_zombies(idle: Sequence[StatusChange], now: datetime) -> None:
    changes = {change.connector_id: change for change in idle}
    live: Iterable[Any] = (
        LiveSession.select(LiveSession.session_id).where(LiveSession.connector_id.in_(list(changes))).tuples()
    )
    session_ids = [session_id for (session_id,) in live]
    if not session_ids:  # what idle connectors repeat all day
        return
    sessions = locked(
        Session.select().where(Session.id.in_(session_ids) & (Session.state == SessionState.CHARGING))
    )
    for session in list(sessions):
        # a status made before the energy flowed says nothing about this session
        if session.started_at is not None and changes[session.connector_id].at > session.started_at:
            _log.warning("idle_while_charging", session_no=session.session_no)
            ask_stop(session=session, reason=StopReason.PLATFORM, now=now)

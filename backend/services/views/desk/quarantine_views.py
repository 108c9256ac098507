"""Messages of piles that could not be taken, as the operators' desk reads them: why, when, what, and what became of it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

import msgspec
from peewee import ModelSelect

from backend.domain.actor import Actor
from backend.domain.session import SessionState
from backend.models import Pile, Quarantine, Session, Staff
from backend.services.access.scope import scoped, sees_platform

SHOWN_CHARS: Final = 20_480


class QuarantinedRow(msgspec.Struct, frozen=True, kw_only=True):
    """`session_no` is ours that the message speaks of, `session_state` what became of that; None for none of ours.

    `closed_at`: somebody has looked at it and said what became of it.
    """

    quarantine_id: int
    pile_no: str
    topic: str
    reason: str
    detail: str
    received_at: datetime
    session_no: str | None
    session_state: SessionState | None
    closed_at: datetime | None
    closed_by: str | None
    closing_note: str | None


class QuarantinedMessage(msgspec.Struct, frozen=True, kw_only=True):
    """`payload` is the message as it came; bytes that are no text are escaped."""

    message: QuarantinedRow
    payload: str
    size_bytes: int


def select_quarantined(staff: Actor) -> "ModelSelect[Any]":
    """The messages `staff` may see: those of their piles; what names no pile of ours is the platform's."""
    query = Quarantine.select()
    if sees_platform(staff):
        return query
    piles = scoped(Pile.select(Pile.pile_no), staff, operator=Pile.operator_id, station=Pile.station_id)
    return query.where(Quarantine.pile_no.in_(piles))


def view_quarantined(rows: Iterable[Quarantine], *, staff: Actor) -> tuple[QuarantinedRow, ...]:
    """The views of these rows, with the sessions they speak of in one query."""
    rows = list(rows)
    told = {row.id: find_session_no(row.payload) for row in rows}
    states = _states(staff, {number for number in told.values() if number})
    closers = {row.closed_by_id for row in rows if row.closed_by_id is not None}
    names = {row.id: row.name for row in Staff.select().where(Staff.id.in_(closers))} if closers else {}
    return tuple(_view(row, told[row.id], states, names) for row in rows)


def show_payload(payload: bytes) -> str:
    """The message as text that can be read and never fails."""
    return bytes(payload).decode("utf-8", errors="backslashreplace")[:SHOWN_CHARS]


def find_session_no(payload: bytes) -> str | None:
    """The session that a message names, if it can be read at all; it is hostile until it fits."""
    try:
        named = msgspec.json.decode(bytes(payload), type=_Named)
    except (msgspec.DecodeError, msgspec.ValidationError, RecursionError):
        return None
    number = named.session_no
    return number if number is not None and 0 < len(number) <= 32 else None  # noqa: PLR2004 - as the column holds


class _Named(msgspec.Struct):
    session_no: str | None = None


def _states(staff: Actor, numbers: set[str]) -> dict[str, SessionState]:
    if not numbers:
        return {}
    query = Session.select(Session.session_no, Session.state).where(Session.session_no.in_(sorted(numbers)))
    own = scoped(query, staff, operator=Session.operator_id, station=Session.station_id)
    return {row.session_no: row.state for row in own}


def _view(
    row: Quarantine, session_no: str | None, states: Mapping[str, SessionState], names: Mapping[int, str]
) -> QuarantinedRow:
    return QuarantinedRow(
        quarantine_id=row.id,
        pile_no=row.pile_no,
        topic=row.topic,
        reason=row.reason,
        detail=row.detail,
        received_at=row.received_at,
        session_no=session_no if session_no in states else None,
        session_state=states.get(session_no or ""),
        closed_at=row.closed_at,
        closed_by=names.get(row.closed_by_id or 0),
        closing_note=row.closing_note,
    )

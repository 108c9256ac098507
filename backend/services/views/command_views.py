"""Commands to piles as the operators' desk sees them.

A pile answers that it takes a start or a stop; that it did so is told by the session. An accepted command whose session
began or ended is shown as done.
"""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from backend.domain.command import CommandKind, CommandState
from backend.models import Command, Session


class CommandView(msgspec.Struct, frozen=True, kw_only=True):
    """`sends`: how often it went out; `reason` is the pile's, or ours for one that died."""

    command_no: str
    kind: CommandKind
    state: CommandState
    created_at: datetime
    sent_at: datetime | None
    sends: int
    answered_at: datetime | None
    expires_at: datetime | None
    reason: str


def view_commands(rows: Iterable[Command]) -> tuple[CommandView, ...]:
    """The views of these rows in their order; whoever calls has checked that the caller may see them."""
    commands = list(rows)
    ids = {row.session_id for row in commands if row.session_id is not None}
    sessions = {row.id: row for row in Session.select().where(Session.id.in_(ids))} if ids else {}
    return tuple(_view(row, sessions.get(row.session_id or 0)) for row in commands)


def _view(row: Command, session: Session | None) -> CommandView:
    return CommandView(
        command_no=row.command_no,
        kind=row.kind,
        state=CommandState.DONE if _is_done(row, session) else row.state,
        created_at=row.created_at,
        sent_at=row.sent_at,
        sends=row.sends,
        answered_at=row.answered_at,
        expires_at=row.expires_at,
        reason=row.reason,
    )


def _is_done(row: Command, session: Session | None) -> bool:
    if session is None or row.state is not CommandState.ACCEPTED:
        return False
    if row.kind is CommandKind.START:
        return session.started_at is not None
    return row.kind is CommandKind.STOP and session.ended_at is not None

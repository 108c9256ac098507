"""Commands to piles as the operators' desk sees them."""

from datetime import datetime

import msgspec

from backend.domain.command import CommandKind, CommandState
from backend.models import Command


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


def view_command(row: Command) -> CommandView:
    """The view of a command row; whoever calls has checked that the caller may see it."""
    return CommandView(
        command_no=row.command_no,
        kind=row.kind,
        state=row.state,
        created_at=row.created_at,
        sent_at=row.sent_at,
        sends=row.sends,
        answered_at=row.answered_at,
        expires_at=row.expires_at,
        reason=row.reason,
    )

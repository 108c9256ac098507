"""Raises what a charging pile may give: a start's limit is safe at the dearest price, what was paid cheaper leaves more.

When and how far is told by the readings (domain/live_progress.py). A pile without the capability keeps its safe limit,
and so does one that is off line: nothing is sent to it.
"""

from datetime import datetime
from typing import Final

import msgspec
import structlog

from backend.domain.command import OPEN_STATES, CommandKind, CommandState
from backend.domain.session import SessionState
from backend.models import Command, Pile, Session
from backend.models.engine.database import locked, transactional
from backend.services.commands.queue import queue_command

TAKEN_STATES: Final = frozenset({CommandState.ACCEPTED, CommandState.DONE})
_LIMITING: Final = [CommandKind.START, CommandKind.SET_LIMIT]
_log = structlog.get_logger(__name__)


@transactional
def raise_limit(*, session_id: int, limit_wh: int, now: datetime) -> int | None:
    """Ask the pile of a charging session to go on up to `limit_wh`, if it can; the limit that counts from here on."""
    session = locked(Session.select().where(Session.id == session_id)).get()
    if session.state is not SessionState.CHARGING or limit_wh <= (session.limit_wh or 0):
        return session.limit_wh
    if not _takes_limits(session):
        return session.limit_wh
    session.limit_wh = limit_wh
    session.save()
    queue_command(
        pile_id=session.pile_id,
        operator_id=session.operator_id,
        session_id=session.id,
        kind=CommandKind.SET_LIMIT,
        params={
            "session_no": session.session_no,
            "limit_fen": session.hold_fen,
            "limit_wh": limit_wh,
        },
        now=now,
    )
    _log.info("limit_raised", session_no=session.session_no, limit_wh=limit_wh)
    return limit_wh


@transactional
def take_back_limit(*, session: Session) -> None:
    """The pile refused the newest limit of a locked session: the one it took before still counts."""
    taken = list(
        Command.select(Command.params)
        .where(
            (Command.session_id == session.id)
            & Command.kind.in_(_LIMITING)
            & (Command.state.in_(list(TAKEN_STATES)) | (Command.kind == CommandKind.START))
        )
        .order_by(Command.id.desc())
        .limit(1)
    )
    if taken:
        params = msgspec.json.decode(taken[0].params, type=dict[str, object])
        limit_wh = params.get("limit_wh")
        session.limit_wh = limit_wh if isinstance(limit_wh, int) else None
        session.save()


def _takes_limits(session: Session) -> bool:
    """Whether its pile knows `set_limit`, has refused none in this session and owes no answer to one."""
    pile = Pile.get_by_id(session.pile_id)
    if CommandKind.SET_LIMIT.value not in (pile.capabilities or "").split(","):
        return False
    unsettled = [*OPEN_STATES, CommandState.REJECTED, CommandState.FAILED]
    return (
        not Command.select()
        .where(
            (Command.session_id == session.id)
            & (Command.kind == CommandKind.SET_LIMIT)
            & Command.state.in_(unsettled)
        )
        .exists()
    )

"""Commands to piles: queued in the transaction that decides them, claimed by the bridge after its commit.

Only an online pile is sent anything. A start that is too old is never sent; a stop never grows old.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from backend.domain.command import (
    OPEN_STATES,
    CommandEvent,
    CommandKind,
    CommandState,
    expires_at,
    gap_after,
    next_state,
)
from backend.domain.session import LIVE_STATES
from backend.domain.timer import TimerKind
from backend.gateways.ids import new_ulid
from backend.live import wake
from backend.models import Command, Pile, PileState, Session, Timer
from backend.models.engine.database import after_commit, transactional
from backend.services.ground.timers import set_timer

SENDS_OF_AN_OLD_STOP: Final = 5
"""A stop of a session that is over is sent so often at most."""
EXPIRY_GRACE: Final = timedelta(seconds=5)
"""An answer given in time may still be on its way when the command dies."""


class OutgoingCommand(msgspec.Struct, frozen=True, kw_only=True):
    command_no: str
    pile_no: str
    kind: CommandKind
    params: dict[str, object]
    expires_at: datetime | None


@transactional
def queue_command(
    *,
    pile_id: int,
    operator_id: int,
    kind: CommandKind,
    params: Mapping[str, object],
    session_id: int | None = None,
    now: datetime,
) -> Command:
    """Write a command and wake the bridge once it is durable."""
    command = Command.create(
        **_new_row(pile_id=pile_id, operator_id=operator_id, kind=kind, params=params, now=now),
        session_id=session_id,
    )
    if command.expires_at is not None:
        set_timer(
            kind=TimerKind.COMMAND_EXPIRY,
            subject_no=command.command_no,
            due_at=command.expires_at + EXPIRY_GRACE,
        )
    after_commit(wake.wake_bridge)
    return command


@transactional
def queue_for_piles(*, piles: Collection[tuple[int, int]], kind: CommandKind, now: datetime) -> None:
    """As `queue_command`, one without parameters for each of many piles (row id, operator id), in two statements."""
    rows = [
        _new_row(pile_id=pile_id, operator_id=operator_id, kind=kind, params={}, now=now)
        for pile_id, operator_id in piles
    ]
    if not rows:
        return
    Command.insert_many(rows).execute()
    timers = [
        {
            "kind": TimerKind.COMMAND_EXPIRY,
            "subject_no": row["command_no"],
            "due_at": row["expires_at"] + EXPIRY_GRACE,
        }
        for row in rows
        if row["expires_at"] is not None
    ]
    if timers:
        Timer.insert_many(timers).execute()
    after_commit(wake.wake_bridge)


def _new_row(
    *, pile_id: int, operator_id: int, kind: CommandKind, params: Mapping[str, object], now: datetime
) -> dict[str, Any]:
    return {
        "command_no": new_ulid(),
        "operator_id": operator_id,
        "pile_id": pile_id,
        "kind": kind,
        "params": msgspec.json.encode(params).decode(),
        "state": CommandState.QUEUED,
        "created_at": now,
        "expires_at": expires_at(kind, now),
        "next_send_at": now,
    }


@transactional
def claim_commands(*, limit: int, now: datetime) -> list[OutgoingCommand]:
    """Commands to publish now, in the order they were queued; marked sent, due again after a growing gap.

    An unanswered command is sent again under its id, which the pile executes once and answers each time.
    """
    due: Iterable[Any] = (
        Command.select(Command, Pile.pile_no)
        .join(PileState, on=(PileState.pile_id == Command.pile_id))
        .join_from(Command, Pile, on=(Pile.id == Command.pile_id))
        .where(
            Command.state.in_(list(OPEN_STATES))
            & (Command.next_send_at <= now)
            & (Command.expires_at.is_null() | (Command.expires_at > now))
            & PileState.is_online
        )
        .order_by(Command.id)
        .limit(limit)
        .objects()
    )
    claimed = []
    for command in due:
        if _is_in_vain(command):
            Command.update(state=CommandState.EXPIRED, answered_at=now, reason="session_over").where(
                (Command.id == command.id) & Command.state.in_(list(OPEN_STATES))
            ).execute()
            continue
        won = (
            Command.update(
                state=next_state(command.state, CommandEvent.SENT),
                sent_at=now,
                sends=command.sends + 1,
                next_send_at=now + gap_after(command.sends + 1),
            )
            .where(
                (Command.id == command.id)
                & (Command.state == command.state)
                & (Command.sends == command.sends)
            )
            .execute()
        )
        if won:
            claimed.append(_outgoing(command, command.pile_no))
    return claimed


def _is_in_vain(command: Any) -> bool:
    """Whether a stop was said often and never answered, and its session is over: energy asks for a new one."""
    if command.kind is not CommandKind.STOP or command.sends < SENDS_OF_AN_OLD_STOP:
        return False
    live = Session.select().where((Session.id == command.session_id) & Session.state.in_(list(LIVE_STATES)))
    return not live.exists()


def _outgoing(command: Command, pile_no: str) -> OutgoingCommand:
    return OutgoingCommand(
        command_no=command.command_no,
        pile_no=pile_no,
        kind=command.kind,
        params=msgspec.json.decode(command.params, type=dict[str, object]),
        expires_at=command.expires_at,
    )


@transactional
def requeue_for_piles(*, pile_ids: Collection[int], now: datetime) -> None:
    """Send what these piles have not answered again at once: they have just reconnected."""
    requeued = (
        Command.update(next_send_at=now)
        .where(Command.pile_id.in_(sorted(pile_ids)) & Command.state.in_(list(OPEN_STATES)))
        .execute()
    )
    if requeued:
        after_commit(wake.wake_bridge)

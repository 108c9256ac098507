"""Command 指令 to a pile: kinds, states and time to live (docs/states.md, docs/pile-protocol.md rules 1 and 2).

A start dies after 30 s; a stop never does, and is sent again, with growing gaps, until its session has ended: an
answer is not obedience.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from backend.domain.transitions import Transitions


class CommandState(StrEnum):
    QUEUED = "queued"
    SENT = "sent"
    ACCEPTED = "accepted"
    DONE = "done"
    REJECTED = "rejected"
    FAILED = "failed"
    EXPIRED = "expired"


class CommandEvent(StrEnum):
    SENT = "sent"
    ACCEPTED = "accepted"
    DONE = "done"
    REJECTED = "rejected"
    FAILED = "failed"
    EXPIRED = "expired"


_S = CommandState
_E = CommandEvent

TRANSITIONS: Final[Transitions[CommandState, CommandEvent]] = Transitions(
    "command",
    {
        _S.QUEUED: {  # a reply may be handled before the sending is recorded
            _E.SENT: _S.SENT,
            _E.ACCEPTED: _S.ACCEPTED,
            _E.DONE: _S.DONE,
            _E.REJECTED: _S.REJECTED,
            _E.FAILED: _S.FAILED,
            _E.EXPIRED: _S.EXPIRED,
        },
        _S.SENT: {
            _E.SENT: _S.SENT,  # sent again when the pile reconnects
            _E.ACCEPTED: _S.ACCEPTED,
            _E.DONE: _S.DONE,
            _E.REJECTED: _S.REJECTED,
            _E.FAILED: _S.FAILED,
            _E.EXPIRED: _S.EXPIRED,
        },
        _S.ACCEPTED: {
            _E.SENT: _S.ACCEPTED,
            _E.ACCEPTED: _S.ACCEPTED,
            _E.EXPIRED: _S.ACCEPTED,  # the pile took it in time
            _E.DONE: _S.DONE,
            _E.FAILED: _S.FAILED,
        },
        _S.DONE: {_E.SENT: _S.DONE, _E.ACCEPTED: _S.DONE, _E.DONE: _S.DONE, _E.EXPIRED: _S.DONE},
        _S.REJECTED: {_E.SENT: _S.REJECTED, _E.REJECTED: _S.REJECTED, _E.EXPIRED: _S.REJECTED},
        _S.FAILED: {
            _E.SENT: _S.FAILED,
            _E.ACCEPTED: _S.FAILED,
            _E.FAILED: _S.FAILED,
            _E.EXPIRED: _S.FAILED,
        },
        _S.EXPIRED: {  # a late answer changes nothing; if the pile runs, the caller stops it
            _E.SENT: _S.EXPIRED,
            _E.ACCEPTED: _S.EXPIRED,
            _E.DONE: _S.EXPIRED,
            _E.REJECTED: _S.EXPIRED,
            _E.FAILED: _S.EXPIRED,
            _E.EXPIRED: _S.EXPIRED,
        },
    },
)

OPEN_STATES: Final = frozenset({_S.QUEUED, _S.SENT})
"""Unanswered: sent again when the pile reconnects, unless expired."""

TERMINAL_STATES: Final = frozenset({_S.DONE, _S.REJECTED, _S.FAILED, _S.EXPIRED})


class CommandKind(StrEnum):
    START = "start"
    STOP = "stop"
    REPORT_STATUS = "report_status"
    SET_TIME = "set_time"
    SET_LIMIT = "set_limit"


UNKNOWN_SESSION: Final = "unknown_session"
"""Why a pile refuses a command of a session that it does not have, or no longer."""
AGAIN_AFTER_S: Final = 5
"""Who asks for a stop again is heard again so often at most."""
_FIRST_GAP_S: Final = 15
_LONGEST_GAP_S: Final = 300

START_TTL_S: Final = 30
REPORT_STATUS_TTL_S: Final = 60
SET_TIME_TTL_S: Final = 10
"""A stale `set_time` would put a clock wrong."""
SET_LIMIT_TTL_S: Final = 60
"""The next readings ask for more than a stale one."""

_TTL_S: Final[Mapping[CommandKind, int | None]] = {
    CommandKind.START: START_TTL_S,
    CommandKind.STOP: None,
    CommandKind.REPORT_STATUS: REPORT_STATUS_TTL_S,
    CommandKind.SET_TIME: SET_TIME_TTL_S,
    CommandKind.SET_LIMIT: SET_LIMIT_TTL_S,
}


def next_state(state: CommandState, event: CommandEvent) -> CommandState:
    """State after the event; the same state means a repetition. Raises ImpossibleTransition."""
    return TRANSITIONS.next(state, event)


def expires_at(kind: CommandKind, now: datetime) -> datetime | None:
    """When a command queued now dies; None for one that lives until it is answered."""
    ttl_s = _TTL_S[kind]
    return None if ttl_s is None else now + timedelta(seconds=ttl_s)


def gap_after(times: int) -> timedelta:
    """How long to wait after the n-th sending, or the n-th stop of a session, before the next one."""
    doublings = min(max(times, 1) - 1, 10)
    return timedelta(seconds=min(_FIRST_GAP_S * 2**doublings, _LONGEST_GAP_S))

"""Messages to drivers 订阅消息: what they are told of outside the app, and how one goes out: once, or not at all.

Decides states and gaps; the words of a message are its template's, at WeChat.
"""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Final

from backend.domain.transitions import Transitions

MOST_CREDITS: Final = 20
GAPS: Final = tuple(timedelta(seconds=s) for s in (5, 30, 120, 600, 1_800))
"""Between two tries of what surely was not sent; the last goes on until the deadline."""
SENDING_FOR: Final = timedelta(seconds=60)
"""A call takes twenty seconds at most: whoever has not told its end by then died with it."""


class MessageKind(StrEnum):
    """充电账单 占位费即将开始 退款到账."""

    CHARGE_BILLED = "charge_billed"
    IDLE_NEAR = "idle_near"
    REFUND_DONE = "refund_done"


LIVES: Final[Mapping[MessageKind, timedelta]] = {
    MessageKind.CHARGE_BILLED: timedelta(hours=6),
    MessageKind.IDLE_NEAR: timedelta(minutes=20),
    MessageKind.REFUND_DONE: timedelta(hours=24),
}
"""How long after its fact each is worth telling."""


class MessageState(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    # the driver took the permission back
    REFUSED = "refused"
    # WeChat takes it in no case
    FAILED = "failed"
    # no answer came: it may be there, so it never goes again
    UNKNOWN = "unknown"
    EXPIRED = "expired"


class MessageEvent(StrEnum):
    CLAIMED = "claimed"
    SENT = "sent"
    REFUSED = "refused"
    FAILED = "failed"
    NOT_SENT = "not_sent"
    NO_ANSWER = "no_answer"
    EXPIRED = "expired"


_S, _E = MessageState, MessageEvent
TRANSITIONS: Final[Transitions[MessageState, MessageEvent]] = Transitions(
    "driver_message",
    {
        _S.QUEUED: {_E.CLAIMED: _S.SENDING, _E.EXPIRED: _S.EXPIRED, _E.REFUSED: _S.REFUSED},
        _S.SENDING: {
            _E.SENT: _S.SENT,
            _E.REFUSED: _S.REFUSED,
            _E.FAILED: _S.FAILED,
            _E.NOT_SENT: _S.QUEUED,
            _E.NO_ANSWER: _S.UNKNOWN,
        },
        _S.SENT: {_E.SENT: _S.SENT},
        _S.REFUSED: {_E.REFUSED: _S.REFUSED},
        _S.FAILED: {_E.FAILED: _S.FAILED},
        _S.UNKNOWN: {_E.NO_ANSWER: _S.UNKNOWN},
        _S.EXPIRED: {_E.EXPIRED: _S.EXPIRED},
    },
)
ON_THE_WAY: Final = frozenset({_S.QUEUED, _S.SENDING})


def next_state(state: MessageState, event: MessageEvent) -> MessageState:
    """State after the event; the same state means a repetition. Raises ImpossibleTransition."""
    return TRANSITIONS.next(state, event)


def gap_after(attempts: int) -> timedelta:
    """How long after this many tries the next one is due."""
    return GAPS[min(attempts, len(GAPS)) - 1]

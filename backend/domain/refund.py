"""Refund 退款: money of a wallet on its way back, in parts, and which top-ups the parts come from (docs/states.md).

A part keeps its number for ever: whatever the channel answered, or did not, is found out under that number and sent
again under it. What no channel takes is for a person to pay out. Nothing here knows a channel.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from backend.domain.transitions import Transitions
from backend.domain.units import Fen


class RefundState(StrEnum):
    """Of a refund as a whole, from its parts: `needs_staff` while a part waits for a person."""

    IN_PROGRESS = "in_progress"
    NEEDS_STAFF = "needs_staff"
    DONE = "done"
    RETURNED = "returned"


class PartState(StrEnum):
    """`held`: set aside, to be sent; `abnormal`: no channel will pay it out; `returned`: back in the wallet."""

    HELD = "held"
    SENT = "sent"
    UNKNOWN = "unknown"
    ABNORMAL = "abnormal"
    SUCCEEDED = "succeeded"
    RETURNED = "returned"


class PartEvent(StrEnum):
    """`missing`: the channel does not know the number; `failed`: it takes, or keeps, it no longer; `closed`: it gave up.

    `retried` and `paid_out` are staff's.
    """

    ACCEPTED = "accepted"
    OUTCOME_UNKNOWN = "outcome_unknown"
    MISSING = "missing"
    DONE = "done"
    CLOSED = "closed"
    FAILED = "failed"
    RETRIED = "retried"
    PAID_OUT = "paid_out"


_S = PartState
_E = PartEvent

TRANSITIONS: Final[Transitions[PartState, PartEvent]] = Transitions(
    "refund_part",
    {
        _S.HELD: {
            _E.ACCEPTED: _S.SENT,
            _E.OUTCOME_UNKNOWN: _S.UNKNOWN,
            _E.MISSING: _S.HELD,
            _E.DONE: _S.SUCCEEDED,
            _E.CLOSED: _S.RETURNED,
            _E.FAILED: _S.ABNORMAL,
            _E.RETRIED: _S.HELD,
        },
        _S.SENT: {
            _E.ACCEPTED: _S.SENT,
            _E.OUTCOME_UNKNOWN: _S.SENT,
            # it took the refund and denies it now: nothing is sent again, it is asked again
            _E.MISSING: _S.SENT,
            _E.DONE: _S.SUCCEEDED,
            _E.CLOSED: _S.RETURNED,
            _E.FAILED: _S.ABNORMAL,
            _E.RETRIED: _S.SENT,
        },
        _S.UNKNOWN: {
            _E.ACCEPTED: _S.SENT,
            _E.OUTCOME_UNKNOWN: _S.UNKNOWN,
            _E.MISSING: _S.HELD,
            _E.DONE: _S.SUCCEEDED,
            _E.CLOSED: _S.RETURNED,
            _E.FAILED: _S.ABNORMAL,
            _E.RETRIED: _S.UNKNOWN,
        },
        _S.ABNORMAL: {
            # somebody started it anew at the channel, under its number
            _E.ACCEPTED: _S.SENT,
            _E.OUTCOME_UNKNOWN: _S.ABNORMAL,
            _E.MISSING: _S.ABNORMAL,
            _E.DONE: _S.SUCCEEDED,
            _E.CLOSED: _S.RETURNED,
            _E.FAILED: _S.ABNORMAL,
            _E.RETRIED: _S.HELD,
            _E.PAID_OUT: _S.SUCCEEDED,
        },
        _S.SUCCEEDED: {
            # an older word of the channel that comes late
            _E.ACCEPTED: _S.SUCCEEDED,
            _E.OUTCOME_UNKNOWN: _S.SUCCEEDED,
            _E.DONE: _S.SUCCEEDED,
        },
        _S.RETURNED: {
            _E.ACCEPTED: _S.RETURNED,
            _E.OUTCOME_UNKNOWN: _S.RETURNED,
            _E.CLOSED: _S.RETURNED,
        },
    },
)

OPEN_PARTS: Final = frozenset({_S.HELD, _S.SENT, _S.UNKNOWN, _S.ABNORMAL})
"""Their money is still pending."""
GOING_PARTS: Final = OPEN_PARTS - {_S.ABNORMAL}
"""They go on by themselves."""

REFUNDABLE_FOR: Final = timedelta(days=364)
"""After a payment: channels take refunds for 365 days, and sending takes its time."""
MOST_PARTS: Final = 50
"""Refunds that a channel takes of one payment."""
HELD_FOR: Final = timedelta(days=3)
"""A part that no channel took for so long, and that the channel does not know, is for a person."""
STEP_GAPS_S: Final = (5, 10, 30, 60, 300, 600, 1800, 3600)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidTopUp:
    """`given_fen` is what parts of refunds took of it already, but for those that came back; `parts` counts all."""

    payment_id: int
    amount_fen: int
    paid_at: datetime
    given_fen: int
    parts: int
    has_channel: bool


@dataclass(frozen=True, slots=True)
class Share:
    """An amount that goes back to a top-up; `payment_id` None: to be paid out by a person."""

    payment_id: int | None
    amount_fen: int


def next_state(state: PartState, event: PartEvent) -> PartState:
    """State after the event; the same state means a repetition. Raises ImpossibleTransition."""
    return TRANSITIONS.next(state, event)


def state_of(parts: Iterable[PartState]) -> RefundState:
    """A refund's state from its parts: one that waits for a person says so first."""
    states = set(parts)
    if PartState.ABNORMAL in states:
        return RefundState.NEEDS_STAFF
    if states & GOING_PARTS:
        return RefundState.IN_PROGRESS
    return RefundState.DONE if PartState.SUCCEEDED in states else RefundState.RETURNED


def allocate(amount_fen: Fen, top_ups: Iterable[PaidTopUp], now: datetime) -> tuple[Share, ...]:
    """Share an amount out to top-ups, newest first, at most what is left of each; the rest is for a person.

    The shares sum to `amount_fen`, one for a top-up at most.
    """
    shares: list[Share] = []
    left = int(amount_fen)
    for top_up in sorted(top_ups, key=lambda one: (one.paid_at, one.payment_id), reverse=True):
        room = min(left, room_of(top_up, now))
        if room > 0:
            shares.append(Share(top_up.payment_id, room))
            left -= room
    if left:
        shares.append(Share(None, left))
    return tuple(shares)


def room_of(top_up: PaidTopUp, now: datetime) -> int:
    """What the channel would still take back of it, in fen."""
    is_takable = top_up.has_channel and top_up.parts < MOST_PARTS and now - top_up.paid_at <= REFUNDABLE_FOR
    return max(0, top_up.amount_fen - top_up.given_fen) if is_takable else 0


def refundable_fen(available_fen: int, debt_fen: int) -> Fen:
    """What may go back: available money, after what is owed; held money belongs to its charge."""
    return Fen(max(0, available_fen - debt_fen))


def step_gap(steps: int) -> timedelta:
    """Until the next step, after so many in this state: growing, an hour at most."""
    return timedelta(seconds=STEP_GAPS_S[min(max(steps, 0), len(STEP_GAPS_S) - 1)])


def median_s(durations_s: Sequence[int]) -> int | None:
    """The middle one in whole seconds, the lower of two; None of none."""
    ordered = sorted(durations_s)
    return ordered[(len(ordered) - 1) // 2] if ordered else None

"""Adjustment 余额调整: staff give money to a driver's balance, or take it back, with a reason and what the driver reads.

Whoever asks may do it alone up to what their role allows on a day; above it another person decides, never they.
"""

from enum import StrEnum
from typing import Final

from backend.domain.errors import AmountOutOfRange
from backend.domain.transitions import Transitions

LARGEST_FEN: Final = 500_000
"""5 000 yuan either way: no mistake of staff is larger."""
LARGEST_LIMIT_FEN: Final = 1_000_000
"""Of what a role may allow a person on a day, alone."""


class AdjustmentState(StrEnum):
    """`done`: the money moved; `declined`: it never did."""

    ASKED = "asked"
    DONE = "done"
    DECLINED = "declined"


class AdjustmentEvent(StrEnum):
    APPROVED = "approved"
    DECLINED = "declined"


_S = AdjustmentState
_E = AdjustmentEvent

TRANSITIONS: Final[Transitions[AdjustmentState, AdjustmentEvent]] = Transitions(
    "adjustment",
    {
        _S.ASKED: {_E.APPROVED: _S.DONE, _E.DECLINED: _S.DECLINED},
        _S.DONE: {_E.APPROVED: _S.DONE},
        _S.DECLINED: {_E.DECLINED: _S.DECLINED},
    },
)


def next_state(state: AdjustmentState, event: AdjustmentEvent) -> AdjustmentState:
    """State after the event. Raises ImpossibleTransition."""
    return TRANSITIONS.next(state, event)


def check_size(amount_fen: int) -> None:
    """Return where an adjustment may be of this size; negative takes money back. Raises AmountOutOfRange."""
    if not 0 < abs(amount_fen) <= LARGEST_FEN:
        raise AmountOutOfRange(min_fen=1, max_fen=LARGEST_FEN)


def is_within(amount_fen: int, *, used_fen: int, limit_fen: int) -> bool:
    """Whether one person may do it alone: giving and taking count alike, a taking pays for no giving."""
    return used_fen + abs(amount_fen) <= limit_fen

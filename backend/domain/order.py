"""Order 充电订单: the bill of one session, or an idle fee, and its states (docs/states.md)."""

from enum import StrEnum
from typing import Final

from backend.domain.transitions import Transitions


class OrderState(StrEnum):
    OPEN = "open"
    PROVISIONAL = "provisional"
    SETTLED = "settled"
    CORRECTED = "corrected"


class OrderEvent(StrEnum):
    PROVISIONALLY_SETTLED = "provisionally_settled"
    SETTLED = "settled"
    CORRECTED = "corrected"


_S = OrderState
_E = OrderEvent

TRANSITIONS: Final[Transitions[OrderState, OrderEvent]] = Transitions(
    "order",
    {
        _S.OPEN: {_E.PROVISIONALLY_SETTLED: _S.PROVISIONAL, _E.SETTLED: _S.SETTLED},
        _S.PROVISIONAL: {
            _E.PROVISIONALLY_SETTLED: _S.PROVISIONAL,
            _E.SETTLED: _S.SETTLED,  # the late record agrees
            _E.CORRECTED: _S.CORRECTED,
        },
        _S.SETTLED: {_E.SETTLED: _S.SETTLED, _E.CORRECTED: _S.CORRECTED},
        _S.CORRECTED: {_E.SETTLED: _S.CORRECTED, _E.CORRECTED: _S.CORRECTED},
    },
)


class OrderKind(StrEnum):
    CHARGING = "charging"
    IDLE = "idle"


def next_state(state: OrderState, event: OrderEvent) -> OrderState:
    """State after the event; the same state means a repetition. Raises ImpossibleTransition."""
    return TRANSITIONS.next(state, event)

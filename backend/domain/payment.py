"""Payment 支付单: money asked from a driver through a channel, and its states (docs/states.md).

Money that arrives is never lost: a payment paid after it was closed is paid.
"""

from enum import StrEnum
from typing import Final

from backend.domain.transitions import Transitions


class PaymentState(StrEnum):
    CREATED = "created"
    AWAITING = "awaiting"
    PAID = "paid"
    PART_REFUNDED = "part_refunded"
    REFUNDED = "refunded"
    CLOSED = "closed"
    UNKNOWN = "unknown"


class PaymentEvent(StrEnum):
    """`asked`: the channel holds the payment and it is unpaid; `outcome_unknown`: it did not answer."""

    ASKED = "asked"
    OUTCOME_UNKNOWN = "outcome_unknown"
    PAID = "paid"
    CLOSED = "closed"
    PART_REFUNDED = "part_refunded"
    FULLY_REFUNDED = "fully_refunded"


_S = PaymentState
_E = PaymentEvent

TRANSITIONS: Final[Transitions[PaymentState, PaymentEvent]] = Transitions(
    "payment",
    {
        _S.CREATED: {
            _E.ASKED: _S.AWAITING,
            _E.OUTCOME_UNKNOWN: _S.UNKNOWN,
            _E.PAID: _S.PAID,  # the notification overtook the channel's answer
            _E.CLOSED: _S.CLOSED,
        },
        _S.AWAITING: {
            _E.ASKED: _S.AWAITING,
            _E.OUTCOME_UNKNOWN: _S.UNKNOWN,
            _E.PAID: _S.PAID,
            _E.CLOSED: _S.CLOSED,
        },
        _S.UNKNOWN: {
            _E.ASKED: _S.AWAITING,
            _E.OUTCOME_UNKNOWN: _S.UNKNOWN,
            _E.PAID: _S.PAID,
            _E.CLOSED: _S.CLOSED,
        },
        _S.CLOSED: {
            _E.ASKED: _S.CLOSED,
            _E.OUTCOME_UNKNOWN: _S.CLOSED,
            _E.PAID: _S.PAID,  # see is_late_payment
            _E.CLOSED: _S.CLOSED,
        },
        _S.PAID: {
            _E.ASKED: _S.PAID,
            _E.OUTCOME_UNKNOWN: _S.PAID,
            _E.PAID: _S.PAID,
            _E.PART_REFUNDED: _S.PART_REFUNDED,
            _E.FULLY_REFUNDED: _S.REFUNDED,
        },
        _S.PART_REFUNDED: {
            _E.PAID: _S.PART_REFUNDED,
            _E.PART_REFUNDED: _S.PART_REFUNDED,
            _E.FULLY_REFUNDED: _S.REFUNDED,
        },
        _S.REFUNDED: {_E.PAID: _S.REFUNDED, _E.FULLY_REFUNDED: _S.REFUNDED},
    },
)


HANDLE_CHARS: Final = 255
"""The longest pay handle of any channel: an id, or a link."""


class PaymentPurpose(StrEnum):
    TOP_UP = "top_up"
    PREPAY = "prepay"


class Channel(StrEnum):
    WECHAT = "wechat"
    ALIPAY = "alipay"


def next_state(state: PaymentState, event: PaymentEvent) -> PaymentState:
    """State after the event; the same state means a repetition. Raises ImpossibleTransition."""
    return TRANSITIONS.next(state, event)


def is_late_payment(state: PaymentState, event: PaymentEvent) -> bool:
    """Whether money arrived for a payment already closed: credited to the wallet and marked so."""
    return state is PaymentState.CLOSED and event is PaymentEvent.PAID

"""Charging session 充电过程: its states, what moves them, and what may be done in each (docs/states.md).

Decides no money and no time: deadlines are the callers', who turn them into events.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from backend.domain.order import OrderState
from backend.domain.transitions import Transitions

LONGEST_SESSION: Final = timedelta(hours=24)
"""Under any policy."""

TEST_LIMIT_WH: Final = 1_000
"""A test by staff costs nobody anything, so it is small: 1 kWh, 5 minutes."""
TEST_LIMIT_S: Final = 300
LONGEST_TEST: Final = timedelta(minutes=6)
"""A pile that does not keep the time is stopped by us."""


def longest(*, is_test: bool) -> timedelta:
    """How long a session may charge."""
    return LONGEST_TEST if is_test else LONGEST_SESSION


class SessionState(StrEnum):
    CREATED = "created"
    AWAITING_PAYMENT = "awaiting_payment"
    STARTING = "starting"
    CHARGING = "charging"
    STOPPING = "stopping"
    ENDED = "ended"
    SETTLED = "settled"
    FAILED = "failed"
    REVIEW = "review"


class SessionEvent(StrEnum):
    """What moves a session. `start_failed` is for callers that have no energy on record."""

    START_QUEUED = "start_queued"
    ENERGY_FLOWS = "energy_flows"
    START_FAILED = "start_failed"
    STOP_ASKED = "stop_asked"
    RECORD_ACCEPTED = "record_accepted"
    RECORD_IMPLAUSIBLE = "record_implausible"
    PROVISIONAL_DUE = "provisional_due"
    ORDER_SETTLED = "order_settled"
    LATE_ENERGY = "late_energy"
    STAFF_DECIDED = "staff_decided"


_S = SessionState
_E = SessionEvent

TRANSITIONS: Final[Transitions[SessionState, SessionEvent]] = Transitions(
    "session",
    {
        _S.CREATED: {
            _E.START_QUEUED: _S.STARTING,
            _E.START_FAILED: _S.FAILED,
            _E.STOP_ASKED: _S.FAILED,  # no start command exists yet: nothing to stop
            _E.RECORD_IMPLAUSIBLE: _S.REVIEW,
        },
        _S.AWAITING_PAYMENT: {
            _E.START_QUEUED: _S.STARTING,
            _E.START_FAILED: _S.FAILED,
            _E.STOP_ASKED: _S.FAILED,
            _E.RECORD_IMPLAUSIBLE: _S.REVIEW,
        },
        _S.STARTING: {
            _E.START_QUEUED: _S.STARTING,
            _E.ENERGY_FLOWS: _S.CHARGING,
            _E.START_FAILED: _S.FAILED,
            _E.STOP_ASKED: _S.STOPPING,  # the start may be under way: the final record tells
            _E.RECORD_ACCEPTED: _S.ENDED,
            _E.RECORD_IMPLAUSIBLE: _S.REVIEW,
        },
        _S.CHARGING: {
            _E.ENERGY_FLOWS: _S.CHARGING,
            _E.STOP_ASKED: _S.STOPPING,
            _E.RECORD_ACCEPTED: _S.ENDED,
            _E.RECORD_IMPLAUSIBLE: _S.REVIEW,
            _E.PROVISIONAL_DUE: _S.ENDED,
        },
        _S.STOPPING: {
            _E.STOP_ASKED: _S.STOPPING,
            _E.ENERGY_FLOWS: _S.STOPPING,  # a stop wins every race
            _E.START_FAILED: _S.FAILED,  # stopped while starting, and the start never took
            _E.RECORD_ACCEPTED: _S.ENDED,
            _E.RECORD_IMPLAUSIBLE: _S.REVIEW,
            _E.PROVISIONAL_DUE: _S.ENDED,
        },
        _S.ENDED: {
            _E.STOP_ASKED: _S.ENDED,
            _E.ENERGY_FLOWS: _S.ENDED,  # late meters never reopen
            _E.RECORD_ACCEPTED: _S.ENDED,
            _E.PROVISIONAL_DUE: _S.ENDED,
            _E.RECORD_IMPLAUSIBLE: _S.REVIEW,  # contradicts what ended it, before money moved
            _E.ORDER_SETTLED: _S.SETTLED,
        },
        _S.SETTLED: {  # absorbs all: a late record corrects the order, not the session
            _E.STOP_ASKED: _S.SETTLED,
            _E.ENERGY_FLOWS: _S.SETTLED,
            _E.RECORD_ACCEPTED: _S.SETTLED,
            _E.RECORD_IMPLAUSIBLE: _S.SETTLED,
            _E.PROVISIONAL_DUE: _S.SETTLED,
            _E.ORDER_SETTLED: _S.SETTLED,
            _E.STAFF_DECIDED: _S.SETTLED,
        },
        _S.FAILED: {
            _E.START_FAILED: _S.FAILED,
            _E.STOP_ASKED: _S.FAILED,
            _E.ENERGY_FLOWS: _S.FAILED,  # the caller sends a stop; only a record with energy counts
            _E.RECORD_ACCEPTED: _S.FAILED,  # the 0 Wh record of a start that failed
            _E.RECORD_IMPLAUSIBLE: _S.REVIEW,
            _E.LATE_ENERGY: _S.REVIEW,
        },
        _S.REVIEW: {
            _E.STOP_ASKED: _S.REVIEW,
            _E.ENERGY_FLOWS: _S.REVIEW,
            _E.RECORD_ACCEPTED: _S.REVIEW,
            _E.RECORD_IMPLAUSIBLE: _S.REVIEW,
            _E.LATE_ENERGY: _S.REVIEW,
            _E.STAFF_DECIDED: _S.SETTLED,
        },
    },
)

LIVE_STATES: Final = frozenset({_S.CREATED, _S.AWAITING_PAYMENT, _S.STARTING, _S.CHARGING, _S.STOPPING})
"""The session occupies its connector and its driver: a `live_session` row exists."""

TERMINAL_STATES: Final = frozenset({_S.SETTLED, _S.FAILED})
"""Nothing is left to do. The only way out is a late record with energy: failed → review."""


class PayerKind(StrEnum):
    DRIVER = "driver"
    PARTNER = "partner"


class StopReason(StrEnum):
    """Why energy stopped flowing; the pile's raw code is kept beside it."""

    DRIVER_APP = "driver_app"
    DRIVER_PILE = "driver_pile"
    CAR_FULL = "car_full"
    CAR_STOPPED = "car_stopped"
    LIMIT_REACHED = "limit_reached"
    BALANCE_EXHAUSTED = "balance_exhausted"
    STAFF = "staff"
    PLATFORM = "platform"
    UNPLUGGED = "unplugged"
    FAULT = "fault"
    POWER_LOST = "power_lost"
    EMERGENCY = "emergency"
    START_FAILED = "start_failed"
    PROVISIONAL = "provisional"
    UNKNOWN = "unknown"


class FailureReason(StrEnum):
    """Why a session failed before energy flowed."""

    REJECTED_BY_PILE = "rejected_by_pile"
    PILE_OFFLINE = "pile_offline"
    START_EXPIRED = "start_expired"
    START_TIMEOUT = "start_timeout"
    NOT_PLUGGED = "not_plugged"
    FAULT = "fault"
    CANCELLED_BY_DRIVER = "cancelled_by_driver"
    CANCELLED_BY_STAFF = "cancelled_by_staff"
    PAYMENT_TIMEOUT = "payment_timeout"
    NO_ENERGY = "no_energy"
    UNKNOWN = "unknown"


_ACTIONS: Final[Mapping[SessionState, tuple[str, ...]]] = {
    _S.CREATED: ("stop",),
    _S.AWAITING_PAYMENT: ("pay", "stop"),
    _S.STARTING: ("stop",),
    _S.CHARGING: ("stop",),
    _S.SETTLED: ("view_order",),
}


def next_state(state: SessionState, event: SessionEvent) -> SessionState:
    """State after the event; the same state means a repetition. Raises ImpossibleTransition."""
    return TRANSITIONS.next(state, event)


def charges_on(
    state: SessionState,
    order_state: OrderState | None,
    *,
    began_at: datetime,
    longest: timedelta = LONGEST_SESSION,
    now: datetime,
) -> bool:
    """Whether a session is over for us only because nobody heard it, so that its pile may charge within its limits."""
    is_provisional = state is _S.SETTLED and order_state is OrderState.PROVISIONAL
    return is_provisional and now - began_at < longest


def allowed_actions(state: SessionState, *, charges_on: bool = False) -> tuple[str, ...]:
    """What its driver may do now (`pay`, `stop`, `view_order`); screens take their buttons from this.

    `charges_on`: it was settled because nobody heard it, and its pile may charge still.
    """
    actions = _ACTIONS.get(state, ())
    return ("stop", *actions) if charges_on and state is _S.SETTLED else actions

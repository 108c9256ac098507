from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from backend.domain.errors import ImpossibleTransition
from backend.domain.order import OrderState
from backend.domain.session import (
    LIVE_STATES,
    TERMINAL_STATES,
    SessionEvent,
    SessionState,
    allowed_actions,
    charges_on,
    next_state,
)

S, E = SessionState, SessionEvent


def walk(state: SessionState, *events: SessionEvent) -> list[SessionState]:
    """States passed through; an impossible event changes nothing, as in the product."""
    passed = [state]
    for event in events:
        try:
            state = next_state(state, event)
        except ImpossibleTransition:
            continue
        passed.append(state)
    return passed


def test_a_charge_goes_from_created_to_settled() -> None:
    events = (E.START_QUEUED, E.ENERGY_FLOWS, E.STOP_ASKED, E.RECORD_ACCEPTED, E.ORDER_SETTLED)
    assert walk(S.CREATED, *events) == [S.CREATED, S.STARTING, S.CHARGING, S.STOPPING, S.ENDED, S.SETTLED]
    assert walk(S.AWAITING_PAYMENT, *events)[-1] is S.SETTLED


def test_a_start_that_fails_ends_there_unless_energy_turns_up() -> None:
    assert walk(S.CREATED, E.START_QUEUED, E.START_FAILED)[-1] is S.FAILED
    assert next_state(S.FAILED, E.RECORD_ACCEPTED) is S.FAILED
    assert walk(S.FAILED, E.LATE_ENERGY, E.STAFF_DECIDED)[-1] is S.SETTLED


def test_a_stop_wins_every_race() -> None:
    assert walk(S.STARTING, E.STOP_ASKED, E.ENERGY_FLOWS)[-1] is S.STOPPING
    assert walk(S.STARTING, E.STOP_ASKED, E.START_FAILED)[-1] is S.FAILED
    assert walk(S.CHARGING, E.RECORD_ACCEPTED, E.STOP_ASKED)[-1] is S.ENDED
    for state in SessionState:
        assert next_state(state, E.STOP_ASKED) not in {S.STARTING, S.CHARGING}


def test_a_silent_charge_is_settled_provisionally_and_a_late_record_reopens_nothing() -> None:
    events = (E.PROVISIONAL_DUE, E.ORDER_SETTLED, E.RECORD_ACCEPTED, E.RECORD_IMPLAUSIBLE, E.ENERGY_FLOWS)
    assert walk(S.CHARGING, *events) == [S.CHARGING, S.ENDED, S.SETTLED, S.SETTLED, S.SETTLED, S.SETTLED]


def test_an_implausible_record_is_reviewed_and_only_staff_end_the_review() -> None:
    for state in (*LIVE_STATES, S.ENDED, S.FAILED):
        assert next_state(state, E.RECORD_IMPLAUSIBLE) is S.REVIEW
    ways_out = {event for event in SessionEvent if walk(S.REVIEW, event)[-1] is not S.REVIEW}
    assert ways_out == {E.STAFF_DECIDED}


@given(st.sampled_from(SessionState), st.lists(st.sampled_from(SessionEvent), max_size=40))
@settings(max_examples=300, deadline=None)
def test_no_walk_leaves_a_terminal_state_or_goes_back_to_life(
    start: SessionState, events: list[SessionEvent]
) -> None:
    order = [S.CREATED, S.AWAITING_PAYMENT, S.STARTING, S.CHARGING, S.STOPPING, S.ENDED, S.SETTLED]
    state = start
    for event in events:
        following = walk(state, event)[-1]
        if state in TERMINAL_STATES:
            late_energy = state is S.FAILED and event in {E.LATE_ENERGY, E.RECORD_IMPLAUSIBLE}
            assert following is (S.REVIEW if late_energy else state)
        if state not in LIVE_STATES:
            assert following not in LIVE_STATES
        if state in order and following in order:
            assert order.index(following) >= order.index(state)
        state = following


def test_what_a_driver_may_do_is_possible() -> None:
    assert LIVE_STATES.isdisjoint(TERMINAL_STATES)
    assert allowed_actions(S.CHARGING) == ("stop",)
    assert allowed_actions(S.AWAITING_PAYMENT) == ("pay", "stop")
    assert allowed_actions(S.SETTLED) == ("view_order",)
    assert {state for state in SessionState if "stop" in allowed_actions(state)} == LIVE_STATES - {S.STOPPING}
    for state in (S.STOPPING, S.ENDED, S.FAILED, S.REVIEW):
        assert allowed_actions(state) == ()


def test_a_charge_that_was_settled_unheard_can_be_stopped_for_a_day() -> None:
    began_at = datetime(2026, 11, 23, tzinfo=UTC)
    for state, order_state, hours, is_on in (
        (S.SETTLED, OrderState.PROVISIONAL, 23, True),
        (S.SETTLED, OrderState.PROVISIONAL, 24, False),
        (S.SETTLED, OrderState.CORRECTED, 1, False),
        (S.CHARGING, None, 1, False),
    ):
        now = began_at + timedelta(hours=hours)
        assert charges_on(state, order_state, began_at=began_at, now=now) is is_on
    assert allowed_actions(S.SETTLED, charges_on=True) == ("stop", "view_order")

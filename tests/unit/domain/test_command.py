from datetime import timedelta

import pytest

from backend.domain.command import (
    OPEN_STATES,
    START_TTL_S,
    TERMINAL_STATES,
    CommandEvent,
    CommandKind,
    CommandState,
    expires_at,
    gap_after,
    next_state,
)
from backend.domain.errors import ImpossibleTransition

from .strategies import at_shanghai

NOW = at_shanghai("2026-05-01 10:00")


def test_a_start_dies_after_thirty_seconds_and_a_stop_never() -> None:
    assert START_TTL_S == 30
    assert expires_at(CommandKind.START, NOW) == NOW + timedelta(seconds=30)
    assert expires_at(CommandKind.STOP, NOW) is None
    for kind in (CommandKind.REPORT_STATUS, CommandKind.SET_TIME):
        expiry = expires_at(kind, NOW)
        assert expiry is not None
        assert expiry > NOW


def test_a_command_is_sent_again_until_it_is_answered() -> None:
    state = CommandState.QUEUED
    for event in (CommandEvent.SENT, CommandEvent.SENT, CommandEvent.ACCEPTED, CommandEvent.DONE):
        state = next_state(state, event)
    assert state is CommandState.DONE
    assert {CommandState.QUEUED, CommandState.SENT} == OPEN_STATES


def test_an_answered_command_does_not_expire_and_an_expired_one_is_not_answered() -> None:
    assert next_state(CommandState.ACCEPTED, CommandEvent.EXPIRED) is CommandState.ACCEPTED
    for event in CommandEvent:
        assert next_state(CommandState.EXPIRED, event) is CommandState.EXPIRED


def test_gaps_grow_to_five_minutes() -> None:
    gaps = [gap_after(times).total_seconds() for times in (1, 2, 3, 4, 5, 6, 10_000)]
    assert gaps == [15, 30, 60, 120, 240, 300, 300]


def test_no_event_leaves_a_final_state() -> None:
    for state in TERMINAL_STATES:
        for event in CommandEvent:
            try:
                assert next_state(state, event) is state
            except ImpossibleTransition:
                continue


def test_a_pile_cannot_take_back_its_answer() -> None:
    with pytest.raises(ImpossibleTransition):
        next_state(CommandState.ACCEPTED, CommandEvent.REJECTED)
    with pytest.raises(ImpossibleTransition):
        next_state(CommandState.DONE, CommandEvent.FAILED)

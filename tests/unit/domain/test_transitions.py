"""What holds for every state machine."""

from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.domain import command, order, payment, session
from backend.domain.errors import ImpossibleTransition
from backend.domain.transitions import Transitions

MACHINES: list[tuple[Transitions[Any, Any], type[StrEnum], type[StrEnum]]] = [
    (session.TRANSITIONS, session.SessionState, session.SessionEvent),
    (command.TRANSITIONS, command.CommandState, command.CommandEvent),
    (order.TRANSITIONS, order.OrderState, order.OrderEvent),
    (payment.TRANSITIONS, payment.PaymentState, payment.PaymentEvent),
]
machines = pytest.mark.parametrize(
    ("machine", "states", "events"), MACHINES, ids=lambda part: getattr(part, "noun", "")
)


@machines
def test_every_state_has_a_row_and_every_row_is_typed(
    machine: Transitions[Any, Any], states: type[StrEnum], events: type[StrEnum]
) -> None:
    assert set(machine.table) == set(states)
    for row in machine.table.values():
        assert all(isinstance(event, events) for event in row)
        assert all(isinstance(state, states) for state in row.values())
    assert {event for row in machine.table.values() for event in row} == set(events)


@machines
def test_every_event_can_be_repeated_at_once(
    machine: Transitions[Any, Any], states: type[StrEnum], events: type[StrEnum]
) -> None:
    repeated = 0
    for state in states:
        for event, following in machine.table[state].items():
            if event in machine.table[following]:
                assert machine.next(following, event) is following
                repeated += 1
    assert repeated >= len(events)


@machines
def test_an_impossible_event_is_refused_by_name(
    machine: Transitions[Any, Any], states: type[StrEnum], events: type[StrEnum]
) -> None:
    refused = 0
    for state in states:
        for event in events:
            if event not in machine.table[state]:
                with pytest.raises(ImpossibleTransition) as error:
                    machine.next(state, event)
                assert error.value.data == {"noun": machine.noun, "state": state.value, "event": event.value}
                refused += 1
    assert refused > 0


@machines
@given(data=st.data())
@settings(deadline=None)
def test_a_walk_of_any_events_stays_in_the_table(
    machine: Transitions[Any, Any], states: type[StrEnum], events: type[StrEnum], data: st.DataObject
) -> None:
    state = data.draw(st.sampled_from(list(states)))
    for event in data.draw(st.lists(st.sampled_from(list(events)), max_size=30)):
        try:
            following = machine.next(state, event)
        except ImpossibleTransition:
            following = state
        assert following is machine.table[state].get(event, state)
        state = following

"""The one shape of every state machine: a table from state to event to next state.

An event listed with its own state is a repetition and changes nothing; an event not listed is impossible.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from backend.domain.errors import ImpossibleTransition

S = TypeVar("S", bound=StrEnum)
E = TypeVar("E", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class Transitions(Generic[S, E]):
    """`noun` names the machine in errors and logs; every state has a row in `table`, be it empty."""

    noun: str
    table: Mapping[S, Mapping[E, S]]

    def next(self, state: S, event: E) -> S:
        """State after the event (the same one for a repetition). Raises ImpossibleTransition."""
        following = self.table[state].get(event)
        if following is None:
            raise ImpossibleTransition(noun=self.noun, state=state.value, event=event.value)
        return following

"""Drivers of history: who they are, what is in their wallets, where they usually charge."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Final

from backend.domain.payment import Channel
from scripts.local.demo.years.places import Site

CHARGES_PER_DRIVER: Final = 25
STRANGERS: Final = 0.25
"""So many charges are by people who usually charge elsewhere."""
JOINS_BEFORE_S: Final = 90
_TRIES: Final = 4
_FAITHFUL: Final = 1.7
"""Above 1: who came first to a place comes most often."""


@dataclass(slots=True)
class Paid:
    """The last top-up of a driver, and what of it went back."""

    id: int
    amount_fen: int
    channel: Channel
    refunded_fen: int = 0


@dataclass(slots=True, eq=False)
class Person:
    """`free_s` is when they may do something again; `account_id` the first of their accounts."""

    id: int
    number: str
    account_id: int
    channel: Channel
    prepays: bool
    free_s: int
    available_fen: int = 0
    debt_fen: int = 0
    last_paid: Paid | None = None


class People:
    """Everybody so far, by the place that they came to first; `register` writes a new one."""

    def __init__(self, rng: Random, register: Callable[[int], Person]) -> None:
        self._rng = rng
        self._register = register
        self._everybody: list[Person] = []
        self._regulars: dict[int, list[Person]] = {}

    def __len__(self) -> int:
        return len(self._everybody)

    def pick(self, site: Site, at_s: int) -> Person:
        """Who wants to charge there now: somebody who is free, or a new driver."""
        rng = self._rng
        own = self._regulars.setdefault(site.id, [])
        if rng.random() * CHARGES_PER_DRIVER >= 1.0:
            for _ in range(_TRIES):
                known = self._everybody if rng.random() < STRANGERS else own
                if known:
                    person = known[int(len(known) * rng.random() ** _FAITHFUL)]
                    if person.free_s <= at_s:
                        return person
        person = self._register(at_s - JOINS_BEFORE_S)
        self._everybody.append(person)
        own.append(person)
        return person

"""What people and networks do to a fleet, at random but repeatable by its seed: cars come and go, piles vanish.

A car that is plugged in waits for a start from the platform; a pile cannot start by itself (protocol, rule 1).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from random import Random

from scripts.stand_ins.simulator.connector import ImpossibleError
from scripts.stand_ins.simulator.fleet import Fleet
from scripts.stand_ins.simulator.simulated_pile import SimulatedPile

MEAN_STAY_S = 2_400  # of a car, at speed 1
SHORTEST_STAY_S = 20.0
LEAVE_AFTER_END_S = 120
FIRST_ARRIVALS_S = 10.0
PULLED_OUT_PERCENT = 5  # leave while still charging
SPELL_S = (20.0, 180.0)


class Traffic:
    """`busy` is about the share (0 to 1) of connectors with a car; `spells_per_hour` is for each pile."""

    def __init__(self, fleet: Fleet, *, seed: int, busy: float, speed: int, spells_per_hour: float) -> None:
        self._fleet = fleet
        self._random = Random(f"{seed}/traffic")  # noqa: S311 (simulated people, not secrets)
        self._busy = busy
        self._stay_s = max(MEAN_STAY_S / speed, SHORTEST_STAY_S)
        self._leave_s = max(LEAVE_AFTER_END_S / speed, 1.0)
        self._spells_per_hour = spells_per_hour
        self._is_running = False

    def start(self) -> None:
        self._is_running = True
        for pile in self._fleet.piles.values():
            if self._spells_per_hour > 0:
                self._later(self._until_spell_s(), self._vanish, pile, 0)
            if self._busy > 0:
                for number in range(1, pile.spec.connectors + 1):
                    is_early = self._random.random() < self._busy
                    wait_s = self._random.uniform(0, FIRST_ARRIVALS_S) if is_early else self._gap_s()
                    self._later(wait_s, self._arrive, pile, number)

    def stop(self) -> None:
        self._is_running = False

    def _arrive(self, pile: SimulatedPile, number: int) -> None:
        try:
            pile.plug(number)
        except ImpossibleError:  # a person plugged one in by hand, or the power is gone
            self._later(self._gap_s(), self._arrive, pile, number)
            return
        self._later(self._random.uniform(0.5, 1.5) * self._stay_s, self._consider_leaving, pile, number)

    def _consider_leaving(self, pile: SimulatedPile, number: int) -> None:
        """Wait for the end of a charge, as most drivers do; then a while longer."""
        try:
            charging = pile.model.connectors[number - 1].status == "charging"
        except ImpossibleError:
            charging = True
        if charging and self._random.randrange(100) >= PULLED_OUT_PERCENT:
            self._later(self._leave_s, self._consider_leaving, pile, number)
            return
        self._leave(pile, number)

    def _leave(self, pile: SimulatedPile, number: int) -> None:
        try:
            pile.unplug(number)
        except ImpossibleError:  # somebody else unplugged it, or the power went: the next car comes anyway
            self._later(self._leave_s, self._arrive, pile, number)
            return
        self._later(self._gap_s(), self._arrive, pile, number)

    def _vanish(self, pile: SimulatedPile, _number: int) -> None:
        if pile.is_online:
            pile.go_offline(self._random.uniform(*SPELL_S))
        self._later(self._until_spell_s(), self._vanish, pile, 0)

    def _until_spell_s(self) -> float:
        return self._random.expovariate(self._spells_per_hour / 3600)

    def _gap_s(self) -> float:
        mean_s = self._stay_s * (1 - self._busy) / self._busy
        return max(self._random.uniform(0.5, 1.5) * mean_s, 1.0)

    def _later(
        self,
        wait_s: float,
        act: Callable[[SimulatedPile, int], None],
        pile: SimulatedPile,
        number: int,
    ) -> None:
        asyncio.get_running_loop().call_later(wait_s, self._act, act, pile, number)

    def _act(self, act: Callable[[SimulatedPile, int], None], pile: SimulatedPile, number: int) -> None:
        if self._is_running:
            act(pile, number)

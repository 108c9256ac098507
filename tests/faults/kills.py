"""Killing programs where their code names it, and anything at random; both by a seed, and all of it counted."""

import random
import re
import subprocess
import sys
import time
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

from backend.crash_points import ANY, REACHED, VARIABLE
from backend.domain.timer import TimerKind
from backend.gateways.clock import utc_now
from backend.models import Timer
from backend.models.engine.database import transact
from tests.faults.everything import PARTS, PROGRAMS, Everything, PartName
from tests.waiting import LIMIT_S, wait_until

MODULES: Final[Mapping[PartName, str]] = {
    "api": "backend.api.__main__",
    "bridge": "mqtt_bridge.__main__",
    "jobs": "backend.jobs.__main__",
}
LOOK_EVERY_S: Final = 0.05
HASTEN_EVERY_S: Final = 2.0
HASTENED: Final = (TimerKind.PAYMENT_QUERY, TimerKind.SESSION_WATCH)
"""Timers that may come early without any harm: a test needs not wait for them."""
DOWN_S: Final = (0.0, 1.0)
FROZEN_S: Final = (1.0, 3.0)
_REACHED = re.compile(rf"^{REACHED} (\S+)$", re.MULTILINE)


def points_of(part: PartName) -> frozenset[str]:
    """Every crash point in the modules that a program loads."""
    code = f"import {MODULES[part]}\nfrom backend.crash_points import registry\nprint(*registry(), sep='\\n')"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=LIMIT_S
    )
    return frozenset(done.stdout.split())


class Sweep:
    """Kills the programs at each point of `wanted` once, at whichever of them they pass first."""

    def __init__(
        self, everything: Everything, wanted: Collection[str], parts: Collection[PartName] = PROGRAMS
    ) -> None:
        self.visited: list[str] = []
        self.kills = 0
        self._everything = everything
        self._remaining = {part: points_of(part) & set(wanted) for part in parts}
        for part in parts:
            everything.kill(part)
            self._begin(part)

    @property
    def remaining(self) -> frozenset[str]:
        """What no program has passed since it was asked for."""
        return frozenset().union(*self._remaining.values()) - set(self.visited)

    def look(self) -> None:
        """Note where a program died, and start it again to die at another point."""
        for part in self._remaining:
            if self._everything.is_running(part):
                continue
            reached = _REACHED.findall(self._everything.process(part).since_start())
            assert reached, f"{part} ended by itself:\n{self._everything.process(part).since_start()}"
            self.kills += 1
            for point in reached[0].split(","):
                if point not in self.visited:
                    self.visited.append(point)
            self._begin(part)

    def run(self, *, limit_s: float, idle_s: float) -> None:
        """Look until nothing remains, at most `limit_s`, and give up after `idle_s` without a new point."""
        deadline = time.monotonic() + limit_s
        idle_until = time.monotonic() + idle_s
        hasten_at = 0.0
        while self.remaining and time.monotonic() < min(deadline, idle_until):
            known = len(self.visited)
            self.look()
            if time.monotonic() >= hasten_at:
                spare_waiting()
                hasten_at = time.monotonic() + HASTEN_EVERY_S
            if len(self.visited) > known:
                idle_until = time.monotonic() + idle_s
            time.sleep(LOOK_EVERY_S)

    def end(self) -> None:
        """Let every program run without crash points; all of them are ready when this returns."""
        for part in self._remaining:
            self._everything.kill(part)
        self._everything.heal()

    def _begin(self, part: PartName) -> None:
        armed = ",".join(sorted(self._remaining[part] - set(self.visited)))
        self._everything.process(part).kill()
        self._everything.begin(part, {VARIABLE: armed})


def die_soon(everything: Everything, part: PartName, *, passes: int) -> None:
    """Kill a program, and again as soon as it has passed so many crash points, whichever they are; then start it."""
    everything.kill(part)
    everything.begin(part, {VARIABLE: f"{ANY}:{passes}"})
    wait_until(lambda: not everything.is_running(part), f"{part} dies again", LIMIT_S)
    everything.begin(part)


class RandomKills:
    """One blow after another by a seed: who is hit, how, and how long it stays down. `done` lists them."""

    def __init__(
        self,
        everything: Everything,
        *,
        seed: int,
        parts: Collection[PartName] = PARTS,
        wipes_broker: bool = True,
    ) -> None:
        self.done: list[str] = []
        self._everything = everything
        self._random = random.Random(seed)
        self._parts = sorted(parts)
        self._wipes_broker = wipes_broker

    def strike(self) -> None:
        """One blow; what was hit runs again, or comes up, when this returns."""
        part = self._random.choice(self._parts)
        if part != "broker" and self._random.random() < 0.2:
            self._freeze(part)
        elif part == "redis" and self._random.random() < 0.3:
            self._everything.redis.flush()
            self.done.append("redis is emptied")
        else:
            self._kill(part)

    def _kill(self, part: PartName) -> None:
        down_s = self._random.uniform(*DOWN_S)
        is_wiped = part == "broker" and self._wipes_broker and self._random.random() < 0.5
        self._everything.kill(part)
        if is_wiped:
            self._everything.broker.wipe()
        self.done.append(f"{part} is killed{' and wiped' if is_wiped else ''}, {down_s:.1f} s down")
        time.sleep(down_s)
        self._everything.begin(part)

    def _freeze(self, part: PartName) -> None:
        frozen_s = self._random.uniform(*FROZEN_S)
        self._everything.freeze(part)
        self.done.append(f"{part} is frozen for {frozen_s:.1f} s")
        time.sleep(frozen_s)
        self._everything.thaw(part)


def spare_waiting() -> None:
    """On the bound database: make the timers of `HASTENED` due now."""
    hasten = Timer.update(due_at=utc_now() - timedelta(seconds=1)).where(
        Timer.kind.in_(HASTENED) & Timer.claimed_until.is_null()
    )
    transact(hasten.execute)


@contextmanager
def frozen(everything: Everything, part: PartName) -> Iterator[None]:
    """The part answers nothing inside."""
    everything.freeze(part)
    try:
        yield
    finally:
        everything.thaw(part)

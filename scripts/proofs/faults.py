"""The proof of reliability: kill the product at every crash point and everything at random, while people charge.

Each part runs on servers of its own and ends with all invariants of tests/invariants. Scheduling of processes is the
machine's: a seed repeats who does what and who is hit when, not every interleaving.
"""

from __future__ import annotations

import random
import shutil
import tempfile
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Final

from backend.log import configure_log
from scripts.environment import ROOT
from scripts.proofs.options import Options, Verdict
from tests.faults.after import LOST_WITH_THE_BROKER, violations_after
from tests.faults.drivers import Crowd, crowd_at
from tests.faults.everything import PROGRAMS, Everything, running_everything
from tests.faults.kills import RandomKills, Sweep, die_soon, points_of
from tests.faults.services import sweep_services
from tests.invariants import Violation
from tests.waiting import wait_until

FOLDER: Final = ROOT / "var" / "prove"
PILES: Final = 5
ENDLESS: Final = 1_000_000
SWEEP_LIMIT_S: Final = 600.0
SWEEP_IDLE_S: Final = 120.0
STRIKES: Final = 12
CHARGES_WITHOUT_REDIS: Final = 15
CHARGES_LIMIT_S: Final = 300.0
LONGER: Final = 5
"""A full run gives each part this many times the patience, and strikes so many times more in a round."""
LOST: Final = "I21"
DOUBLE: Final = frozenset({"I3", "I8", "I11"})

Part = Callable[["_Proof"], None]


def run(options: Options) -> Verdict:
    """Every part once; a full run goes on with crashes during recovery and other seeds until its time is over."""
    configure_log(level="critical", style="text")
    FOLDER.mkdir(parents=True, exist_ok=True)
    proof = _Proof(options)
    _say(f"seed {options.seed}")
    ends_at = time.monotonic() + options.minutes * 60
    for part in (_sweep_services, _sweep_programs, _strike_at_random, _run_without_redis):
        proof.attempt(part)
    while options.is_full:
        proof.turn += 1
        for part in (_crash_in_recovery, _strike_at_random):
            proof.attempt(part)
        if time.monotonic() >= ends_at:
            break
    return proof.verdict()


class _Proof:
    """What was done and found so far."""

    def __init__(self, options: Options) -> None:
        self.patience = LONGER if options.is_full else 1
        self.turn = 0
        self.sessions = 0
        self.faults = 0
        self.visited: set[str] = set()
        self.found: list[Violation] = []
        self.problems: list[str] = []
        self._seed = options.seed
        self._points = frozenset().union(*(points_of(part) for part in PROGRAMS))

    @property
    def seed(self) -> int:
        """Of this turn; the first one is that of the run."""
        return random.Random(f"{self._seed}/{self.turn}").randrange(2**31)  # noqa: S311 - choices, not secrets

    @property
    def remaining(self) -> frozenset[str]:
        return self._points - self.visited

    def attempt(self, part: Part) -> None:
        """Do a part; whoever gives up or whatever does not end is a violation of I22."""
        try:
            part(self)
        except (AssertionError, TimeoutError) as problem:
            self.problems.append(f"I22 {part.__name__.strip('_')}: {problem}")

    def finish(self, everything: Everything, crowd: Crowd, *, losable: Collection[str] = ()) -> None:
        """End a part: heal, let everybody finish, and keep what is violated."""
        began = time.monotonic()
        violations = violations_after(everything, crowd, losable=losable)
        self.sessions += crowd.sessions
        self.found += violations
        _say(
            f"  {crowd.sessions} charges, whole again after {time.monotonic() - began:.1f} s, {len(violations)} violations"
        )

    def verdict(self) -> Verdict:
        """What was done and found; a crash point that nothing reached counts as a violation."""
        violations = [f"{one.invariant}: {one.sentence}" for one in self.found]
        violations += self.problems
        violations += [f"crash point {point} was never reached" for point in sorted(self.remaining)]
        figures = {
            "sessions": self.sessions,
            "faults": self.faults,
            "crash_points": len(self.visited),
            "violations": len(violations),
            "lost": sum(one.invariant == LOST for one in self.found),
            "double_billed": sum(one.invariant in DOUBLE for one in self.found),
            "seed": self._seed,
        }
        return Verdict(figures=figures, violations=tuple(violations))


def _sweep_services(proof: _Proof) -> None:
    """The services that only time or a broken pile brings about, each in a process that is killed there."""
    _say("services: each killed before and after its commit, then done again")
    with _folder() as folder:
        done = sweep_services(folder)
    proof.visited |= done.visited
    proof.faults += done.kills
    proof.found += done.violations
    proof.problems += done.problems
    _say(f"  {len(done.visited)} points visited")


def _sweep_programs(proof: _Proof) -> None:
    _say(f"programs: killed at {len(proof.remaining)} crash points while {2 * PILES} people charge")
    with _folder() as folder, running_everything(folder) as everything:
        sweep = Sweep(everything, proof.remaining)  # before the first of them registers
        with _crowd(everything, proof) as crowd:
            sweep.run(limit_s=SWEEP_LIMIT_S * proof.patience, idle_s=SWEEP_IDLE_S * proof.patience)
            sweep.end()
            proof.visited |= set(sweep.visited)
            proof.faults += sweep.kills
            _say(f"  {len(sweep.visited)} points visited in {sweep.kills} kills")
            proof.finish(everything, crowd)


def _strike_at_random(proof: _Proof) -> None:
    _say(f"everything: {STRIKES * proof.patience} blows at random (seed {proof.seed})")
    with _folder() as folder, running_everything(folder) as everything, _crowd(everything, proof) as crowd:
        kills = RandomKills(everything, seed=proof.seed)
        for _ in range(STRIKES * proof.patience):
            kills.strike()
            _say(f"  {kills.done[-1]}")
            proof.faults += 1
        proof.finish(everything, crowd, losable=LOST_WITH_THE_BROKER)


def _run_without_redis(proof: _Proof) -> None:
    _say("Redis: absent for a whole run")
    with _folder() as folder, running_everything(folder) as everything:
        everything.kill("redis")
        for part in PROGRAMS:
            everything.kill(part)
            everything.begin(part)
        proof.faults += 1
        with _crowd(everything, proof) as crowd:
            wait_until(
                lambda: crowd.sessions >= CHARGES_WITHOUT_REDIS,
                f"{CHARGES_WITHOUT_REDIS} charges without Redis",
                CHARGES_LIMIT_S,
            )
            crowd.leave()
            proof.finish(everything, crowd)


def _crash_in_recovery(proof: _Proof) -> None:
    """Whichever point a program passes first after its start, it dies there again, several times in a row."""
    _say(f"programs: killed again while they recover (seed {proof.seed})")
    with _folder() as folder, running_everything(folder) as everything, _crowd(everything, proof) as crowd:
        chosen = random.Random(proof.seed)  # noqa: S311 - choices, not secrets
        for _ in range(STRIKES * proof.patience):
            die_soon(everything, chosen.choice(PROGRAMS), passes=chosen.randrange(1, LONGER))
            proof.faults += 1
        proof.finish(everything, crowd)


def _crowd(everything: Everything, proof: _Proof) -> AbstractContextManager[Crowd]:
    return crowd_at(everything, seed=proof.seed, piles=PILES, charges=ENDLESS)


@contextmanager
def _folder() -> Iterator[Path]:
    """A new folder, which goes at the end, except after an error: its logs may tell why."""
    folder = Path(tempfile.mkdtemp(prefix="faults-", dir=FOLDER))
    try:
        yield folder
    except BaseException:
        _say(f"✗ logs are left in {folder.relative_to(ROOT)}")
        raise
    shutil.rmtree(folder)


def _say(line: str) -> None:
    print(line, flush=True)

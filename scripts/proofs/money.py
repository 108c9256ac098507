"""The proof of money: lives of hostile channels and tapping people, wallets met at the same instant, and deaths at each step.

Lives alone run on SQLite over all cores; what meets at once, and what is killed, on MariaDB. Clocks are given, so days pass
in milliseconds; keys, signatures and checks are the real ones.
"""

from __future__ import annotations

import os
import random
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Final

from backend.log import configure_log
from backend.models.engine import database as db
from backend.models.engine.migrations import apply_migrations
from scripts.proofs.options import Options, Verdict
from tests.faults.services import MONEY_CASES, Outcome, sweep_services
from tests.money.judge import Tally
from tests.money.lives import live, live_alone
from tests.real_parts import running_mariadb

LIVES: Final = 24
"""Of one round of lives alone."""
LIVES_AT_ONCE: Final = 3
LIVES_PER_TASK: Final = 3
MAX_SEED: Final = 2**31
_FIGURES: Final = (
    *("sessions", "notifies", "refunds", "false_credits", "double_credits", "double_refunds"),
    *("idle_fees", "lost_refunds", "fen_off", "drift_fen", "let_through", "server_errors"),
)


def run(options: Options) -> Verdict:
    """One round; a full run goes on with further ones for its minutes. The deaths come once."""
    print(f"seed {options.seed}", flush=True)
    chance = random.Random(options.seed)  # noqa: S311 - choices, not secrets
    ends_at = time.monotonic() + 60 * options.minutes
    tally = _round(chance)
    while options.is_full and time.monotonic() < ends_at:
        tally += _round(chance)
        print(
            f"  {tally.sessions} charges, {tally.notifies} notifies, {len(tally.told)} violations", flush=True
        )
    deaths = _die()
    told = (*tally.told, *(str(one) for one in deaths.violations), *deaths.problems)
    figures = {name: getattr(tally, name) for name in _FIGURES}
    return Verdict(
        figures=figures | {"kills": deaths.kills, "seed": options.seed, "violations": len(told)},
        violations=told,
    )


def _round(chance: random.Random) -> Tally:
    seeds = [chance.randrange(MAX_SEED) for _ in range(LIVES)]
    tasks = [seeds[start : start + LIVES_PER_TASK] for start in range(0, LIVES, LIVES_PER_TASK)]
    with ProcessPoolExecutor(os.cpu_count()) as workers:
        tally = sum(workers.map(_live_some, tasks), Tally())
    print(f"  {LIVES} lives alone: {tally.sessions} charges, {tally.notifies} notifies", flush=True)
    together = _live_at_once([chance.randrange(MAX_SEED) for _ in range(LIVES_AT_ONCE)])
    print(f"  {LIVES_AT_ONCE} lives at once: {together.sessions} charges", flush=True)
    return tally + together


def _live_some(seeds: Sequence[int]) -> Tally:
    configure_log(level="critical", style="text")
    with tempfile.TemporaryDirectory(prefix="prove-money-") as folder:
        return live_alone(seeds, Path(folder))


def _live_at_once(seeds: Sequence[int]) -> Tally:
    configure_log(level="critical", style="text")
    with (
        tempfile.TemporaryDirectory(prefix="prove-money-") as folder,
        running_mariadb(Path(folder)) as server,
    ):
        db.connect(server.fresh_database())
        try:
            apply_migrations()
            return live(seeds, is_parallel=True)
        finally:
            db.close()


def _die() -> Outcome:
    with tempfile.TemporaryDirectory(prefix="prove-money-") as folder:
        deaths = sweep_services(Path(folder), MONEY_CASES)
    print(f"  {deaths.kills} deaths at {len(deaths.visited)} points", flush=True)
    return deaths

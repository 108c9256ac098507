"""The proof of judgement: piles that lie, alone and two at a time, people who tap, outages; each judged by the car's truth.

Clocks are given, so days pass in milliseconds. The plays share no state and are spread over the machine's cores.
"""

from __future__ import annotations

import os
import random
import tempfile
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Final

from backend.log import configure_log
from scripts.proofs.options import Options, Verdict
from tests.judgement.judge import BILLED_WRONG, FROZEN, LOST, NO_EXIT
from tests.judgement.plays import OTHERS, PAIRS, SINGLES, Found, Play, play_all

SOME_PAIRS: Final = 150
"""Of a run that is not full."""
PLAYS_PER_TASK: Final = 10
TOLD_EVERY: Final = 10
FIGURES: Final = (BILLED_WRONG, LOST, FROZEN, NO_EXIT)


def run(options: Options) -> Verdict:
    """Every lie alone, every outage and interleaving of taps, then pairs: all of a full run, else some that the seed chooses."""
    pairs = list(PAIRS)
    if not options.is_full:
        pairs = random.Random(options.seed).sample(pairs, SOME_PAIRS)  # noqa: S311 - choices, not secrets
    print(f"seed {options.seed}: {len(SINGLES)} lies, {len(pairs)} pairs, {len(OTHERS)} others", flush=True)
    found = _play_all([*SINGLES, *OTHERS, *pairs])
    counts = Counter(one.finding.kind for one in found)
    figures = {"lies": len(SINGLES), "pairs": len(pairs)} | {name: counts[name] for name in FIGURES}
    told = tuple(f"{one.play}: {one.finding.kind}: {one.finding.sentence}" for one in found)
    return Verdict(figures=figures | {"violations": len(found)}, violations=told)


def _play_all(plays: Sequence[Play]) -> list[Found]:
    tasks = [plays[start : start + PLAYS_PER_TASK] for start in range(0, len(plays), PLAYS_PER_TASK)]
    found: list[Found] = []
    with ProcessPoolExecutor(os.cpu_count()) as workers:
        for number, part in enumerate(workers.map(_play_some, tasks), 1):
            found += part
            if number % TOLD_EVERY == 0:
                print(
                    f"  {number * PLAYS_PER_TASK} of {len(plays)} plays, {len(found)} violations", flush=True
                )
    return found


def _play_some(plays: Sequence[Play]) -> list[Found]:
    configure_log(level="critical", style="text")
    with tempfile.TemporaryDirectory(prefix="prove-judgement-") as folder:
        return play_all(plays, Path(folder))

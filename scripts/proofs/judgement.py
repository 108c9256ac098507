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
from tests.judgement.judge import BILLED_WRONG, FROZEN, LOST, NO_EXIT, Finding, judge
from tests.judgement.lies import LIES, pair_up
from tests.judgement.worlds import Worlds

PAIRS: Final = 150
"""Of a run that is not full."""
PLAYS_PER_TASK: Final = 10
FIGURES: Final = (BILLED_WRONG, LOST, FROZEN, NO_EXIT)


def run(options: Options) -> Verdict:
    """Every lie alone, then pairs: all of a full run, else some that the seed chooses."""
    pairs = pair_up(LIES)
    if not options.is_full:
        pairs = random.Random(options.seed).sample(pairs, PAIRS)  # noqa: S311 - choices, not secrets
    print(f"seed {options.seed}: {len(LIES)} lies, {len(pairs)} pairs", flush=True)
    plays = [(one,) for one in range(len(LIES))] + pairs
    found = _play_all(plays)
    counts = Counter(one.kind for _, one in found)
    return Verdict(
        figures={
            "lies": len(LIES),
            "pairs": len(pairs),
            **{figure: counts[figure] for figure in FIGURES},
            "violations": len(found),
        },
        violations=tuple(f"{name}: {one.kind}: {one.sentence}" for name, one in found),
    )


def _play_all(plays: Sequence[tuple[int, ...]]) -> list[tuple[str, Finding]]:
    tasks = [plays[start : start + PLAYS_PER_TASK] for start in range(0, len(plays), PLAYS_PER_TASK)]
    found: list[tuple[str, Finding]] = []
    with ProcessPoolExecutor(os.cpu_count()) as workers:
        for number, part in enumerate(workers.map(play_some, tasks), 1):
            found += part
            if number % 10 == 0:
                print(f"  {number * PLAYS_PER_TASK} of {len(plays)} plays, {len(found)} findings", flush=True)
    return found


def play_some(plays: Sequence[tuple[int, ...]]) -> list[tuple[str, Finding]]:
    """These plays, by the numbers of their lies, in a database of their own; what must not be, by the names of the lies."""
    configure_log(level="critical", style="text")
    found: list[tuple[str, Finding]] = []
    with tempfile.TemporaryDirectory(prefix="prove-judgement-") as folder:
        worlds = Worlds(Path(folder))
        for numbers in plays:
            lies = [LIES[number] for number in numbers]
            stage = worlds.stage(lies)
            stage.play()
            name = " + ".join(lie.name for lie in lies)
            found += [(name, one) for one in judge(stage, lies).findings]
        worlds.close()
    return found

"""The plays by number: lies alone and in pairs, outages, taps; each played in a world of its own and judged."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, NamedTuple, TypeAlias

from tests.judgement.judge import Finding, judge
from tests.judgement.lies import LIES, pair_up
from tests.judgement.outages import OUTAGES
from tests.judgement.stage import Stage
from tests.judgement.taps import INTERLEAVINGS, TapStage, judge_taps
from tests.judgement.teller import Teller
from tests.judgement.worlds import Worlds

Play: TypeAlias = tuple[str, tuple[int, ...]]
"""What it is of (`lies`, `outages`, `taps`) and the numbers of the rows there."""


class Found(NamedTuple):
    """A finding and the play that it is of."""

    play: str
    finding: Finding


SINGLES: Final[tuple[Play, ...]] = tuple(("lies", (number,)) for number in range(len(LIES)))
PAIRS: Final[tuple[Play, ...]] = tuple(("lies", pair) for pair in pair_up(LIES))
OTHERS: Final[tuple[Play, ...]] = (
    *(("outages", (number,)) for number in range(len(OUTAGES))),
    *(("taps", (number,)) for number in range(len(INTERLEAVINGS))),
)


def play_all(plays: Sequence[Play], folder: Path) -> list[Found]:
    """Play these in databases in `folder`; what must not be."""
    worlds = Worlds(folder)
    try:
        return [Found(name_of(play), one) for play in plays for one in _play(worlds, play)]
    finally:
        worlds.close()


def name_of(play: Play) -> str:
    kind, numbers = play
    names = {
        "lies": [one.name for one in LIES],
        "outages": [one.name for one in OUTAGES],
        "taps": [one.name for one in INTERLEAVINGS],
    }[kind]
    return " + ".join(names[number] for number in numbers)


def _play(worlds: Worlds, play: Play) -> Iterable[Finding]:
    kind, numbers = play
    world, drivers = worlds.bind()
    if kind == "taps":
        taps = TapStage(world, drivers, INTERLEAVINGS[numbers[0]])
        taps.play()
        return [*judge(taps, ()).findings, *judge_taps(taps)]
    table: Sequence[Teller] = LIES if kind == "lies" else OUTAGES
    told = [table[number] for number in numbers]
    stage = Stage(world, drivers, told)
    stage.play()
    return judge(stage, told).findings

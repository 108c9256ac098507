"""Every lie alone, every outage, some pairs and some interleavings; all of them: `scripts/prove judgement`."""

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import pytest

from tests.judgement.plays import OTHERS, PAIRS, SINGLES, Play, play_all

PARTS: Final = 6
SOME_PAIRS: Final = 12
SEED: Final = 20_261_123
_chosen = random.Random(SEED)
SMALL: Final = [*SINGLES, *OTHERS[::4], *_chosen.sample(PAIRS, SOME_PAIRS)]


@pytest.mark.parametrize("plays", [SMALL[part::PARTS] for part in range(PARTS)], ids=range(PARTS))
def test_whatever_is_said_it_is_billed_right_or_a_person_sees_why_not(
    plays: Sequence[Play], tmp_path: Path
) -> None:
    assert play_all(plays, tmp_path) == []

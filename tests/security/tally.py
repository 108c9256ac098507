"""How often an attack was tried and what got through; `scripts/prove security` adds it up over the whole run.

`SCALE` multiplies the number of random attacks: 1 in `scripts/test`, more in the proof.
"""

import json
import os
from collections.abc import Sized
from pathlib import Path
from typing import Final

SCALE: Final = int(os.environ.get("SECURITY_SCALE", "1"))
SEED: Final = int(os.environ.get("SECURITY_SEED", "1"))
_FILE: Final = os.environ.get("SECURITY_TALLY", "")


def nothing_through(attack: str, *, tried: int, through: Sized) -> None:
    """Note the attack, then fail when any of it got through, or when there was nothing to try."""
    if _FILE:
        line = json.dumps({"attack": attack, "tried": tried, "through": len(through)}, ensure_ascii=False)
        with Path(_FILE).open("a", encoding="utf-8") as notes:
            notes.write(f"{line}\n")
    assert tried > 0, f"{attack}: nothing was tried"
    assert not len(through), f"{attack}: {len(through)} of {tried} got through: {through}"

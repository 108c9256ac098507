"""Texts that break what takes text for something else: SQL, markup, paths, formulas, marks that nobody sees.

The list is a file, for the desk's tests read it too. Lone surrogates are in it, so a text has no UTF-8 by itself.
"""

import json
from pathlib import Path
from typing import Final

FEWEST: Final = 40
TEXTS: Final[tuple[str, ...]] = tuple(
    json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
)
assert len(TEXTS) >= FEWEST


def has_bytes(text: str) -> bool:
    """Whether it can be written as UTF-8 at all."""
    return not any("\ud800" <= letter <= "\udfff" for letter in text)

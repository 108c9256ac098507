"""Kinds of piles, and which numbers a pile may have."""

import re
from enum import StrEnum
from typing import Final

from backend.domain.errors import InvalidInput

# The number is the pile's name at the broker and a level of its topics: a wildcard or a slash in it, or the
# name of the bridge, would open the topics of others.
_PILE_NO: Final = re.compile(r"[0-9A-Za-z_-]{3,30}")
_TAKEN: Final = frozenset({"bridge"})


class PileKind(StrEnum):
    DC = "dc"
    AC = "ac"


def check_pile_no(pile_no: str) -> None:
    """Return for a number that a pile may have. Raises InvalidInput(pile_no)."""
    if not _PILE_NO.fullmatch(pile_no) or pile_no.lower() in _TAKEN:
        raise InvalidInput(field="pile_no", reason="应为 3–30 位字母、数字、下划线或连字符，且不能是 bridge")

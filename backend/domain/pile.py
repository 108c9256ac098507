"""Kinds of piles, which numbers a pile may have, and what people may say of one."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from backend.domain.errors import InvalidInput, UnfitInput

# The number is the pile's name at the broker and a level of its topics: a wildcard or a slash in it, or the
# name of the bridge, would open the topics of others.
_PILE_NO: Final = re.compile(r"[0-9A-Za-z_-]{3,30}")
_TAKEN: Final = frozenset({"bridge"})
_COUNTED: Final = re.compile(r"(.*?)([0-9]{1,9})$")

MOST_GUNS: Final = 12
MOST_AT_ONCE: Final = 200
"""Piles that are made by one request."""
POWER_W: Final = range(1_000, 1_000_001)
LONGEST_NAME: Final = 50
NAME_MARK: Final = "{n}"
"""Stands for a pile's place in the names of a batch."""


class PileKind(StrEnum):
    DC = "dc"
    AC = "ac"


STANDARDS: Final = {PileKind.DC: "GB/T 20234.3", PileKind.AC: "GB/T 20234.2"}
"""The plug of each kind as it is printed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PileFacts:
    """What people say of a pile when they enter it."""

    pile_no: str
    name: str
    kind: PileKind
    rated_w: int
    guns: int
    vendor: str = ""
    model: str = ""


def check_pile_no(pile_no: str) -> None:
    """Return for a number that a pile may have. Raises InvalidInput(pile_no)."""
    if not _PILE_NO.fullmatch(pile_no) or pile_no.lower() in _TAKEN:
        raise UnfitInput(field="pile_no", reason="应为 3–30 位字母、数字、下划线或连字符，且不能是 bridge")


def check_facts(facts: PileFacts) -> PileFacts:
    """The facts without blanks around texts. Raises InvalidInput with the field that is wrong."""
    check_pile_no(facts.pile_no)
    if not 1 <= facts.guns <= MOST_GUNS:
        raise InvalidInput(field="guns", reason=f"应为 1 到 {MOST_GUNS}")
    check_power(facts.rated_w)
    return PileFacts(
        pile_no=facts.pile_no,
        name=check_text("name", facts.name, needed=True),
        kind=facts.kind,
        rated_w=facts.rated_w,
        guns=facts.guns,
        vendor=check_text("vendor", facts.vendor),
        model=check_text("model", facts.model),
    )


def check_power(rated_w: int) -> None:
    """Return for a power that a pile may have. Raises InvalidInput(rated_w)."""
    if rated_w not in POWER_W:
        raise InvalidInput(field="rated_w", reason="应在 1 到 1000 千瓦之间")


def check_text(field: str, text: str, *, needed: bool = False) -> str:
    """The text without blanks around it. Raises InvalidInput for one that is empty, too long or no plain text."""
    text = text.strip()
    if needed and not text:
        raise InvalidInput(field=field, reason="不能为空")
    if len(text) > LONGEST_NAME:
        raise UnfitInput(field=field, reason=f"不能超过 {LONGEST_NAME} 个字")
    if not text.isprintable():
        raise UnfitInput(field=field, reason="含有不能显示的字符")
    return text


def number_range(first_no: str, count: int) -> list[str]:
    """`count` numbers from the first, whose last digits are counted up in their width. Raises InvalidInput."""
    check_pile_no(first_no)
    if not 1 <= count <= MOST_AT_ONCE:
        raise InvalidInput(field="count", reason=f"应为 1 到 {MOST_AT_ONCE}")
    found = _COUNTED.fullmatch(first_no)
    if found is None:
        raise InvalidInput(field="first_no", reason="应以数字结尾，才能往后编号")
    head, digits = found.groups()
    last = int(digits) + count - 1
    if len(str(last)) > len(digits):
        raise UnfitInput(field="first_no", reason=f"往后编到第 {count} 台位数不够，请在末尾多留几位 0")
    return [f"{head}{number:0{len(digits)}d}" for number in range(int(digits), last + 1)]


def spelling(number: str) -> str:
    """A pile's or connector's number as a person types it: equal for two that they cannot tell apart."""
    return number.replace("-", "").replace("_", "").upper()


def name_at(pattern: str, place: int) -> str:
    """A pile's name in a batch: `{n}号桩` → `3号桩`; without a mark the place is put behind."""
    return pattern.replace(NAME_MARK, str(place)) if NAME_MARK in pattern else f"{pattern}{place}"

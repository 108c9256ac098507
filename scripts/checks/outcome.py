"""What a check is and what it finds."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one check found; `warnings` are shown but do not fail, `note` stands at the end of its line."""

    passed: bool
    output: str = ""
    warnings: tuple[str, ...] = ()
    seconds: float = 0.0
    note: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """A name for the table and the call that decides."""

    name: str
    run: Callable[[], Outcome]

"""What one check found: the setting's name, how bad it is, and one Chinese sentence for the operator."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Level(StrEnum):
    """UNSAFE stops the start of a program; the others are told. UNKNOWN: the server could not be asked."""

    OK = "ok"
    ADVICE = "advice"
    UNKNOWN = "unknown"
    UNSAFE = "unsafe"


# six columns each: a Chinese character takes two
LEVEL_WORDS: Final = {
    Level.OK: "✓     ",
    Level.ADVICE: "! 建议",
    Level.UNKNOWN: "? 未知",
    Level.UNSAFE: "✗ 拒绝",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """`key` is the setting as its file or server names it; `said` never holds a secret."""

    key: str
    level: Level
    said: str = ""


def passed(key: str, said: str = "") -> Finding:
    return Finding(key, Level.OK, said)


def unsafe(key: str, said: str) -> Finding:
    return Finding(key, Level.UNSAFE, said)


def advice(key: str, said: str) -> Finding:
    return Finding(key, Level.ADVICE, said)


def unknown(key: str, said: str) -> Finding:
    return Finding(key, Level.UNKNOWN, said)


def judged(key: str, problem: str | None) -> Finding:
    """UNSAFE with the problem's sentence, or OK where there is none."""
    return passed(key) if problem is None else unsafe(key, problem)

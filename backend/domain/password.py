"""Whether a password that somebody chose is hard enough to guess. Passwords are never trimmed or changed."""

from enum import StrEnum
from typing import Final

SHORTEST: Final = 10
LONGEST: Final = 128
LONG_ENOUGH: Final = 16
"""From this length on one kind of character will do: a sentence is as good as signs."""
FEWEST_KINDS: Final = 2
FEWEST_DIFFERENT: Final = 5
SHORTEST_PART: Final = 4
WELL_KNOWN: Final = (
    "password",
    "passw0rd",
    "qwert",
    "asdfg",
    "zxcvb",
    "admin",
    "letmein",
    "iloveyou",
    "woaini",
)
ROWS: Final = ("01234567890", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl", "zxcvbnm")
LONGEST_RUN: Final = 5


class PasswordProblem(StrEnum):
    """Why a password is refused."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    ONE_KIND = "one_kind"
    HOLDS_ACCOUNT = "holds_account"
    WELL_KNOWN = "well_known"
    MONOTONOUS = "monotonous"
    SAME = "same"


def find_password_problem(password: str, *, account: str) -> PasswordProblem | None:
    """What is wrong with it, or None. What is easy to guess is easy at any length."""
    lower = password.lower()
    if len(password) < SHORTEST:
        return PasswordProblem.TOO_SHORT
    if len(password) > LONGEST:
        return PasswordProblem.TOO_LONG
    if len(account) >= SHORTEST_PART and account.lower() in lower:
        return PasswordProblem.HOLDS_ACCOUNT
    if any(word in lower for word in WELL_KNOWN):
        return PasswordProblem.WELL_KNOWN
    if len(set(lower)) < FEWEST_DIFFERENT or _has_run(lower):
        return PasswordProblem.MONOTONOUS
    if len(password) < LONG_ENOUGH and len({_kind(letter) for letter in password}) < FEWEST_KINDS:
        return PasswordProblem.ONE_KIND
    return None


def _kind(letter: str) -> str:
    if letter.isdigit():
        return "digit"
    return "letter" if letter.isalpha() else "sign"


def _has_run(lower: str) -> bool:
    """Whether it goes along a row of the alphabet, the digits or the keyboard, either way."""
    parts = {lower[start : start + LONGEST_RUN] for start in range(len(lower) - LONGEST_RUN + 1)}
    rows = [*ROWS, *(row[::-1] for row in ROWS)]
    return any(part in row for part in parts for row in rows)

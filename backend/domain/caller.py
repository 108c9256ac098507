"""Where a call comes from, as the logs keep it: bounded, and without characters that would disturb a line."""

from dataclasses import dataclass
from typing import Final

LONGEST_IP: Final = 45
LONGEST_AGENT: Final = 200


@dataclass(frozen=True, slots=True)
class Caller:
    """`user_agent` is what the browser says of itself; made by `caller_of` it is safe to keep."""

    ip: str = ""
    user_agent: str = ""
    request_id: str = ""


NOWHERE: Final = Caller()


def caller_of(*, ip: str, user_agent: str, request_id: str) -> Caller:
    """The caller with what is kept of them."""
    return Caller(ip=ip[:LONGEST_IP], user_agent=printable(user_agent, LONGEST_AGENT), request_id=request_id)


def printable(text: str, longest: int) -> str:
    """The text without what cannot be seen, cut."""
    return "".join(letter for letter in text if letter.isprintable())[:longest]

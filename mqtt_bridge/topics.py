"""Topics of the pile protocol, version 1: `cp/v1/{pile_no}/up/{message}` and `cp/v1/{pile_no}/down/{message}`."""

from typing import Final

PREFIX: Final = "cp/v1"
UP: Final = f"{PREFIX}/+/up/+"
"""What the bridge subscribes to."""

_PARTS: Final = 5


def parse_up(topic: str) -> tuple[str, str] | None:
    """The (pile_no, message) of an up topic, or None when it is not one."""
    parts = topic.split("/")
    if len(parts) != _PARTS or parts[0] != "cp" or parts[1] != "v1" or parts[3] != "up":
        return None
    return parts[2], parts[4]


def up(pile_no: str, message: str) -> str:
    """The topic a pile publishes a message under."""
    return f"{PREFIX}/{pile_no}/up/{message}"


def down(pile_no: str, message: str) -> str:
    """The topic a pile reads a message from."""
    return f"{PREFIX}/{pile_no}/down/{message}"

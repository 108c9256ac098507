"""What the live feed calls a change: whoever tells it and whoever listens take the words from here (docs/live-feed.md).

The desk's list of piles is told twice, for staff who see all operators and for those of one, so that a change at one
operator wakes nobody of another.
"""

from typing import Final

ALL_PILES: Final = "piles"


def pile_topics(*, pile_no: str, operator_id: int) -> tuple[str, str, str]:
    """A pile has changed, its connectors or what they charge."""
    return (ALL_PILES, piles_of(operator_id), f"pile:{pile_no}")


def piles_of(operator_id: int) -> str:
    """The list of one operator's piles."""
    return f"{ALL_PILES}:{operator_id}"


def station_topic(station_no: str) -> str:
    return f"station:{station_no}"


def session_topic(session_no: str) -> str:
    return f"session:{session_no}"

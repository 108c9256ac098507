"""Entries that were posted, and how the next one for the same thing is named."""

from typing import Final

from backend.domain.ledger import EntryKind
from backend.models.ledger import LedgerEntry

COUNTER: Final = "/"
"""Between a number and which entry of its kind it is: the second correction of an order is `order_no/2`."""


def find_entry(*, kind: EntryKind, reference: str) -> LedgerEntry | None:
    """The one entry of this kind and reference."""
    return LedgerEntry.get_or_none((LedgerEntry.kind == kind) & (LedgerEntry.reference == reference))


def next_reference(*, kind: EntryKind, number: str) -> str:
    """How a further entry of this kind for an order is named; whoever asks has locked the order's row."""
    own = (LedgerEntry.reference == number) | LedgerEntry.reference.startswith(number + COUNTER)
    count = LedgerEntry.select().where((LedgerEntry.kind == kind) & own).count()
    return number if count == 0 else f"{number}{COUNTER}{count + 1}"


def named_for(reference: str) -> str:
    """The number of what an entry was posted for."""
    return reference.partition(COUNTER)[0]

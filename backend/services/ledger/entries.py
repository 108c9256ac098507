"""Entries that were posted."""

from backend.domain.ledger import EntryKind
from backend.models.ledger import LedgerEntry


def get_entry(*, kind: EntryKind, reference: str) -> LedgerEntry:
    """The one entry of this kind and reference. Raises LedgerEntry.DoesNotExist."""
    return LedgerEntry.get((LedgerEntry.kind == kind) & (LedgerEntry.reference == reference))

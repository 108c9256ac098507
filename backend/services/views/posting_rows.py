"""The postings on all accounts of a driver, the oldest first, as rows of a table."""

from datetime import datetime
from typing import Any, NamedTuple

from backend.domain.ledger import AccountKind, EntryKind, OwnerKind
from backend.models.ledger import LedgerAccount, LedgerEntry, LedgerPosting


class PostingRow(NamedTuple):
    """`id` is the posting's row id."""

    id: int
    amount_fen: int
    account: AccountKind
    entry_no: str
    entry: EntryKind
    at: datetime


def read_postings(*, driver_no: str, after: int, limit: int) -> list[PostingRow]:
    """The next of them after a row id."""
    rows: Any = (
        LedgerPosting.select(
            LedgerPosting.id,
            LedgerPosting.amount_fen,
            LedgerAccount.kind,
            LedgerEntry.entry_no,
            LedgerEntry.kind,
            LedgerEntry.created_at,
        )
        .join(LedgerAccount, on=(LedgerAccount.id == LedgerPosting.account_id))
        .join_from(LedgerPosting, LedgerEntry, on=(LedgerEntry.id == LedgerPosting.entry_id))
        .where(
            (LedgerAccount.owner_kind == OwnerKind.DRIVER)
            & (LedgerAccount.owner_key == driver_no)
            & (LedgerPosting.id > after)
        )
        .order_by(LedgerPosting.id)
        .limit(limit)
        .tuples()
    )
    return [PostingRow(*row) for row in rows]

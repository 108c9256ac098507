"""Proves the ledger as a whole: every test of money ends with it."""

from collections import Counter

from backend.domain.ledger import AccountKind, OwnerKind
from backend.models import LedgerAccount, LedgerPosting


def assert_books_balance() -> None:
    """Each entry and all of them sum to 0; each kept balance is its postings' sum; no wallet is negative."""
    by_entry: Counter[int] = Counter()
    by_account: Counter[int] = Counter()
    for row in LedgerPosting.select():
        by_entry[row.entry_id] += row.amount_fen
        by_account[row.account_id] += row.amount_fen
    assert set(by_entry.values()) <= {0}
    for account in LedgerAccount.select():
        if account.owner_kind is not OwnerKind.DRIVER:
            assert account.balance_fen is None
            continue
        assert account.balance_fen == by_account[account.id]
        sign = -1 if account.kind is AccountKind.DEBT else 1
        assert sign * account.balance_fen >= 0

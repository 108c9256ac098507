"""The ledger alone, for tests that post bare entries without the payments and orders behind them."""

from typing import Final

from tests.invariants import find_violations

LEDGER: Final = frozenset({"I1", "I2"})


def assert_books_balance() -> None:
    """Each entry and all of them sum to 0; each kept balance is its postings' sum; no wallet is negative."""
    found = [str(one) for one in find_violations() if one.invariant in LEDGER]
    assert not found, "\n  ".join(["the books do not balance:", *found])

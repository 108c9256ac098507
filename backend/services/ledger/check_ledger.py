"""Proof of the ledger: every entry sums to zero, so does everything together, and a kept balance is its postings."""

from typing import Any

import msgspec
from peewee import JOIN, fn

from backend.domain.adjustment import AdjustmentState
from backend.domain.ledger import AccountKind, EntryKind
from backend.models import Adjustment
from backend.models.engine.database import transactional
from backend.models.ledger import LedgerAccount, LedgerEntry, LedgerPosting


class LedgerCheck(msgspec.Struct, frozen=True, kw_only=True):
    """`ledger_sum_fen`, `entries_off`, `accounts_off` and `adjustments_off` are 0 in a sound ledger.

    `adjustments_off` are adjustments that were done without their money, or whose entry moved another amount, and
    entries of adjustments that nobody decided.
    """

    ledger_sum_fen: int
    entries: int
    entries_off: int
    accounts: int
    accounts_off: int
    adjustments_off: int

    @property
    def is_sound(self) -> bool:
        return not (self.ledger_sum_fen or self.entries_off or self.accounts_off or self.adjustments_off)


@transactional
def check_ledger() -> LedgerCheck:
    """Add the whole ledger up, in one transaction so that nothing is posted in between. Not for hot paths."""
    total_fen, entries = LedgerPosting.select(
        fn.COALESCE(fn.SUM(LedgerPosting.amount_fen), 0), fn.COUNT(LedgerPosting.entry_id.distinct())
    ).scalar(as_tuple=True)
    unbalanced = (
        LedgerPosting.select(LedgerPosting.entry_id)
        .group_by(LedgerPosting.entry_id)
        .having(fn.SUM(LedgerPosting.amount_fen) != 0)
    )
    return LedgerCheck(
        ledger_sum_fen=int(total_fen),
        entries=entries,
        entries_off=unbalanced.count(),
        accounts=LedgerAccount.select().count(),
        accounts_off=_accounts_off(),
        adjustments_off=_adjustments_off(),
    )


def _accounts_off() -> int:
    """Accounts whose kept balance is not the sum of their postings."""
    posted = fn.COALESCE(fn.SUM(LedgerPosting.amount_fen), 0)
    return (
        LedgerAccount.select(LedgerAccount.id)
        .join(LedgerPosting, JOIN.LEFT_OUTER, on=(LedgerPosting.account_id == LedgerAccount.id))
        .where(LedgerAccount.balance_fen.is_null(is_null=False))
        .group_by(LedgerAccount.id, LedgerAccount.balance_fen)
        .having(posted != LedgerAccount.balance_fen)
        .count()
    )


def _adjustments_off() -> int:
    """Done adjustments and the entries named by them, compared both ways by number and amount."""
    posted: Any = (
        LedgerEntry.select(LedgerEntry.reference, fn.COALESCE(fn.SUM(LedgerPosting.amount_fen), 0))
        .join(LedgerPosting, on=(LedgerPosting.entry_id == LedgerEntry.id))
        .join(LedgerAccount, on=(LedgerAccount.id == LedgerPosting.account_id))
        .where((LedgerEntry.kind == EntryKind.ADJUSTMENT) & (LedgerAccount.kind == AccountKind.ADJUSTMENT))
        .group_by(LedgerEntry.reference)
        .tuples()
    )
    done: Any = (
        Adjustment.select(Adjustment.adjustment_no, Adjustment.amount_fen)
        .where(Adjustment.state == AdjustmentState.DONE)
        .tuples()
    )
    moved, decided = {number: -int(fen) for number, fen in posted}, dict(done)
    return sum(moved.get(number) != decided.get(number) for number in moved.keys() | decided.keys())

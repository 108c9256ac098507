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

    The first that is off is named, for whoever has to look: the number of an entry, `kind of owner` of an account, the
    number of an adjustment; "" where none is.
    """

    ledger_sum_fen: int
    entries: int
    entries_off: int
    accounts: int
    accounts_off: int
    adjustments_off: int
    first_entry_off: str = ""
    first_account_off: str = ""
    first_adjustment_off: str = ""

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
        .order_by(LedgerPosting.entry_id)
    )
    entries_off = unbalanced.count()
    first = unbalanced.first()  # which limits the query
    accounts, adjustments = _accounts_off(), _adjustments_off()
    return LedgerCheck(
        ledger_sum_fen=int(total_fen),
        entries=entries,
        entries_off=entries_off,
        accounts=LedgerAccount.select().count(),
        accounts_off=len(accounts),
        adjustments_off=len(adjustments),
        first_entry_off="" if first is None else _entry_no(first.entry_id),
        first_account_off=next(iter(accounts), ""),
        first_adjustment_off=next(iter(adjustments), ""),
    )


def _entry_no(entry_id: int) -> str:
    """Its number; of postings whose entry is gone, the row id they name."""
    entry = LedgerEntry.get_or_none(LedgerEntry.id == entry_id)
    return f"#{entry_id}" if entry is None else str(entry.entry_no)


def _accounts_off() -> list[str]:
    """Accounts whose kept balance is not the sum of their postings, oldest first."""
    posted = fn.COALESCE(fn.SUM(LedgerPosting.amount_fen), 0)
    rows = (
        LedgerAccount.select(LedgerAccount.id, LedgerAccount.kind, LedgerAccount.owner_key)
        .join(LedgerPosting, JOIN.LEFT_OUTER, on=(LedgerPosting.account_id == LedgerAccount.id))
        .where(LedgerAccount.balance_fen.is_null(is_null=False))
        .group_by(LedgerAccount.id, LedgerAccount.kind, LedgerAccount.owner_key, LedgerAccount.balance_fen)
        .having(posted != LedgerAccount.balance_fen)
        .order_by(LedgerAccount.id)
    )
    return [f"{row.kind.value} of {row.owner_key}" for row in rows]


def _adjustments_off() -> list[str]:
    """Done adjustments and the entries named by them, compared both ways by number and amount; by number."""
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
    return sorted(
        number for number in moved.keys() | decided.keys() if moved.get(number) != decided.get(number)
    )

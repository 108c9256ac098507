"""Invariant of money that staff give and take: I51 every fen of it was decided, above a limit by a second person."""

from collections import Counter
from collections.abc import Iterator

from backend.domain.adjustment import AdjustmentState
from backend.domain.ledger import AccountKind, EntryKind
from tests.invariants.rows import Rows


def adjustments_are_decided(rows: Rows) -> Iterator[str]:
    """I51: an adjustment that was done has one entry of its amount, no other has one, and nobody decided their own."""
    moved: Counter[str] = Counter()
    entries = {entry.id: entry.reference for entry in rows.entries if entry.kind is EntryKind.ADJUSTMENT}
    for posting in rows.postings:
        account = rows.account_by_id.get(posting.account_id)
        if posting.entry_id in entries and account is not None and account.kind is AccountKind.ADJUSTMENT:
            moved[entries[posting.entry_id]] -= posting.amount_fen
    for row in rows.adjustments:
        name = f"adjustment {row.id} ({row.adjustment_no}, {row.state.value})"
        is_done = row.state is AdjustmentState.DONE
        if (found := moved.pop(row.adjustment_no, 0)) != (row.amount_fen if is_done else 0):
            yield f"{name} is of {row.amount_fen} fen, its entry of {found}"
        if row.is_alone and not is_done:
            yield f"{name} was to be done by one person alone"
        if (row.decided_by_id is not None) != (row.state is not AdjustmentState.ASKED and not row.is_alone):
            yield f"{name} was decided by {row.decided_by_id}"
        if row.decided_by_id == row.asked_by_id:
            yield f"{name} was decided by who asked"
    for reference in moved:
        yield f"an adjustment entry names {reference!r}, which no adjustment has"

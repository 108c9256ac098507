"""What a month of a driver's money comes to."""

from backend.domain.bill import KIND_OF, MonthSums, sum_month
from backend.domain.ledger import EntryKind


def test_every_kind_of_entry_has_its_word_on_the_bill() -> None:
    assert set(KIND_OF) == set(EntryKind)


def test_money_that_changes_its_place_is_neither_spent_nor_returned() -> None:
    gained = [
        (EntryKind.TOP_UP, 10_000),
        (EntryKind.HOLD, 0),
        (EntryKind.SETTLE, -3_000),
        (EntryKind.CORRECTION, 200),
        (EntryKind.REFUND_HOLD, 0),
        (EntryKind.REFUND, -5_000),
        (EntryKind.ADJUSTMENT, -100),
    ]
    assert sum_month(gained) == MonthSums(
        charged_fen=2_800, paid_fen=10_000, refunded_fen=5_000, other_fen=-100
    )

"""Bill 账单: under which word a driver finds each movement of money, and what a month comes to.

A movement's sum is what all of the driver's accounts together gained: money that only changes its place (held, released,
set aside to go back) sums to nothing, whichever way it was paid. Decides no fee.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from backend.domain.ledger import EntryKind


class BillKind(StrEnum):
    """充电 充值 退款 其他."""

    CHARGING = "charging"
    PAID = "paid"
    REFUND = "refund"
    OTHER = "other"


_E = EntryKind

KIND_OF: Final[Mapping[EntryKind, BillKind]] = {
    **dict.fromkeys(
        (_E.HOLD, _E.SETTLE, _E.RELEASE, _E.CORRECTION, _E.IDLE_FEE, _E.IDLE_WAIVER), BillKind.CHARGING
    ),
    **dict.fromkeys((_E.TOP_UP, _E.PREPAY), BillKind.PAID),
    **dict.fromkeys((_E.REFUND_HOLD, _E.REFUND, _E.REFUND_RETURN, _E.PREPAID_REST), BillKind.REFUND),
    **dict.fromkeys((_E.ADJUSTMENT, _E.DEBT_PAID), BillKind.OTHER),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class MonthSums:
    """`charged_fen` is what was spent, `paid_fen` what came in, `refunded_fen` what went back; `other_fen` is signed."""

    charged_fen: int
    paid_fen: int
    refunded_fen: int
    other_fen: int


def sum_month(gained: Iterable[tuple[EntryKind, int]]) -> MonthSums:
    """From what a driver's accounts gained by each kind of entry."""
    sums = dict.fromkeys(BillKind, 0)
    for kind, fen in gained:
        sums[KIND_OF[kind]] += fen
    return MonthSums(
        charged_fen=-sums[BillKind.CHARGING],
        paid_fen=sums[BillKind.PAID],
        refunded_fen=-sums[BillKind.REFUND],
        other_fen=sums[BillKind.OTHER],
    )

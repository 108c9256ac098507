"""Prepayment 即充即退: money paid for one session alone, and what of it a bill takes (docs/money.md, "Prepaid").

It never meets the wallet. The driver agreed to the amount and to no more, so what a bill asks beyond it is the
platform's loss and no debt.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from backend.domain.errors import AmountOutOfRange
from backend.domain.hold import HoldPolicy
from backend.domain.units import Fen

TIME_TO_PAY: Final = timedelta(minutes=3)
"""For so long the connector waits for the money."""
GUEST_TIME_TO_PAY: Final = timedelta(minutes=2)
"""Of a guest, whom nobody knows and who could hold a gun for nothing: enough for a cashier, and no longer."""
GRACE: Final = timedelta(seconds=20)
"""Beyond it, for the channel's word of what was paid in the last moment."""
REST_AFTER: Final = timedelta(hours=24)
"""A bill without the pile's final record is taken for final then, and the rest goes back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """captured + written off = the bill."""

    captured_fen: Fen
    written_off_fen: Fen


def time_to_pay(*, is_guest: bool) -> timedelta:
    """How long a connector waits for the money."""
    return GUEST_TIME_TO_PAY if is_guest else TIME_TO_PAY


def check_amount(amount_fen: int, policy: HoldPolicy) -> None:
    """Return for an amount that may be prepaid: what may be held as well. Raises AmountOutOfRange."""
    if not policy.min_fen <= amount_fen <= policy.cap_fen:
        raise AmountOutOfRange(min_fen=policy.min_fen, max_fen=policy.cap_fen)


def meet(total_fen: Fen, paid_fen: Fen, given_back_fen: Fen) -> Met:
    """What of a bill is taken from what was paid and has not gone back yet.

    Raises AmountOutOfRange for a negative amount, or where more went back than was paid.
    """
    there_fen = paid_fen - given_back_fen
    if min(total_fen, there_fen, given_back_fen) < 0:
        raise AmountOutOfRange(min_fen=0, max_fen=paid_fen)
    captured = min(total_fen, there_fen)
    return Met(captured_fen=Fen(captured), written_off_fen=Fen(total_fen - captured))


def rest_of(paid_fen: Fen, captured_fen: Fen, given_back_fen: Fen) -> Fen:
    """What is to go back still."""
    return Fen(max(0, paid_fen - captured_fen - given_back_fen))

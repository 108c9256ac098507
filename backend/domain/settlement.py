"""How a bill is met: from the hold first, then (a late decision) from the wallet, the rest is debt (docs/money.md)."""

from dataclasses import dataclass
from typing import Final

from backend.domain.errors import AmountOutOfRange
from backend.domain.units import Fen

_NOTHING: Final = Fen(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """captured + collected + debt = the bill; captured + released = the hold; `collected` is from available."""

    captured_fen: Fen
    released_fen: Fen
    debt_fen: Fen
    collected_fen: Fen


def settle(total_fen: Fen, held_fen: Fen, available_fen: Fen = _NOTHING) -> Settlement:
    """Split a bill over hold, wallet and debt.

    `available_fen` is given only where the hold was released before the decision: otherwise what the hold
    does not cover is debt. Raises AmountOutOfRange for a negative amount.
    """
    if min(total_fen, held_fen, available_fen) < 0:
        raise AmountOutOfRange(min_fen=0, max_fen=None)
    captured = min(total_fen, held_fen)
    collected = min(total_fen - captured, available_fen)
    return Settlement(
        captured_fen=Fen(captured),
        released_fen=Fen(held_fen - captured),
        debt_fen=Fen(total_fen - captured - collected),
        collected_fen=Fen(collected),
    )

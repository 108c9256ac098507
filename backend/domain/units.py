"""Units of the domain and the one function that rounds money (docs/money.md, "Units and rounding").

Everything is an integer: fen, Wh, W, and prices in 1e-5 yuan per kWh. No float and no Decimal.
"""

from typing import Final, NewType

Fen = NewType("Fen", int)
Wh = NewType("Wh", int)
Watt = NewType("Watt", int)
PriceE5 = NewType("PriceE5", int)

WH_E5_PER_FEN: Final = 1_000_000
"""1 Wh at 1e-5 yuan per kWh is 1e-8 yuan, which is a millionth of a fen."""


def round_half_up(numerator: int, denominator: int) -> int:
    """Nearest integer to numerator / denominator; a half goes away from zero, so it is symmetric in sign.

    Raises ValueError when the denominator is not positive.
    """
    if denominator <= 0:
        raise ValueError("round_half_up needs a positive denominator")
    magnitude = (2 * abs(numerator) + denominator) // (2 * denominator)
    return magnitude if numerator >= 0 else -magnitude


def fee_fen(energy: Wh, price: PriceE5) -> Fen:
    """Fee in fen of one fee line; called once per line, never on parts of one."""
    return Fen(round_half_up(energy * price, WH_E5_PER_FEN))

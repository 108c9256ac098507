"""Yuan as Alipay writes them and our fen: the one place where a decimal point becomes an integer, and exactly."""

import re
from decimal import Decimal

_YUAN = re.compile(r"[0-9]{1,9}(\.[0-9]{1,2})?", re.ASCII)
_FEN_PER_YUAN = 100


def fen_of(yuan: str) -> int:
    """The fen of a text such as `50`, `50.0` or `50.00`. ValueError for any other form: nothing is rounded."""
    if not _YUAN.fullmatch(yuan):
        raise ValueError("not an amount in yuan")
    return int(Decimal(yuan) * _FEN_PER_YUAN)


def yuan_of(fen: int) -> str:
    """The text that Alipay takes, with two decimals. ValueError below one fen."""
    if fen < 1:
        raise ValueError("An amount is above 0 fen.")
    return f"{Decimal(fen) / _FEN_PER_YUAN:.2f}"

"""Operator 运营商: its number, the OperatorID of T/CEC 102, is the organisation code of the company (GB 11714)."""

import re
from typing import Final

_CODE: Final = re.compile(r"[0-9A-Z]{8}[0-9X]")
_DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)
_MODULUS: Final = 11
_TEN: Final = 10


def is_operator_no(text: str) -> bool:
    """Whether these nine characters are an organisation code with the right check character."""
    return bool(_CODE.fullmatch(text)) and text[-1] == check_character(text[:-1])


def check_character(code: str) -> str:
    """The ninth character for the first eight: 11 minus the weighted sum modulo 11, X for ten, 0 for eleven."""
    rest = sum(_DIGITS.index(one) * weight for one, weight in zip(code, _WEIGHTS, strict=True)) % _MODULUS
    check = _MODULUS - rest
    return "X" if check == _TEN else "0" if check == _MODULUS else str(check)

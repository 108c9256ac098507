"""Payment password 支付密码: which six digits may be one, and for how long wrong ones close it.

A million possibilities withstand nobody who may go on guessing: every fifth wrong one closes the password, each time for
longer, and only the right one or a new one opens it again. It never expires, because money that its owner cannot reach
is worse than an old number.
"""

from datetime import timedelta
from itertools import pairwise
from typing import Final

DIGITS: Final = 6
TRIES: Final = 5
"""Wrong ones, each time before it closes."""
CLOSED_FOR: Final = (timedelta(minutes=10), timedelta(hours=1), timedelta(hours=6), timedelta(hours=24))
"""The first time, the second, …; the last one from then on."""
REFUNDS_WAIT: Final = timedelta(hours=24)
"""Whoever set a new one without the old may be a thief of the phone: the owner has a day to notice before money leaves."""
_FEWEST_DIFFERENT: Final = 2
_IN_A_ROW: Final = ({1}, {9})


def is_too_plain(password: str) -> bool:
    """Whether it is among the first that anybody would try: one digit again and again, or digits in a row."""
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(password)}
    return len(set(password)) < _FEWEST_DIFFERENT or steps in _IN_A_ROW


def closed_for(wrong: int) -> timedelta | None:
    """For how long so many wrong ones in all close it from now; None where there are tries left."""
    if wrong == 0 or wrong % TRIES:
        return None
    return CLOSED_FOR[min(wrong // TRIES, len(CLOSED_FOR)) - 1]


def tries_left(wrong: int) -> int:
    """Wrong ones that may follow before it closes (again)."""
    return TRIES - wrong % TRIES

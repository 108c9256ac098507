"""A driver's phone number 手机号: which are taken, how they are shown, and when one proves whose wallet it is."""

import re
from datetime import datetime, timedelta
from typing import Final

MAINLAND: Final = re.compile(r"1[3-9][0-9]{9}")
"""What WeChat proves of people here; others are not bound."""
PROVES_AFTER: Final = timedelta(hours=24)
"""Whoever holds an unlocked phone can bind another number: it proves nothing about money before a day is over."""
_SHOWN_FIRST: Final = 3
_SHOWN_LAST: Final = 4


def is_phone(text: str) -> bool:
    """A mobile number of the mainland, digits alone."""
    return MAINLAND.fullmatch(text) is not None


def masked(phone: str) -> str:
    """`138****1234`: what is shown of it anywhere."""
    hidden = len(phone) - _SHOWN_FIRST - _SHOWN_LAST
    return f"{phone[:_SHOWN_FIRST]}{'*' * max(0, hidden)}{phone[-_SHOWN_LAST:]}" if phone else ""


def proves_owner(bound_at: datetime | None, now: datetime) -> bool:
    """Whether a bound number is bound long enough to answer for the wallet."""
    return bound_at is not None and now - bound_at >= PROVES_AFTER

"""Channel account 收款账户: where an operator takes what is prepaid at its own piles, and what is needed to use it.

Which keys a channel asks for beyond that is its gateway's to say (it refuses what cannot work).
"""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

BOTH_KEYS_FOR: Final = timedelta(days=7)
"""After a key was replaced, words that only the one before proves or opens are still taken so long."""
WARNED_BEFORE: Final = timedelta(days=30)


class AccountMode(StrEnum):
    """`partner` 服务商: somebody else's contract and keys collect for this merchant."""

    DIRECT = "direct"
    PARTNER = "partner"


class CheckResult(StrEnum):
    """What a signed call told. `unproven`: an answer came that the kept keys do not prove."""

    WORKS = "works"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    UNPROVEN = "unproven"


def is_expiring(expires_on: date | None, now: datetime) -> bool:
    """Whether somebody should renew the merchant's certificate or keys by now."""
    return expires_on is not None and expires_on <= (now + WARNED_BEFORE).date()

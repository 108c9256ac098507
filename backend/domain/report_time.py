"""Whose clock counts: the pile's while it is within a minute of ours, else ours (docs/pile-protocol.md, rule 8)."""

from datetime import datetime, timedelta
from typing import Final

TRUSTED_OFFSET: Final = timedelta(seconds=60)


def in_our_time(at: datetime, received_at: datetime, offset: timedelta) -> datetime:
    """When a pile whose clock is `offset` ahead of ours made a message it dated `at`: never after it came."""
    ours = at if -TRUSTED_OFFSET <= offset <= TRUSTED_OFFSET else at - offset
    return ours if ours - received_at <= TRUSTED_OFFSET else received_at

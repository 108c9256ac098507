"""The only place that reads the clock; everything below the entry points takes `now` as a parameter."""

import time
from datetime import UTC, datetime


def utc_now() -> datetime:
    """Return the present moment, aware UTC, cut to the milliseconds that a DATETIME(3) column keeps."""
    now = datetime.now(UTC)  # noqa: TID251 - this module is the clock
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def now_s() -> int:
    """Return whole seconds since 1970 UTC, for an HTTP date."""
    return int(time.time())  # noqa: TID251 - this module is the clock


def monotonic_s() -> float:
    """Return seconds on a clock that never steps back; only differences mean something."""
    return time.monotonic()

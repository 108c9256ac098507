"""Waiting for something with a deadline."""

from __future__ import annotations

import time
from collections.abc import Callable

POLL_S = 0.005


def wait_until(is_so: Callable[[], bool], what: str, limit_s: float, poll_s: float = POLL_S) -> None:
    """Return as soon as `is_so()`, asked each `poll_s`. Raises TimeoutError naming `what` after `limit_s`."""
    deadline_s = time.monotonic() + limit_s
    while not is_so():
        if time.monotonic() > deadline_s:
            raise TimeoutError(f"not within {limit_s:g} s: {what}")
        time.sleep(poll_s)

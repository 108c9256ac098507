"""Waiting for a condition, and the one limit of everything that a test waits for."""

import time
from collections.abc import Callable
from typing import Final

LIMIT_S: Final = 180.0
"""For hangs only: on a machine with much other work the slowest of these waits take a tenth of it."""
POLL_S: Final = 0.02


def wait_until(condition: Callable[[], bool], what: str, limit_s: float = LIMIT_S) -> None:
    """Return as soon as `condition` holds; AssertionError naming `what` when it does not within `limit_s`."""
    deadline = time.monotonic() + limit_s
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {limit_s:g} s: {what}")
        time.sleep(POLL_S)

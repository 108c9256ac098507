"""Tells the bridge that a command is waiting; without Redis it finds out by its own sweep, a second later."""

from collections.abc import Callable
from typing import Final

from backend.live import connection
from backend.live.subscription import Subscription

CHANNEL: Final = "wake_bridge"


def wake_bridge() -> None:
    """Say that commands are due."""
    connection.call(lambda client: client.publish(CHANNEL, b"1"), otherwise=0)


def subscribe_wake(callback: Callable[[], None]) -> Subscription | None:
    """Call `callback` on a thread of its own at each wake-up; None without Redis."""
    url = connection.current_url()
    if url is None:
        return None
    return Subscription(url, CHANNEL, lambda _: callback())

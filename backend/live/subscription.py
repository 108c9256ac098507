"""A Redis channel listened to by a thread of its own that keeps reconnecting until it is closed."""

import threading
from collections.abc import Callable
from typing import Final

import redis
import structlog

from backend.live import connection

POLL_S: Final = 1.0
RECONNECT_S: Final = 1.0
CLOSE_TIMEOUT_S: Final = 5.0
_log = structlog.get_logger(__name__)


class Subscription:
    """Calls `on_message` with each payload; messages sent while it is not live are missed, by design."""

    def __init__(self, url: str, channel: str, on_message: Callable[[bytes], None]) -> None:
        self._url = url
        self._channel = channel
        self._on_message = on_message
        self._closing = threading.Event()
        self._live = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"redis-{channel}", daemon=True)
        self._thread.start()

    @property
    def is_live(self) -> bool:
        """Whether the server has confirmed the subscription and the connection stands."""
        return self._live.is_set()

    def close(self) -> None:
        """Stop listening and end the thread."""
        self._closing.set()
        if threading.current_thread() is not self._thread:
            self._thread.join(CLOSE_TIMEOUT_S)

    def _run(self) -> None:
        while not self._closing.is_set():
            try:
                self._listen()
            except (redis.RedisError, OSError):
                self._live.clear()
                self._closing.wait(RECONNECT_S)
        self._live.clear()

    def _listen(self) -> None:
        client = connection.open_client(self._url, timeout_s=None)
        pubsub = client.pubsub()  # type: ignore[no-untyped-call]  # redis-py leaves it bare
        try:
            pubsub.subscribe(self._channel)
            while not self._closing.is_set():
                message = pubsub.get_message(timeout=POLL_S)
                if message is None:
                    continue
                if message["type"] == "subscribe":
                    self._live.set()
                elif message["type"] == "message":
                    self._hand_over(message["data"])
        finally:
            pubsub.close()
            client.close()

    def _hand_over(self, data: bytes) -> None:
        try:
            self._on_message(data)
        except Exception:  # noqa: BLE001 - a subscriber's bug must not end the subscription
            _log.exception("subscriber_failed", channel=self._channel)

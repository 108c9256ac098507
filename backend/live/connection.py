"""The one connection pool to Redis and the rule for its absence: log once, ask again at most once a second."""

import threading
import time
from collections.abc import Callable
from typing import Final, TypeVar

import redis
import structlog
from redis.backoff import NoBackoff
from redis.retry import Retry

R = TypeVar("R")

RETRY_S: Final = 1.0
CONNECT_TIMEOUT_S: Final = 0.5
ANSWER_TIMEOUT_S: Final = 1.0
MAX_CONNECTIONS: Final = 64
_log = structlog.get_logger(__name__)


class _Link:
    """What is known of the server; `retry_at` is on the monotonic clock."""

    def __init__(self) -> None:
        self.client: redis.Redis | None = None
        self.url: str | None = None
        self.is_down = False
        self.retry_at = 0.0


_link = _Link()
_lock = threading.Lock()


def connect(url: str | None) -> None:
    """Use the Redis at `redis://host:port/0` or `unix:///path.sock`; None or "": run without one.

    Connects lazily: a server that is away now is used as soon as it is there. Raises ValueError for other URLs.
    """
    close()
    _link.url = url or None
    _link.client = open_client(url, timeout_s=ANSWER_TIMEOUT_S) if url else None


def close() -> None:
    """Forget the server and close the pool."""
    client, _link.client, _link.url = _link.client, None, None
    _link.is_down, _link.retry_at = False, 0.0
    if client is not None:
        client.close()


def is_available() -> bool:
    """Whether Redis answers now; False without one."""
    return bool(call(lambda client: client.ping(), otherwise=False))


def open_client(url: str, *, timeout_s: float | None) -> redis.Redis:
    """A client with bounded waits; one immediate second attempt covers a server that was restarted."""
    return redis.Redis.from_url(
        url,
        socket_timeout=timeout_s,
        socket_connect_timeout=CONNECT_TIMEOUT_S,
        max_connections=MAX_CONNECTIONS,
        retry=Retry(NoBackoff(), 1),
    )


def call(work: Callable[[redis.Redis], R], *, otherwise: R) -> R:
    """`work` with the client, or `otherwise` while Redis is absent or failing."""
    client = _link.client
    if client is None or (_link.is_down and time.monotonic() < _link.retry_at):
        return otherwise
    try:
        result = work(client)
    except (redis.RedisError, OSError) as error:
        _note_failure(error)
        return otherwise
    if _link.is_down:
        _note_recovery()
    return result


def current_url() -> str | None:
    """The URL given to `connect`; subscriptions open their own connection to it."""
    return _link.url


def _note_failure(error: Exception) -> None:
    with _lock:
        was_down, _link.is_down = _link.is_down, True
        _link.retry_at = time.monotonic() + RETRY_S
    if not was_down:
        _log.warning("redis_away", error=type(error).__name__)


def _note_recovery() -> None:
    with _lock:
        was_down, _link.is_down = _link.is_down, False
    if was_down:
        _log.info("redis_back")

"""How often something may be done: a fixed window per key, across processes with Redis, per process without."""

import threading
import time
from collections import OrderedDict
from typing import Final

import redis

from backend.live import connection

LOCAL_KEYS: Final = 10_000
_PREFIX: Final = "rate:"


class _LocalWindows:
    """The windows of this process, for a time without Redis; the oldest are forgotten beyond `LOCAL_KEYS`."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._windows: OrderedDict[str, tuple[float, int]] = OrderedDict()

    def count(self, key: str, per_s: int) -> tuple[int, float]:
        """Uses in the key's window with this one, and the seconds until it ends."""
        now = time.monotonic()
        with self._lock:
            ends_at, uses = self._windows.pop(key, (0.0, 0))
            if ends_at <= now:
                ends_at, uses = now + per_s, 0
            self._windows[key] = (ends_at, uses + 1)
            while len(self._windows) > LOCAL_KEYS:
                self._windows.popitem(last=False)
        return uses + 1, ends_at - now

    def look(self, key: str) -> tuple[int, float]:
        """As `count`, without a use."""
        with self._lock:
            ends_at, uses = self._windows.get(key, (0.0, 0))
        left_s = ends_at - time.monotonic()
        return (uses, left_s) if left_s > 0 else (0, 0.0)

    def forget(self, key: str) -> None:
        with self._lock:
            self._windows.pop(key, None)

    def clear(self) -> None:
        with self._lock:
            self._windows.clear()


_local = _LocalWindows()


def take(name: str, key: str, *, limit: int, per_s: int) -> int:
    """Count one use of `key` under the rule `name`: 0 when allowed, else the whole seconds to wait (≥ 1)."""
    full_key = f"{_PREFIX}{name}:{key}"
    shared = connection.call(lambda client: _count(client, full_key, per_s), otherwise=None)
    uses, left_s = shared if shared is not None else _local.count(full_key, per_s)
    return 0 if uses <= limit else max(1, -int(-left_s // 1))


def peek(name: str, key: str, *, limit: int) -> int:
    """The whole seconds until one more use would be allowed, 0 when it would be now. Counts nothing."""
    full_key = f"{_PREFIX}{name}:{key}"
    shared = connection.call(lambda client: _look(client, full_key), otherwise=None)
    uses, left_s = shared if shared is not None else _local.look(full_key)
    return 0 if uses < limit else max(1, -int(-left_s // 1))


def forget(name: str, key: str) -> None:
    """Begin to count `key` anew."""
    full_key = f"{_PREFIX}{name}:{key}"
    connection.call(lambda client: client.delete(full_key), otherwise=0)
    _local.forget(full_key)


def forget_all() -> None:
    """Begin to count everything anew in this process; what is shared stays."""
    _local.clear()


def _count(client: redis.Redis, key: str, per_s: int) -> tuple[int, float]:
    pipe = client.pipeline(transaction=True)
    pipe.set(key, 0, ex=per_s, nx=True)
    pipe.incr(key)
    pipe.pttl(key)
    _, uses, left_ms = pipe.execute()
    return uses, left_ms / 1_000


def _look(client: redis.Redis, key: str) -> tuple[int, float]:
    pipe = client.pipeline(transaction=True)
    pipe.get(key)
    pipe.pttl(key)
    uses, left_ms = pipe.execute()
    return int(uses or 0), left_ms / 1_000

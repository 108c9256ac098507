"""The bounded queue between the network thread and the writer: full means the socket is not read for a while."""

import threading
from collections import deque
from collections.abc import Iterable
from itertools import islice

from mqtt_bridge.batch import Incoming


class Inbox:
    """First in, first out; `put` never refuses, so it may pass `cap` by what one read of the socket brought."""

    def __init__(self, cap: int) -> None:
        self._cap = cap
        self._items: deque[Incoming] = deque()
        self._changed = threading.Condition()

    def __len__(self) -> int:
        return len(self._items)

    @property
    def is_full(self) -> bool:
        return len(self._items) >= self._cap

    def put(self, items: Iterable[Incoming]) -> None:
        """Append what was read and wake the writer."""
        with self._changed:
            self._items.extend(items)
            self._changed.notify_all()

    def take(self, limit: int, timeout_s: float) -> list[Incoming]:
        """Whatever is there, at most `limit`; waits for the first at most `timeout_s`, then gives none."""
        with self._changed:
            if not self._items:
                self._changed.wait(timeout_s)
            count = min(limit, len(self._items))
            taken = list(islice(self._items, count))
            for _ in range(count):
                self._items.popleft()
            self._changed.notify_all()
        return taken

    def wait_for_room(self, timeout_s: float) -> bool:
        """Whether there is room again within `timeout_s`."""
        with self._changed:
            return self._changed.wait_for(lambda: len(self._items) < self._cap, timeout_s)

"""The five ways from Tornado's loop to synchronous services, each bounded in threads, queue and time.

Transactions, slow reads, calls to channels and pieces of files have threads of their own: none can starve another.
The `Loader` is the fifth: it turns concurrent look-ups by key into one query. Numbers: docs/scaling.md.
"""

import asyncio
import threading
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final, Generic, ParamSpec, TypeVar

import structlog

from backend.domain.errors import ChannelOutcomeUnknown, DomainError, ServiceUnavailable
from backend.models.engine import database

P = ParamSpec("P")
R = TypeVar("R")
K = TypeVar("K", bound=Hashable)
V = TypeVar("V")

TRANSACTION_THREADS: Final = 4
SLOW_THREADS: Final = 2
OUTSIDE_THREADS: Final = 8
READ_THREADS: Final = 3
TRANSFER_THREADS: Final = 4
TRANSACTION_QUEUE: Final = 512
SLOW_QUEUE: Final = 32
OUTSIDE_QUEUE: Final = 64
READ_QUEUE: Final = 64
TRANSFER_QUEUE: Final = 64
OUTSIDE_LIMIT_S: Final = 10.0
BATCH_CAP: Final = 500
WAITING_CAP: Final = 5_000
BUSY_KEYS: Final = 8
BREATH_S: Final = 0.002
CLOSE_LIMIT_S: Final = 5.0

_log = structlog.get_logger(__name__)


class Lane:
    """Threads for synchronous work; each keeps the database connection it opened.

    At most `queue_cap` calls are under way or waiting; one more raises ServiceUnavailable at once.
    """

    def __init__(self, name: str, *, threads: int, queue_cap: int, limit_s: float | None = None) -> None:
        self._name = name
        self._threads = threads
        self._queue_cap = queue_cap
        self._limit_s = limit_s
        self._pending = 0
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix=f"lane-{name}")

    async def run(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Run `work` in a thread and return its value.

        Raises ServiceUnavailable when the queue is full, ChannelOutcomeUnknown when the lane's time is over
        (the work itself goes on; its own time limit ends it).
        """
        if self._pending >= self._queue_cap:
            _log.warning("lane_full", lane=self._name)
            raise ServiceUnavailable(reason="busy")
        loop = asyncio.get_running_loop()
        self._pending += 1
        call = loop.run_in_executor(self._executor, lambda: work(*args, **kwargs))
        call.add_done_callback(self._done)
        if self._limit_s is None:
            return await asyncio.shield(call)
        try:
            return await asyncio.wait_for(asyncio.shield(call), self._limit_s)
        except TimeoutError:
            _log.warning("lane_time_over", lane=self._name, limit_s=self._limit_s)
            raise ChannelOutcomeUnknown from None

    def _done(self, call: "asyncio.Future[R]") -> None:
        self._pending -= 1
        if not call.cancelled():
            call.exception()  # seen, even where the caller has gone

    def close(self) -> None:
        """Close every thread's database connection and end the threads."""
        together = threading.Barrier(self._threads)

        def close_connection() -> None:
            database.close()
            together.wait(CLOSE_LIMIT_S)  # no thread takes two of these

        for _ in range(self._threads):
            self._executor.submit(close_connection)
        self._executor.shutdown(wait=True)


class Lanes:
    """The lanes of one process. Made once, closed at its end."""

    def __init__(self) -> None:
        self.transactions = Lane("transactions", threads=TRANSACTION_THREADS, queue_cap=TRANSACTION_QUEUE)
        self.slow = Lane("slow", threads=SLOW_THREADS, queue_cap=SLOW_QUEUE)
        self.outside = Lane(
            "outside", threads=OUTSIDE_THREADS, queue_cap=OUTSIDE_QUEUE, limit_s=OUTSIDE_LIMIT_S
        )
        self.reads = Lane("reads", threads=READ_THREADS, queue_cap=READ_QUEUE)
        self.transfers = Lane("transfers", threads=TRANSFER_THREADS, queue_cap=TRANSFER_QUEUE)

    def close(self) -> None:
        """End all threads; what runs is finished first."""
        for lane in (self.transactions, self.slow, self.outside, self.reads, self.transfers):
            lane.close()


class Loader(Generic[K, V]):
    """Look-ups by key: every key asked for while the previous query runs goes into the next one.

    `fetch` takes distinct keys and returns what it found; a missing key loads as None, a DomainError in place
    of a value is raised to those who asked for that key. A query never starts before its request arrived,
    so an answer is as fresh as a plain SELECT. After a batch of `BUSY_KEYS` or more the next one waits
    `BREATH_S`: many small queries cost more than fewer large ones, and one who asks alone never waits.
    """

    def __init__(
        self,
        lane: Lane,
        fetch: Callable[[Sequence[K]], Mapping[K, V | DomainError]],
        *,
        batch_cap: int = BATCH_CAP,
        waiting_cap: int = WAITING_CAP,
    ) -> None:
        self._lane = lane
        self._fetch = fetch
        self._batch_cap = batch_cap
        self._waiting_cap = waiting_cap
        self._waiting: dict[K, list[asyncio.Future[V | None]]] = {}
        self._running: asyncio.Task[None] | None = None

    async def load(self, key: K) -> V | None:
        """The value of `key`, None when there is none. Raises ServiceUnavailable when too many wait."""
        futures = self._waiting.get(key)
        if futures is None:
            if len(self._waiting) >= self._waiting_cap:
                raise ServiceUnavailable(reason="busy")
            futures = self._waiting[key] = []
            if self._running is None:
                self._running = asyncio.create_task(self._run())
        # each has a future of its own: one who gives up takes nothing from the others
        future: asyncio.Future[V | None] = asyncio.get_running_loop().create_future()
        futures.append(future)
        return await future

    async def _run(self) -> None:
        try:
            while self._waiting:
                taken = self._take()
                try:
                    found = await self._lane.run(self._fetch, list(taken))
                except Exception as error:  # noqa: BLE001 - whatever it is, it is the answer to all who wait
                    for futures in taken.values():
                        _fail(futures, error)
                else:
                    _answer(taken, found)
                if len(taken) >= BUSY_KEYS:
                    await asyncio.sleep(BREATH_S)  # those who were answered ask again: one query for more
        finally:
            self._running = None

    def _take(self) -> dict[K, "list[asyncio.Future[V | None]]"]:
        if len(self._waiting) <= self._batch_cap:
            taken, self._waiting = self._waiting, {}
            return taken
        keys = list(self._waiting)[: self._batch_cap]
        return {key: self._waiting.pop(key) for key in keys}


def _answer(taken: "Mapping[K, list[asyncio.Future[V | None]]]", found: Mapping[K, V | DomainError]) -> None:
    for key, futures in taken.items():
        value = found.get(key)
        if isinstance(value, DomainError):
            _fail(futures, value)
        else:
            for future in futures:
                if not future.done():
                    future.set_result(value)


def _fail(futures: "Iterable[asyncio.Future[V | None]]", error: Exception) -> None:
    for future in futures:
        if not future.done():
            future.set_exception(error)

"""One hub per process: what is watched is read when it changed, once for all who are shown the same of it.

A change is told by the live view's feed; without Redis everything watched is read once a second. Reads go one
batch after the other through the lane of reads, so that a busy feed slows itself and nothing else.
"""

import asyncio
import contextlib
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field
from typing import Final, Literal, Protocol

import msgspec
import structlog

from backend.api.feed.topics import Data, Topic, audience_of, find_changes, read_topics, told_as
from backend.api.http.lanes import Lane
from backend.domain.actor import Actor
from backend.domain.errors import DomainError, ServiceUnavailable
from backend.gateways.clock import monotonic_s, utc_now
from backend.live import feed
from backend.live.subscription import Subscription

TICK_S: Final = 0.25
READ_GAP_S: Final = 0.5
POLL_S: Final = 1.0
"""How often everything is read while nobody tells what changed."""
SWEEP_S: Final = 10.0
"""What was not read for so long is read even so: a lost message is made good, and a silent pile turns stale.

Counted from each topic's own last read, so that it falls between two changes that come every 15 s, not upon one.
"""
ROOMS_PER_READ: Final = 20

Kind = Literal["snapshot", "delta"]

_log = structlog.get_logger(__name__)


class Listener(Protocol):
    """Someone at the other end of a connection."""

    def hear(self, topic: Topic, kind: Kind, data: msgspec.Raw) -> None:
        """Take what a topic is, or what of it changed."""

    def refuse(self, topic: Topic, error: Exception) -> None:
        """Take that the topic cannot be heard, or no longer."""


@dataclass(slots=True, eq=False)
class _Room:
    """All who are shown the same of a topic; `actor` stands for them all. Those who wait have no snapshot yet."""

    topic: Topic
    audience: Hashable
    actor: Actor
    told_as: str
    data: Data | None = None
    is_dirty: bool = True
    read_at_s: float = float("-inf")
    members: set[Listener] = field(default_factory=set)
    waiting: set[Listener] = field(default_factory=set)


class Hub:
    """Rooms and the one task that reads them. `start` it in the loop, `close` it at the end."""

    def __init__(self, lane: Lane, clock_s: Callable[[], float] = monotonic_s) -> None:
        self._lane = lane
        self._clock_s = clock_s
        self._rooms: dict[tuple[Topic, Hashable], _Room] = {}
        self._by_text: dict[str, set[_Room]] = {}
        self._wake = asyncio.Event()
        self._subscription: Subscription | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def count(self) -> int:
        """How many topics are read, one for each audience."""
        return len(self._rooms)

    def start(self) -> None:
        """Listen for changes and read what is watched."""
        loop = asyncio.get_running_loop()
        self._subscription = feed.subscribe(lambda topics: _hand_over(loop, self.mark, topics))
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Stop reading and listening."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        if self._subscription is not None:
            await asyncio.to_thread(self._subscription.close)

    def join(self, topic: Topic, actor: Actor, listener: Listener) -> None:
        """Let `listener` hear the topic, a snapshot first. Raises Forbidden; a refusal may also come later."""
        audience = audience_of(topic, actor)
        room = self._rooms.get((topic, audience))
        if room is None:
            room = self._rooms[topic, audience] = _Room(topic, audience, actor, told_as(topic, actor))
            self._by_text.setdefault(room.told_as, set()).add(room)
        elif room.data is not None and self._clock_s() - room.read_at_s < READ_GAP_S:
            listener.hear(topic, "snapshot", _encode(room.data))
            room.members.add(listener)
            return
        room.waiting.add(listener)
        room.is_dirty = True
        self._wake.set()

    def leave(self, topic: Topic, actor: Actor, listener: Listener) -> None:
        """Let `listener` hear no more of the topic."""
        room = self._rooms.get((topic, audience_of(topic, actor)))
        if room is None:
            return
        room.members.discard(listener)
        room.waiting.discard(listener)
        if not room.members and not room.waiting:
            self._drop(room)

    def mark(self, topics: Iterable[str]) -> None:
        """These topics changed."""
        for text in topics:
            for room in self._by_text.get(text, ()):
                room.is_dirty = True
        self._wake.set()

    async def _run(self) -> None:
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), TICK_S)
            self._wake.clear()
            try:
                await self._turn()
            except Exception:  # noqa: BLE001 - a bug in one turn must not end the feed
                _log.exception("feed_turn_failed")

    async def _turn(self) -> None:
        is_told = self._subscription is not None and self._subscription.is_live
        now_s = self._clock_s()
        ready_s, old_s = now_s - READ_GAP_S, now_s - (SWEEP_S if is_told else POLL_S)
        due = [
            room
            for room in self._rooms.values()
            if room.read_at_s <= old_s or (room.is_dirty and room.read_at_s <= ready_s)
        ]
        for start in range(0, len(due), ROOMS_PER_READ):
            await self._read(due[start : start + ROOMS_PER_READ])

    async def _read(self, rooms: list[_Room]) -> None:
        for room in rooms:
            room.is_dirty, room.read_at_s = False, self._clock_s()
        wanted = [(room.topic, room.actor) for room in rooms]
        try:
            found = await self._lane.run(read_topics, wanted, now=utc_now())
        except ServiceUnavailable as error:  # the lane is full: everything again at the next turn
            found = [error] * len(rooms)
        for room, value in zip(rooms, found, strict=True):
            self._take(room, value)

    def _take(self, room: _Room, value: Data | Exception) -> None:
        if isinstance(value, ServiceUnavailable):
            room.is_dirty = True
        elif isinstance(value, Exception):
            if not isinstance(value, DomainError):
                _log.error("feed_topic_dropped", topic=room.topic.text)
            self._drop(room)
            for listener in (*room.members, *room.waiting):
                listener.refuse(room.topic, value)
        else:
            self._tell(room, value)

    def _tell(self, room: _Room, data: Data) -> None:
        old, room.data = room.data, data
        changes = {} if old is None else find_changes(room.topic, old, data)
        if changes and room.members:
            delta = _encode(changes)
            for listener in tuple(room.members):
                listener.hear(room.topic, "delta", delta)
        if room.waiting:
            snapshot = _encode(data)
            waiting, room.waiting = room.waiting, set()
            room.members |= waiting
            for listener in waiting:
                listener.hear(room.topic, "snapshot", snapshot)

    def _drop(self, room: _Room) -> None:
        if self._rooms.get((room.topic, room.audience)) is not room:
            return  # all its listeners left while it was read
        del self._rooms[room.topic, room.audience]
        rooms = self._by_text[room.told_as]
        rooms.discard(room)
        if not rooms:
            del self._by_text[room.told_as]


def _encode(data: Data) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(data))


def _hand_over(
    loop: asyncio.AbstractEventLoop, mark: Callable[[Iterable[str]], None], topics: list[str]
) -> None:
    """From the subscription's thread into the loop; a loop that has ended needs no news."""
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(mark, topics)

"""Who may enter the live feed: origins, how many connections a process, a person and a network may have, and close codes."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, Protocol, TypeVar
from urllib.parse import urlsplit

from prometheus_client import Gauge

from backend.domain.actor import Actor
from backend.domain.caller_network import network_of
from backend.domain.permission import ActorKind

K = TypeVar("K")

CLOSE_LIMIT_S: Final = 2.0

_connections = Gauge("feed_connections", "Open connections of the live feed.")


class Close(IntEnum):
    """Close codes; those below 4000 are RFC 6455's and IANA's."""

    GOING_AWAY = 1001
    TRY_LATER = 1013
    UNAUTHENTICATED = 4401
    FORBIDDEN = 4403
    TOO_MUCH = 4429


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedLimits:
    """What one connection, one person, one network and one process may use."""

    auth_s: float = 5.0
    recheck_s: float = 60.0
    frames_per_s: float = 10.0
    frames_burst: int = 60
    topics: int = 50
    unsent_bytes: int = 4 * 1024 * 1024
    connections_per_actor: int = 20
    connections: int = 10_000
    # without a token yet: an honest page has one in its first frame, but whole carriers share an address
    newcomers_per_network: int = 100
    newcomers: int = 2_000


class Guest(Protocol):
    """A connection, as far as the door knows it."""

    def end(self, code: Close, reason: str) -> None:
        """Close with a code."""


class Door:
    """Counts the connections of one process in and out."""

    def __init__(self, *, origins: Iterable[str], limits: FeedLimits) -> None:
        self.limits = limits
        self.is_closing = False
        self._origins = {_origin(url) for url in origins}
        self._guests: set[Guest] = set()
        self._newcomers: dict[Guest, str] = {}
        self._per_network: Counter[str] = Counter()
        self._per_actor: Counter[tuple[ActorKind, int]] = Counter()
        self._is_empty = asyncio.Event()
        self._is_empty.set()

    @property
    def count(self) -> int:
        """How many connections are open."""
        return len(self._guests)

    def allows(self, origin: str) -> bool:
        """Whether a page of this origin may connect."""
        return _origin(origin) in self._origins

    def admit(self, guest: Guest, address: str) -> bool:
        """Count a connection in that has not said yet whose it is; False when there are too many."""
        network = network_of(address)
        if (
            len(self._guests) >= self.limits.connections
            or len(self._newcomers) >= self.limits.newcomers
            or self._per_network[network] >= self.limits.newcomers_per_network
        ):
            return False
        self._guests.add(guest)
        self._newcomers[guest] = network
        self._per_network[network] += 1
        self._is_empty.clear()
        _connections.set(len(self._guests))
        return True

    def admit_actor(self, guest: Guest, actor: Actor) -> bool:
        """Count a connection to its owner; False when that person has too many."""
        if self._per_actor[actor.kind, actor.id] >= self.limits.connections_per_actor:
            return False
        self._per_actor[actor.kind, actor.id] += 1
        self._forget_newcomer(guest)
        return True

    def release(self, guest: Guest, actor: Actor | None) -> None:
        """Count a connection out, and from its owner where it was counted to one."""
        self._guests.discard(guest)
        self._forget_newcomer(guest)
        _connections.set(len(self._guests))
        if not self._guests:
            self._is_empty.set()
        if actor is not None:
            _count_down(self._per_actor, (actor.kind, actor.id))

    def _forget_newcomer(self, guest: Guest) -> None:
        if (network := self._newcomers.pop(guest, None)) is not None:
            _count_down(self._per_network, network)

    async def close(self) -> None:
        """Tell everybody to come back later (1001) and wait for them at most `CLOSE_LIMIT_S`."""
        self.is_closing = True
        for guest in tuple(self._guests):
            guest.end(Close.GOING_AWAY, "going away")
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._is_empty.wait(), CLOSE_LIMIT_S)


def _count_down(counter: Counter[K], key: K) -> None:
    counter[key] -= 1
    if not counter[key]:
        del counter[key]


def _origin(url: str) -> str:
    """Scheme, host and port of a URL as a browser writes them in `Origin`."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()

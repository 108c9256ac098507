"""What a handler is given: the decoded request, who asks, and the lanes to reach services by."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, ParamSpec, TypeVar

from backend.api.http.parts import Parts
from backend.domain.actor import Actor
from backend.domain.errors import Unauthenticated

B = TypeVar("B")
Q = TypeVar("Q")
P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Generic[B, Q]):
    """One request. `path` holds the template's parameters, `key` the checked Idempotency-Key ("" without)."""

    parts: Parts
    body: B
    query: Q
    path: Mapping[str, str]
    headers: Mapping[str, str]
    known_actor: Actor | None
    token: str
    key: str
    ip: str
    request_id: str
    now: datetime

    @property
    def actor(self) -> Actor:
        """Who asks. Raises Unauthenticated on a route without a login (PUBLIC, CHANNEL)."""
        if self.known_actor is None:
            raise Unauthenticated
        return self.known_actor

    def transact(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> Awaitable[R]:
        """Run a service that changes something, or a single cheap read."""
        return self.parts.lanes.transactions.run(work, *args, **kwargs)

    def read_slowly(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> Awaitable[R]:
        """Run a chart, a list over much data or an export."""
        return self.parts.lanes.slow.run(work, *args, **kwargs)

    def ask_outside(self, work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> Awaitable[R]:
        """Run a service that calls a channel; ChannelOutcomeUnknown after 10 s."""
        return self.parts.lanes.outside.run(work, *args, **kwargs)

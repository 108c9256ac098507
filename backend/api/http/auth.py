"""From the Authorization header to the actor, and whether that actor may call a route.

A checked token is believed for one second in this process, so that a page that asks five things checks it once;
a log-out through this process ends that at once.
"""

from collections import OrderedDict
from collections.abc import Sequence
from typing import Final

from backend.api.http.lanes import Lane, Loader
from backend.domain.actor import Actor
from backend.domain.errors import Forbidden, Unauthenticated
from backend.domain.permission import ActorKind, Permission
from backend.gateways.clock import monotonic_s, utc_now
from backend.services.access.authenticate import authenticate_many

BELIEVED_S: Final = 1.0
BELIEVED_CAP: Final = 10_000
MAX_TOKEN_CHARS: Final = 200
_PREFIX: Final = "Bearer "


class Authenticator:
    """Tokens to actors."""

    def __init__(self, lane: Lane) -> None:
        self._loader: Loader[str, Actor] = Loader(lane, _authenticate_all)
        self._believed: OrderedDict[str, tuple[float, Actor]] = OrderedDict()

    async def find_actor(self, token: str) -> Actor:
        """The token's owner. Raises Unauthenticated."""
        now_s = monotonic_s()
        believed = self._believed.get(token)
        if believed is not None and believed[0] > now_s:
            return believed[1]
        actor = await self._loader.load(token)
        if actor is None:
            raise Unauthenticated
        self._believed[token] = (now_s + BELIEVED_S, actor)
        self._believed.move_to_end(token)
        if len(self._believed) > BELIEVED_CAP:
            self._believed.popitem(last=False)
        return actor

    def forget(self, token: str) -> None:
        """Check this token anew from now on."""
        self._believed.pop(token, None)


def read_token(header: str | None) -> str:
    """The token of `Authorization: Bearer …`. Raises Unauthenticated when there is none, or no sane one."""
    if header is None or not header.startswith(_PREFIX):
        raise Unauthenticated
    token = header.removeprefix(_PREFIX).strip()
    if not token or len(token) > MAX_TOKEN_CHARS or not token.isascii():
        raise Unauthenticated
    return token


def check_kind(actor: Actor, kind: ActorKind) -> None:
    """Return for an actor of this kind. Raises Forbidden."""
    if actor.kind is not kind:
        raise Forbidden


def check_permission(actor: Actor, permission: Permission) -> None:
    """Return for staff who were granted the permission. Raises Forbidden."""
    check_kind(actor, ActorKind.STAFF)
    if permission not in actor.permissions:
        raise Forbidden


def _authenticate_all(tokens: Sequence[str]) -> dict[str, Actor]:
    return authenticate_many(tokens, now=utc_now())

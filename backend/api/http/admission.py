"""Who may call: rate limits, the token's owner, the scope. The same for a plain exchange and for a transfer."""

from collections.abc import Mapping

from backend.api.http import auth, limits
from backend.api.http.parts import Parts
from backend.api.http.route import Limit, Scope
from backend.domain import errors
from backend.domain.actor import Actor
from backend.domain.caller_network import network_of
from backend.domain.permission import ActorKind, Permission


async def admit(
    parts: Parts, scope: Scope | Permission, limit: Limit | None, *, authorization: str | None, ip: str
) -> tuple[str, Actor | None]:
    """The token and its owner; ("", None) where no login is asked for.

    Raises RateLimited, Unauthenticated, Forbidden.
    """
    if limit is not None and limit.per == "ip":
        await limits.check(limit, network_of(ip), parts.lanes)
    if scope in (Scope.PUBLIC, Scope.CHANNEL):
        return "", None
    token = auth.read_token(authorization)
    actor = await parts.authenticator.find_actor(token)
    _check_scope(scope, actor)
    if limit is not None and limit.per == "actor":
        await limits.check(limit, actor.no, parts.lanes)
    return token, actor


def refusal_headers(error: errors.DomainError) -> Mapping[str, str]:
    """What an HTTP client is told of a refusal besides its status and body."""
    if isinstance(error, errors.Unauthenticated):
        return {"WWW-Authenticate": "Bearer"}
    if isinstance(error, errors.RateLimited):
        return {"Retry-After": str(error.data.get("retry_after_s", 1))}
    if isinstance(error, errors.ServiceUnavailable):
        return {"Retry-After": "1"}
    return {}


def _check_scope(scope: Scope | Permission, actor: Actor) -> None:
    if scope is Scope.DRIVER:
        auth.check_kind(actor, ActorKind.DRIVER)
    elif isinstance(scope, Scope):
        auth.check_kind(actor, ActorKind.STAFF)
    else:
        auth.check_permission(actor, scope)

"""The log-ins that hold now: ending those of staff or of a driver, and making changed rights of staff count at once."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from peewee import ModelSelect

from backend.domain.permission import ActorKind
from backend.live import token_cache
from backend.models import AuthToken
from backend.models.engine.database import after_commit


def live_log_ins(staff_ids: Iterable[int], *, now: datetime) -> "ModelSelect[AuthToken]":
    """Tokens of these people that would be taken now."""
    return AuthToken.select().where(
        (AuthToken.actor_kind == ActorKind.STAFF)
        & AuthToken.actor_id.in_(list(staff_ids))
        & AuthToken.revoked_at.is_null()
        & (AuthToken.expires_at > now)
    )


def end_log_ins(staff_id: int, *, now: datetime, but: str = "") -> int:
    """End them all (but the token of this hash) and say how many; within a transaction."""
    return _end(live_log_ins([staff_id], now=now).where(AuthToken.token_hash != but), now)


def end_driver_log_ins(driver_id: int, *, now: datetime) -> int:
    """End all of a driver's and say how many; within a transaction."""
    own = (AuthToken.actor_kind == ActorKind.DRIVER) & (AuthToken.actor_id == driver_id)
    return _end(
        AuthToken.select().where(own & AuthToken.revoked_at.is_null() & (AuthToken.expires_at > now)), now
    )


def end_log_in(staff_id: int, log_in_id: int, *, now: datetime) -> bool:
    """End one; False where it is none of theirs, or over. Within a transaction."""
    return bool(_end(live_log_ins([staff_id], now=now).where(AuthToken.id == log_in_id), now))


def reread_rights(staff_ids: Iterable[int], *, now: datetime) -> None:
    """After this commit nobody believes what these people could do before. Within a transaction."""
    wanted = list(staff_ids)
    if wanted:
        _forget([row.token_hash for row in live_log_ins(wanted, now=now)])


def lift_limits(staff_id: int, *, now: datetime) -> None:
    """They owe nothing any more: their log-ins give them their rights. Within a transaction."""
    found = list(live_log_ins([staff_id], now=now).where(AuthToken.is_limited))
    AuthToken.update(is_limited=False).where(AuthToken.id.in_([row.id for row in found])).execute()
    _forget([row.token_hash for row in found])


def _end(query: "ModelSelect[Any]", now: datetime) -> int:
    found = list(query)
    AuthToken.update(revoked_at=now).where(AuthToken.id.in_([row.id for row in found])).execute()
    _forget([row.token_hash for row in found])
    return len(found)


def _forget(hashes: list[str]) -> None:
    for token_hash in hashes:
        after_commit(lambda forgotten=token_hash: token_cache.drop(forgotten))  # type: ignore[misc]

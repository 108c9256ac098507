"""Who is behind a token. Tokens are opaque; the row decides, the cache only saves asking it each time."""

import contextlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from backend.domain.actor import Actor
from backend.domain.errors import ServiceUnavailable, Unauthenticated
from backend.domain.permission import ActorKind
from backend.gateways.ids import hash_token
from backend.live import token_cache
from backend.models import AuthToken, Driver, Operator, RolePermission, Staff, StaffStation
from backend.models.engine.database import reading, transactional

CACHED_S: Final = 60
"""A revoked token, a barred driver or a changed role takes effect by then even where the cache was not told."""


SEEN_EVERY: Final = timedelta(minutes=5)
"""How exactly it is kept when a log-in of staff was last used."""


class _Cached(msgspec.Struct, frozen=True):
    actor: Actor
    expires_at: datetime


_decode = msgspec.json.Decoder(_Cached).decode


def authenticate(token: str, *, now: datetime) -> Actor:
    """The actor of a live token. Raises Unauthenticated for every other one."""
    actor = authenticate_many([token], now=now).get(token)
    if actor is None:
        raise Unauthenticated
    return actor


def authenticate_many(tokens: Sequence[str], *, now: datetime) -> dict[str, Actor]:
    """The actors of those tokens that are live; one look into the cache for all of them."""
    hashes = {token: hash_token(token) for token in tokens}
    cached = token_cache.get_many(list(hashes.values())) if hashes else {}
    found = {}
    for token, token_hash in hashes.items():
        known = _read(cached.get(token_hash)) or _find_and_keep(token_hash, now=now)
        if known is not None and known.expires_at > now:
            found[token] = known.actor
    return found


def _read(cached: bytes | None) -> _Cached | None:
    if cached is None:
        return None
    try:
        return _decode(cached)
    except msgspec.DecodeError:
        return None  # another release wrote it


def _find_and_keep(token_hash: str, *, now: datetime) -> _Cached | None:
    known = _find(token_hash, now=now)
    if known is not None:
        token_cache.put(token_hash, msgspec.json.encode(known), CACHED_S)
    return known


@reading
def _find(token_hash: str, *, now: datetime) -> _Cached | None:
    row = AuthToken.get_or_none(AuthToken.token_hash == token_hash)
    if row is None or row.revoked_at is not None or row.expires_at <= now:
        return None
    if row.actor_kind is ActorKind.DRIVER:
        actor = _driver(row.actor_id)
    else:
        actor = staff_actor(row.actor_id, is_limited=row.is_limited)
        _note_seen(row, now)
    return None if actor is None else _Cached(actor, row.expires_at)


def _note_seen(row: AuthToken, now: datetime) -> None:
    """A log-in holds without it: what cannot be written now is written another time."""
    if (row.last_seen_at or row.created_at) <= now - SEEN_EVERY:
        with contextlib.suppress(ServiceUnavailable):
            _write_seen(row.id, now)


@transactional
def _write_seen(token_id: int, now: datetime) -> None:
    AuthToken.update(last_seen_at=now).where(AuthToken.id == token_id).execute()


def _driver(driver_id: int) -> Actor | None:
    driver = Driver.get_or_none(Driver.id == driver_id)
    if driver is None or not driver.is_enabled:
        return None
    return Actor(kind=ActorKind.DRIVER, id=driver.id, no=driver.driver_no)


def staff_actor(staff_id: int, *, is_limited: bool = False) -> Actor | None:
    """A member of staff as they act now, None where they cannot. `is_limited`: they owe a password or a second factor, and have no rights before."""
    staff = Staff.get_or_none(Staff.id == staff_id)
    if staff is None or not staff.is_enabled or staff.deleted_at is not None:
        return None
    operator = Operator.get_by_id(staff.operator_id)
    if not operator.is_enabled:
        return None
    granted = () if is_limited else RolePermission.select().where(RolePermission.role_id == staff.role_id)
    stations = None
    if not staff.sees_all_stations:
        rows = StaffStation.select().where(StaffStation.staff_id == staff.id)
        stations = frozenset(row.station_id for row in rows)
    return Actor(
        kind=ActorKind.STAFF,
        id=staff.id,
        no=staff.account,
        operator_id=staff.operator_id,
        is_platform=operator.is_platform,
        permissions=frozenset(row.permission for row in granted),
        station_ids=stations,
        is_limited=is_limited,
    )

"""Who is behind a token. Tokens are opaque; the row decides, the cache only saves asking it each time."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from backend.domain.actor import Actor
from backend.domain.errors import Unauthenticated
from backend.domain.permission import ActorKind
from backend.gateways.ids import hash_token
from backend.live import token_cache
from backend.models import AuthToken, Driver, Operator, RolePermission, Staff, StaffStation
from backend.models.engine.database import reading

CACHED_S: Final = 60
"""A revoked token, a barred driver or a changed role takes effect by then even where the cache was not told."""


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
    actor = _driver(row.actor_id) if row.actor_kind is ActorKind.DRIVER else _staff(row.actor_id)
    return None if actor is None else _Cached(actor, row.expires_at)


def _driver(driver_id: int) -> Actor | None:
    driver = Driver.get_or_none(Driver.id == driver_id)
    if driver is None or not driver.is_enabled:
        return None
    return Actor(kind=ActorKind.DRIVER, id=driver.id, no=driver.driver_no)


def _staff(staff_id: int) -> Actor | None:
    staff = Staff.get_or_none(Staff.id == staff_id)
    if staff is None or not staff.is_enabled:
        return None
    granted = RolePermission.select().where(RolePermission.role_id == staff.role_id)
    stations = None
    if not staff.sees_all_stations:
        rows = StaffStation.select().where(StaffStation.staff_id == staff.id)
        stations = frozenset(row.station_id for row in rows)
    return Actor(
        kind=ActorKind.STAFF,
        id=staff.id,
        no=staff.account,
        operator_id=staff.operator_id,
        is_platform=Operator.get_by_id(staff.operator_id).is_platform,
        permissions=frozenset(row.permission for row in granted),
        station_ids=stations,
    )

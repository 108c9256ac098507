"""Login tokens: opaque, kept only as a hash, revocable at once."""

from peewee import BigAutoField, CharField

from backend.domain.permission import ActorKind
from backend.models.engine.database import Row
from backend.models.engine.fields import enum, row_ref, utc_time, utc_time_or_none


class AuthToken(Row):
    id = BigAutoField()
    token_hash = CharField(max_length=64, unique=True)
    actor_kind = enum(ActorKind)
    actor_id = row_ref()
    created_at = utc_time()
    expires_at = utc_time(index=True)
    revoked_at = utc_time_or_none()

    class Meta:
        indexes = ((("actor_kind", "actor_id"), False),)

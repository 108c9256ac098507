"""Login tokens: opaque, kept only as a hash, revocable at once."""

from peewee import BigAutoField, BooleanField, CharField

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
    # of staff, so that they know their log-ins apart: where it was given, and when it was used (to five minutes)
    ip = CharField(max_length=45, default="")
    user_agent = CharField(max_length=200, default="")
    last_seen_at = utc_time_or_none()
    # its owner owes a password or a second factor, and may do nothing else
    is_limited = BooleanField(default=False)

    class Meta:
        indexes = ((("actor_kind", "actor_id"), False),)

"""Login tokens: made here, kept as a hash, valid for a fixed time."""

from datetime import datetime, timedelta
from typing import Final

from backend.domain.caller import NOWHERE, Caller
from backend.domain.permission import ActorKind
from backend.gateways.ids import hash_token, new_token
from backend.models import AuthToken
from backend.models.engine.database import transactional

LIFETIMES: Final = {ActorKind.DRIVER: timedelta(days=30), ActorKind.STAFF: timedelta(hours=12)}


@transactional
def issue_token(
    *, kind: ActorKind, actor_id: int, now: datetime, caller: Caller = NOWHERE, is_limited: bool = False
) -> tuple[str, datetime]:
    """A new token and the end of its life. It is shown once: only its hash is kept.

    `is_limited`: its owner may do nothing yet but what they owe.
    """
    token, expires_at = new_token(), now + LIFETIMES[kind]
    AuthToken.create(
        token_hash=hash_token(token),
        actor_kind=kind,
        actor_id=actor_id,
        created_at=now,
        expires_at=expires_at,
        ip=caller.ip,
        user_agent=caller.user_agent,
        is_limited=is_limited,
    )
    return token, expires_at

"""Every POST that moves money or starts a command is answered once: a repeat gets the first answer again.

The key is scoped to (actor, route) and kept in the transaction of the work, so a refusal leaves none behind.
"""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final, TypeVar

import msgspec
from peewee import IntegrityError

from backend.domain.actor import Actor
from backend.domain.errors import IdempotencyKeyMissing, IdempotencyKeyReused
from backend.models import IdempotencyKey
from backend.models.engine.database import RetryTransaction, transactional

T = TypeVar("T")

LONGEST_KEY: Final = 80


@transactional
def once(
    *,
    actor: Actor,
    route: str,
    key: str,
    request: Mapping[str, object],
    answer_type: type[T],
    now: datetime,
    work: Callable[[], T],
) -> T:
    """The answer of `work`, or the one given to the same request before.

    A concurrent twin waits on the unique index until this one commits. Raises IdempotencyKeyReused when the
    key came with another request, IdempotencyKeyMissing when it is empty or longer than `LONGEST_KEY`.
    """
    if not 0 < len(key) <= LONGEST_KEY:
        raise IdempotencyKeyMissing
    digest = hashlib.sha256(msgspec.json.encode(request, order="deterministic")).hexdigest()
    known = IdempotencyKey.get_or_none(
        (IdempotencyKey.actor_kind == actor.kind)
        & (IdempotencyKey.actor_id == actor.id)
        & (IdempotencyKey.route == route)
        & (IdempotencyKey.key == key)
    )
    if known is not None:
        if known.input_hash != digest:
            raise IdempotencyKeyReused
        return msgspec.json.decode(known.answer, type=answer_type)
    try:
        row = IdempotencyKey.create(
            actor_kind=actor.kind,
            actor_id=actor.id,
            route=route,
            key=key,
            input_hash=digest,
            answer="",
            created_at=now,
        )
    except IntegrityError as error:
        raise RetryTransaction from error
    answer = work()
    encoded = msgspec.json.encode(answer).decode()
    IdempotencyKey.update(answer=encoded).where(IdempotencyKey.id == row.id).execute()
    return answer

"""Audit rows: written in the transaction of the change they tell of, never updated."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from backend.domain.actor import Actor
from backend.domain.permission import ActorKind
from backend.models import AuditRow
from backend.models.engine.database import transactional


@transactional
def write_audit(
    *,
    actor: Actor | None,
    action: str,
    object_kind: str,
    object_no: str,
    operator_id: int | None,
    detail: Mapping[str, object],
    now: datetime,
    request_id: str = "",
    ip: str = "",
) -> None:
    """Note who (None: the system) did `action` to what. `detail` holds no secret and no whole phone number."""
    AuditRow.create(
        at=now,
        actor_kind=ActorKind.SYSTEM if actor is None else actor.kind,
        actor_id=None if actor is None else actor.id,
        operator_id=operator_id,
        action=action,
        object_kind=object_kind,
        object_no=object_no,
        detail=msgspec.json.encode(detail).decode(),
        request_id=request_id,
        ip=ip,
    )

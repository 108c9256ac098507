"""A driver's row names the picture that was kept for it; the one before goes with the clean-up of files nobody names."""

from datetime import datetime

from backend.domain.actor import Actor
from backend.domain.caller import Caller
from backend.domain.errors import Forbidden
from backend.models import Driver
from backend.models.engine.database import locked, transactional
from backend.services.ground.audit import write_audit


@transactional
def choose_avatar(*, driver: Actor, avatar: str, file_id: int, caller: Caller, now: datetime) -> None:
    """`avatar` is the digest of the file. Raises Forbidden for a guest."""
    row = locked(Driver.select().where(Driver.id == driver.id)).get()
    if row.is_guest or not row.is_enabled:
        raise Forbidden
    if row.avatar == avatar:
        return
    before, row.avatar, row.avatar_file_id = row.avatar, avatar, file_id
    row.save(only=[Driver.avatar, Driver.avatar_file_id])
    write_audit(
        actor=driver,
        action="driver.avatar",
        object_kind="driver",
        object_no=driver.no,
        operator_id=None,
        detail={"avatar": [before, avatar]},
        now=now,
        request_id=caller.request_id,
        ip=caller.ip,
    )

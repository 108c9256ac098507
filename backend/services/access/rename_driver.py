"""A driver chooses the name they are shown by, to themselves and to staff. It is text of a stranger and stays text."""

from datetime import datetime

from backend.domain.actor import Actor
from backend.domain.caller import Caller
from backend.domain.errors import Forbidden
from backend.models import Driver
from backend.models.engine.database import locked, transactional
from backend.services.ground.audit import write_audit


@transactional
def rename_driver(*, driver: Actor, nickname: str, caller: Caller, now: datetime) -> None:
    """Spaces around it are dropped; "" is none. Raises Forbidden for a guest."""
    row = locked(Driver.select().where(Driver.id == driver.id)).get()
    if row.is_guest or not row.is_enabled:
        raise Forbidden
    before, row.nickname = row.nickname, nickname.strip()
    if row.nickname == before:
        return
    row.save(only=[Driver.nickname])
    write_audit(
        actor=driver,
        action="driver.nickname",
        object_kind="driver",
        object_no=driver.no,
        operator_id=None,
        detail={"nickname": [before, row.nickname]},
        now=now,
        request_id=caller.request_id,
        ip=caller.ip,
    )

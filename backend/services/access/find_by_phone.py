"""Staff find drivers by a whole phone number. It is asked for in a body, so that no address and no log of addresses holds it."""

from datetime import datetime
from typing import Final

from backend.domain.actor import Actor
from backend.domain.caller import Caller
from backend.domain.errors import Forbidden
from backend.domain.permission import Permission
from backend.domain.phone import masked
from backend.models import Driver
from backend.models.engine.database import transactional
from backend.services.access.scope import sees_platform
from backend.services.ground.audit import write_audit

MOST_FOUND: Final = 20


@transactional
def find_by_phone(*, staff: Actor, phone: str, caller: Caller, now: datetime) -> tuple[str, ...]:
    """Numbers of the drivers who bound it, the last to join first. Raises Forbidden, also to who does not see the platform."""
    if Permission.DRIVER_PHONE not in staff.permissions or not sees_platform(staff):
        raise Forbidden
    bound = Driver.select().where(Driver.phone == phone).order_by(Driver.id.desc()).limit(MOST_FOUND)
    found = tuple(row.driver_no for row in bound)
    write_audit(
        actor=staff,
        action="driver.phone_search",
        object_kind="driver",
        object_no=found[0] if found else "",
        operator_id=staff.operator_id,
        detail={"phone": masked(phone), "found": len(found)},
        now=now,
        request_id=caller.request_id,
        ip=caller.ip,
    )
    return found

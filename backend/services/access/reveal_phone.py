"""Staff see a driver's whole phone number; each time stands in the audit log."""

from datetime import datetime

from backend.domain.actor import Actor
from backend.domain.caller import Caller
from backend.domain.errors import DriverNotFound, Forbidden
from backend.domain.permission import Permission
from backend.domain.phone import masked
from backend.models import Driver
from backend.models.engine.database import transactional
from backend.services.access.scope import sees_platform
from backend.services.ground.audit import write_audit


@transactional
def reveal_phone(*, staff: Actor, driver_no: str, caller: Caller, now: datetime) -> str | None:
    """The number, None where none is bound. Raises Forbidden, DriverNotFound."""
    if Permission.DRIVER_PHONE not in staff.permissions:
        raise Forbidden
    driver = Driver.get_or_none(Driver.driver_no == driver_no) if sees_platform(staff) else None
    if driver is None:
        raise DriverNotFound
    write_audit(
        actor=staff,
        action="driver.phone_shown",
        object_kind="driver",
        object_no=driver_no,
        operator_id=staff.operator_id,
        detail={"phone": masked(driver.phone or "")},
        now=now,
        request_id=caller.request_id,
        ip=caller.ip,
    )
    return driver.phone

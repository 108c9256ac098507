"""Staff freeze a driver, or lift it. What runs goes on and is billed; refunds go on.

A wallet is good at every operator, so this is for the platform's staff.
"""

from datetime import datetime

import structlog

from backend.domain.actor import Actor
from backend.domain.caller import Caller
from backend.domain.driver import DriverState
from backend.domain.errors import DriverDeleted, DriverNotFound, Forbidden
from backend.domain.permission import Permission
from backend.models import Driver
from backend.models.engine.database import locked, transactional
from backend.services.access.scope import sees_platform
from backend.services.ground.audit import write_audit
from backend.services.ground.row_version import take_edit

_log = structlog.get_logger(__name__)


@transactional
def freeze_driver(
    *,
    staff: Actor,
    driver_no: str,
    is_frozen: bool,
    reason: str,
    row_version: int,
    caller: Caller,
    now: datetime,
) -> None:
    """Raises Forbidden, DriverNotFound, DriverDeleted, RowChanged. What is so already stays so."""
    if Permission.DRIVER_FREEZE not in staff.permissions:
        raise Forbidden
    found = locked(Driver.select().where(Driver.driver_no == driver_no)) if sees_platform(staff) else None
    driver = None if found is None else found.first()
    if driver is None:
        raise DriverNotFound
    if driver.deleted_at is not None:
        raise DriverDeleted
    before, after = driver.state, DriverState.FROZEN if is_frozen else DriverState.ACTIVE
    if before is after:
        return
    take_edit(driver, seen=row_version)
    driver.state = after
    driver.frozen_at = now if is_frozen else None
    driver.frozen_reason = reason if is_frozen else ""
    driver.frozen_by_id = staff.id if is_frozen else None
    driver.save()
    write_audit(
        actor=staff,
        action="driver.freeze" if is_frozen else "driver.unfreeze",
        object_kind="driver",
        object_no=driver_no,
        operator_id=staff.operator_id,
        detail={"before": {"state": before}, "after": {"state": after}, "reason": reason},
        now=now,
        request_id=caller.request_id,
        ip=caller.ip,
    )
    _log.info("driver_frozen" if is_frozen else "driver_unfrozen", driver_no=driver_no)

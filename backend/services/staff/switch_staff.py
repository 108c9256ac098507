"""Disable a colleague, who is out at once, and enable them again."""

from datetime import datetime

from backend.domain.actor import Actor
from backend.domain.caller import Caller
from backend.domain.errors import NotYourself
from backend.models.engine.database import transactional
from backend.services.access.log_ins import end_log_ins
from backend.services.staff.reach import take_staff
from backend.services.staff.staff_audit import write_staff_audit
from backend.services.staff.super_administrators import keeping_super_administrator


@transactional
def switch_staff(*, actor: Actor, staff_id: int, is_enabled: bool, caller: Caller, now: datetime) -> None:
    """Done again it changes nothing. Raises StaffNotFound, BeyondOwnRights, NotYourself, LastSuperAdministrator."""
    with keeping_super_administrator():
        row = take_staff(actor, staff_id)
        if row.id == actor.id:
            raise NotYourself
        if row.is_enabled is is_enabled:
            return
        row.is_enabled = is_enabled
        row.row_version += 1
        row.save()
    ended = 0 if is_enabled else end_log_ins(row.id, now=now)
    write_staff_audit(
        actor=actor,
        action="staff.enable" if is_enabled else "staff.disable",
        row=row,
        detail={} if is_enabled else {"log_ins_ended": ended},
        caller=caller,
        now=now,
    )

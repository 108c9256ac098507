"""A colleague has lost their phone and the backup codes: the second factor goes, and they are logged out everywhere."""

from datetime import datetime

from backend.domain.actor import Actor
from backend.domain.caller import Caller
from backend.domain.errors import NotYourself
from backend.models.engine.database import transactional
from backend.services.access.log_ins import end_log_ins
from backend.services.access.second_factors import forget_second_factor
from backend.services.staff.reach import take_staff
from backend.services.staff.staff_audit import write_staff_audit


@transactional
def reset_second_factor(*, actor: Actor, staff_id: int, caller: Caller, now: datetime) -> None:
    """Done again it changes nothing. Raises StaffNotFound, BeyondOwnRights, NotYourself."""
    row = take_staff(actor, staff_id)
    if row.id == actor.id:
        raise NotYourself
    if not forget_second_factor(row.id):
        return
    ended = end_log_ins(row.id, now=now)
    write_staff_audit(
        actor=actor,
        action="staff.reset_second_factor",
        row=row,
        detail={"log_ins_ended": ended},
        caller=caller,
        now=now,
    )

"""Log a colleague out: everywhere, or at one place."""

from datetime import datetime

from backend.domain.actor import Actor
from backend.domain.caller import Caller
from backend.domain.errors import LogInNotFound
from backend.models.engine.database import transactional
from backend.services.access.log_ins import end_log_in, end_log_ins
from backend.services.staff.reach import take_staff
from backend.services.staff.staff_audit import write_staff_audit


@transactional
def end_staff_log_ins(
    *, actor: Actor, staff_id: int, log_in_id: int | None, caller: Caller, now: datetime
) -> None:
    """`log_in_id` None ends them all. Raises StaffNotFound, BeyondOwnRights, LogInNotFound."""
    row = take_staff(actor, staff_id)
    if log_in_id is None:
        ended = end_log_ins(row.id, now=now)
    elif end_log_in(row.id, log_in_id, now=now):
        ended = 1
    else:
        raise LogInNotFound
    write_staff_audit(
        actor=actor,
        action="staff.log_out",
        row=row,
        detail={"log_ins_ended": ended},
        caller=caller,
        now=now,
    )

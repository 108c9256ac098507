"""Somebody ends one of their own log-ins, at another place."""

from datetime import datetime

from backend.domain.actor import Actor
from backend.domain.caller import Caller
from backend.domain.errors import LogInNotFound
from backend.models import Staff
from backend.models.engine.database import transactional
from backend.services.access.log_ins import end_log_in
from backend.services.staff.staff_audit import write_staff_audit


@transactional
def end_own_log_in(*, actor: Actor, log_in_id: int, caller: Caller, now: datetime) -> None:
    """Raises LogInNotFound."""
    if not end_log_in(actor.id, log_in_id, now=now):
        raise LogInNotFound
    write_staff_audit(
        actor=actor,
        action="staff.log_out",
        row=Staff.get_by_id(actor.id),
        detail={"log_ins_ended": 1},
        caller=caller,
        now=now,
    )

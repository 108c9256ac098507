"""A colleague has lost their password: a new one that is told once and must be changed, and everywhere logged out."""

from datetime import datetime

from backend.domain.actor import Actor
from backend.domain.caller import Caller
from backend.domain.errors import NotYourself
from backend.gateways.ids import new_typed_secret
from backend.gateways.passwords import hash_password
from backend.models.engine.database import transactional
from backend.services.access.log_ins import end_log_ins
from backend.services.staff.reach import take_staff
from backend.services.staff.staff_audit import write_staff_audit


def reset_password(*, actor: Actor, staff_id: int, caller: Caller, now: datetime) -> str:
    """The one-time password. What was guessed wrongly before counts no more.

    Raises StaffNotFound, BeyondOwnRights; NotYourself, for one's own is changed by knowing it.
    """
    password = new_typed_secret()
    _reset(actor, staff_id, hash_password(password), caller, now)
    return password


@transactional
def _reset(actor: Actor, staff_id: int, password_hash: str, caller: Caller, now: datetime) -> None:
    row = take_staff(actor, staff_id)
    if row.id == actor.id:
        raise NotYourself
    row.password_hash, row.must_change_password = password_hash, True
    row.failed_logins, row.locked_until = 0, None
    row.row_version += 1
    row.save()
    ended = end_log_ins(row.id, now=now)
    write_staff_audit(
        actor=actor,
        action="staff.reset_password",
        row=row,
        detail={"log_ins_ended": ended},
        caller=caller,
        now=now,
    )

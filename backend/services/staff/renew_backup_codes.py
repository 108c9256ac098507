"""New backup codes in the place of those that are used or lost."""

from datetime import datetime

from backend.domain.actor import Actor
from backend.domain.caller import Caller
from backend.domain.errors import WrongSecondFactor
from backend.models import Staff
from backend.models.engine.database import locked, transactional
from backend.services.access.password_guesses import note_wrong
from backend.services.access.second_factors import has_second_factor, take_code
from backend.services.staff.backup_codes import write_backup_codes
from backend.services.staff.own_password import prove_password
from backend.services.staff.staff_audit import write_staff_audit


def renew_backup_codes(
    *, actor: Actor, password: str, code: str, caller: Caller, now: datetime
) -> tuple[str, ...]:
    """Told once. Raises WrongCurrentPassword, WrongSecondFactor, SecondFactorUnavailable."""
    prove_password(actor=actor, password=password, caller=caller, now=now)
    codes = _renew(actor, code, caller, now)
    if not codes:
        note_wrong(staff_id=actor.id, ip=caller.ip, now=now)
        raise WrongSecondFactor
    return codes


@transactional
def _renew(actor: Actor, code: str, caller: Caller, now: datetime) -> tuple[str, ...]:
    row = locked(Staff.select().where(Staff.id == actor.id)).get()
    if not has_second_factor(row.id) or not take_code(staff_id=row.id, code=code, now=now):
        return ()
    codes = write_backup_codes(row.id)
    write_staff_audit(
        actor=actor, action="staff.renew_backup_codes", row=row, detail={}, caller=caller, now=now
    )
    return codes

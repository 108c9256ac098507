"""The app shows the right codes: from now on log-ins ask for one."""

from datetime import datetime

from backend.domain.actor import Actor
from backend.domain.caller import Caller
from backend.domain.errors import SecondFactorExists, WrongSecondFactor
from backend.models import SecondFactor, Staff
from backend.models.engine.database import locked, transactional
from backend.services.access.second_factors import take_code
from backend.services.staff.backup_codes import write_backup_codes
from backend.services.staff.obligations import lift_if_paid
from backend.services.staff.staff_audit import write_staff_audit


@transactional
def confirm_second_factor(*, actor: Actor, code: str, caller: Caller, now: datetime) -> tuple[str, ...]:
    """The backup codes. Raises WrongSecondFactor, SecondFactorExists, SecondFactorUnavailable."""
    row = locked(Staff.select().where(Staff.id == actor.id)).get()
    known = SecondFactor.get_or_none(SecondFactor.staff_id == row.id)
    if known is not None and known.confirmed_at is not None:
        raise SecondFactorExists
    if not take_code(staff_id=row.id, code=code, now=now):
        raise WrongSecondFactor
    SecondFactor.update(confirmed_at=now).where(SecondFactor.staff_id == row.id).execute()
    codes = write_backup_codes(row.id)
    lift_if_paid(row, now=now)
    write_staff_audit(
        actor=actor, action="staff.enrol_second_factor", row=row, detail={}, caller=caller, now=now
    )
    return codes

"""Somebody gives up their second factor, to take another phone or for good; where the role asks for one, they owe it."""

from datetime import datetime

from backend.domain.actor import Actor
from backend.domain.caller import Caller
from backend.domain.errors import WrongSecondFactor
from backend.models import AuthToken, Staff
from backend.models.engine.database import locked, transactional
from backend.services.access.log_ins import live_log_ins, reread_rights
from backend.services.access.password_guesses import note_wrong
from backend.services.access.second_factors import forget_second_factor, take_code
from backend.services.staff.obligations import obligations_of
from backend.services.staff.own_password import prove_password
from backend.services.staff.staff_audit import write_staff_audit


def drop_second_factor(*, actor: Actor, password: str, code: str, caller: Caller, now: datetime) -> None:
    """Raises WrongCurrentPassword, WrongSecondFactor, SecondFactorUnavailable."""
    prove_password(actor=actor, password=password, caller=caller, now=now)
    if not _drop(actor, code, caller, now):
        note_wrong(staff_id=actor.id, ip=caller.ip, now=now)
        raise WrongSecondFactor


@transactional
def _drop(actor: Actor, code: str, caller: Caller, now: datetime) -> bool:
    row = locked(Staff.select().where(Staff.id == actor.id)).get()
    if not take_code(staff_id=row.id, code=code, now=now):
        return False
    forget_second_factor(row.id)
    if obligations_of(row):
        mine = [log_in.id for log_in in live_log_ins([row.id], now=now)]
        AuthToken.update(is_limited=True).where(AuthToken.id.in_(mine)).execute()
        reread_rights([row.id], now=now)
    write_staff_audit(
        actor=actor, action="staff.drop_second_factor", row=row, detail={}, caller=caller, now=now
    )
    return True

"""Somebody chooses their own password; whoever else is logged in as them is out."""

from datetime import datetime

from backend.domain.actor import Actor
from backend.domain.caller import Caller
from backend.domain.errors import WeakPassword, WrongCurrentPassword
from backend.domain.password import PasswordProblem, find_password_problem
from backend.gateways.ids import hash_token
from backend.gateways.passwords import hash_password
from backend.models import Staff
from backend.models.engine.database import locked, transactional
from backend.services.access.log_ins import end_log_ins
from backend.services.staff.obligations import lift_if_paid
from backend.services.staff.own_password import prove_password
from backend.services.staff.staff_audit import write_staff_audit


def change_own_password(
    *, actor: Actor, token: str, password: str, new_password: str, caller: Caller, now: datetime
) -> None:
    """`token`'s own log-in stays. Raises WrongCurrentPassword, WeakPassword."""
    seen = prove_password(actor=actor, password=password, caller=caller, now=now)
    problem = find_password_problem(new_password, account=seen.account)
    if problem is None and new_password == password:
        problem = PasswordProblem.SAME
    if problem is not None:
        raise WeakPassword(reason=problem.value)
    _change(seen, hash_password(new_password), actor, hash_token(token), caller, now)


@transactional
def _change(
    seen: Staff, password_hash: str, actor: Actor, token_hash: str, caller: Caller, now: datetime
) -> None:
    row = locked(Staff.select().where(Staff.id == seen.id)).get()
    if row.password_hash != seen.password_hash:
        raise WrongCurrentPassword  # it was changed while we looked at the old one
    row.password_hash, row.must_change_password = password_hash, False
    row.save()
    ended = end_log_ins(row.id, now=now, but=token_hash)
    lift_if_paid(row, now=now)
    write_staff_audit(
        actor=actor,
        action="staff.change_password",
        row=row,
        detail={"log_ins_ended": ended},
        caller=caller,
        now=now,
    )

"""Proving by their password that whoever is logged in is the owner of the account; wrong ones count as at a log-in."""

from datetime import datetime

from backend.domain.actor import Actor
from backend.domain.caller import Caller
from backend.domain.errors import WrongCurrentPassword
from backend.gateways.passwords import verify_password
from backend.models import Staff
from backend.models.engine.database import reading
from backend.services.access.password_guesses import may_try, note_wrong


def prove_password(*, actor: Actor, password: str, caller: Caller, now: datetime) -> Staff:
    """The caller's row as it was seen. Slow on purpose: not for a transaction. Raises WrongCurrentPassword."""
    row = _find(actor, caller, now)
    if row is None:
        raise WrongCurrentPassword
    if not verify_password(row.password_hash, password):
        note_wrong(staff_id=row.id, ip=caller.ip, now=now)
        raise WrongCurrentPassword
    return row


@reading
def _find(actor: Actor, caller: Caller, now: datetime) -> Staff | None:
    row = Staff.get_by_id(actor.id)
    return row if may_try(staff=row, ip=caller.ip, now=now) else None

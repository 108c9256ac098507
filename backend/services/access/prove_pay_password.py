"""A driver's payment password is looked at: about 20 ms outside of any transaction, and never more often than it may be wrong.

A try is counted before the password is looked at and given back when it was right: of a hundred guesses at once five
are looked at, and a process that dies in between has only counted one too many.
"""

from datetime import datetime

import structlog

from backend.domain.actor import Actor
from backend.domain.caller import Caller
from backend.domain.errors import PayPasswordClosed, WrongPayPassword
from backend.domain.pay_password import closed_for, tries_left
from backend.gateways.passwords import verify_password
from backend.models import PayPassword
from backend.models.engine.database import transactional
from backend.services.access.pay_passwords import lock_pay_password, write_pay_password_audit

_log = structlog.get_logger(__name__)


def prove_pay_password(*, driver: Actor, password: str, caller: Caller, now: datetime) -> int:
    """The proof that a start or a refund takes. Raises PayPasswordMissing, PayPasswordClosed, WrongPayPassword."""
    seen = _count_try(driver, caller, now)
    if not verify_password(seen.password_hash, password):
        _log.warning("pay_password_wrong", driver_no=driver.no, wrong=seen.wrong)
        if seen.closed_until is not None:
            raise PayPasswordClosed(until=seen.closed_until)
        raise WrongPayPassword(tries_left=tries_left(seen.wrong))
    _forgive(driver.id, seen.revision)
    return seen.revision


@transactional
def _count_try(driver: Actor, caller: Caller, now: datetime) -> PayPassword:
    row = lock_pay_password(driver.id)
    if row.closed_until is not None and row.closed_until > now:
        raise PayPasswordClosed(until=row.closed_until)
    row.wrong += 1
    pause = closed_for(row.wrong)
    row.closed_until = None if pause is None else now + pause
    row.save()
    if pause is not None:
        write_pay_password_audit(
            driver=driver, action="close", detail={"wrong": row.wrong}, caller=caller, now=now
        )
    return row


@transactional
def _forgive(driver_id: int, revision: int) -> None:
    """The owner is here; a password that was replaced meanwhile has a count of its own."""
    row = lock_pay_password(driver_id)
    if row.revision == revision:
        row.wrong, row.closed_until = 0, None
        row.save()

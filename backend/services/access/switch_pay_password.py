"""A driver has starts and refunds ask for the payment password, or not; either way by giving it."""

from datetime import datetime

from backend.domain.actor import Actor
from backend.domain.caller import Caller
from backend.domain.errors import PayPasswordNeeded
from backend.models.engine.database import transactional
from backend.services.access.pay_passwords import lock_pay_password, write_pay_password_audit
from backend.services.access.prove_pay_password import prove_pay_password


def switch_pay_password(*, driver: Actor, is_on: bool, password: str, caller: Caller, now: datetime) -> None:
    """Slow on purpose: not for a transaction.

    Raises PayPasswordMissing, PayPasswordClosed, WrongPayPassword, PayPasswordNeeded where it was replaced meanwhile.
    """
    proof = prove_pay_password(driver=driver, password=password, caller=caller, now=now)
    _switch(driver, proof, caller, now, is_on=is_on)


@transactional
def _switch(driver: Actor, proof: int, caller: Caller, now: datetime, *, is_on: bool) -> None:
    row = lock_pay_password(driver.id)
    if row.revision != proof:
        raise PayPasswordNeeded
    if row.is_on is is_on:
        return
    row.is_on = is_on
    row.save()
    write_pay_password_audit(
        driver=driver, action="switch", detail={"is_on": [not is_on, is_on]}, caller=caller, now=now
    )

"""A driver who knows the payment password sets another one."""

from datetime import datetime

from backend.domain.actor import Actor
from backend.domain.caller import Caller
from backend.domain.errors import PayPasswordNeeded, PayPasswordTooPlain
from backend.domain.pay_password import is_too_plain
from backend.gateways.passwords import hash_password
from backend.models.engine.database import transactional
from backend.services.access.pay_passwords import lock_pay_password, write_pay_password_audit
from backend.services.access.prove_pay_password import prove_pay_password


def change_pay_password(
    *, driver: Actor, password: str, new_password: str, caller: Caller, now: datetime
) -> None:
    """Slow on purpose: not for a transaction.

    Raises PayPasswordTooPlain, PayPasswordMissing, PayPasswordClosed, WrongPayPassword, PayPasswordNeeded where it was
    replaced meanwhile.
    """
    if is_too_plain(new_password):
        raise PayPasswordTooPlain
    proof = prove_pay_password(driver=driver, password=password, caller=caller, now=now)
    _replace(driver, proof, hash_password(new_password), caller, now)


@transactional
def _replace(driver: Actor, proof: int, password_hash: str, caller: Caller, now: datetime) -> None:
    row = lock_pay_password(driver.id)
    if row.revision != proof:
        raise PayPasswordNeeded
    row.password_hash, row.revision, row.set_at = password_hash, row.revision + 1, now
    row.save()
    write_pay_password_audit(driver=driver, action="change", detail={}, caller=caller, now=now)

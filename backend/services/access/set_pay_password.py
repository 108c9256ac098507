"""A driver sets a payment password for the first time; from then on starts and refunds ask for it."""

from datetime import datetime

from peewee import IntegrityError

from backend.domain.actor import Actor
from backend.domain.caller import Caller
from backend.domain.errors import PayPasswordExists, PayPasswordTooPlain
from backend.domain.pay_password import is_too_plain
from backend.gateways.passwords import hash_password
from backend.models import PayPassword
from backend.models.engine.database import transactional
from backend.services.access.pay_passwords import write_pay_password_audit


def set_pay_password(*, driver: Actor, password: str, caller: Caller, now: datetime) -> None:
    """Slow on purpose: not for a transaction. Raises PayPasswordTooPlain, PayPasswordExists."""
    if is_too_plain(password):
        raise PayPasswordTooPlain
    _write(driver, hash_password(password), caller, now)


@transactional
def _write(driver: Actor, password_hash: str, caller: Caller, now: datetime) -> None:
    try:
        PayPassword.create(driver_id=driver.id, password_hash=password_hash, set_at=now, force_insert=True)
    except IntegrityError as error:
        raise PayPasswordExists from error
    write_pay_password_audit(driver=driver, action="set", detail={}, caller=caller, now=now)

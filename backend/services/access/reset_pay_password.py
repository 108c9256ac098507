"""A driver forgot the payment password: a fresh log-in with WeChat sets another one, and money stays for a day.

A thief of an unlocked phone can log in with WeChat as well, so that a log-in alone lets nobody take money away at once.
Who also proves the phone number that has been bound for a day does not wait.
Charging goes on, also while the old password was closed.
"""

from datetime import datetime

from backend.domain.actor import Actor
from backend.domain.caller import Caller
from backend.domain.errors import InvalidLoginCode, PayPasswordTooPlain, PhoneDiffers
from backend.domain.identity import Identity, IdentityKind
from backend.domain.pay_password import REFUNDS_WAIT, is_too_plain
from backend.domain.phone import proves_owner
from backend.gateways import get_log_in
from backend.gateways.passwords import hash_password
from backend.models.engine.database import transactional
from backend.services.access.driver_identities import find_known, find_registered_before
from backend.services.access.pay_passwords import lock_pay_password, write_pay_password_audit


def reset_pay_password(
    *,
    driver: Actor,
    code: str,
    new_password: str,
    caller: Caller,
    now: datetime,
    phone_code: str | None = None,
) -> None:
    """`code` is what wx.login gave, `phone_code` what a getPhoneNumber button did. Calls out: not for a transaction.

    Raises PayPasswordTooPlain, InvalidLoginCode (also for somebody else's log-in), ChannelUnavailable,
    PayPasswordMissing, PhoneDiffers.
    """
    if is_too_plain(new_password):
        raise PayPasswordTooPlain
    wechat = get_log_in(IdentityKind.WECHAT_MINI_PROGRAM)
    proven = wechat.identify(code)[0]
    phone = None if phone_code is None else wechat.find_phone(phone_code)
    _reset(driver, proven, phone, hash_password(new_password), caller, now)


@transactional
def _reset(
    driver: Actor, proven: Identity, phone: str | None, password_hash: str, caller: Caller, now: datetime
) -> None:
    owner = find_known([proven]).get(proven) or find_registered_before(proven)
    if owner is None or owner.id != driver.id:
        raise InvalidLoginCode
    if phone is not None and (owner.phone != phone or not proves_owner(owner.phone_bound_at, now)):
        raise PhoneDiffers
    row = lock_pay_password(driver.id)
    row.password_hash, row.revision, row.set_at = password_hash, row.revision + 1, now
    row.is_on, row.wrong, row.closed_until = True, 0, None
    row.refunds_locked_until = None if phone is not None else now + REFUNDS_WAIT
    row.save()
    write_pay_password_audit(
        driver=driver,
        action="reset",
        detail={"refunds_locked_until": row.refunds_locked_until, "by_phone": phone is not None},
        caller=caller,
        now=now,
    )

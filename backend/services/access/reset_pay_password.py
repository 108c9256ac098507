"""A driver forgot the payment password: a fresh log-in with WeChat sets another one, and money stays for a day.

A thief of an unlocked phone can log in with WeChat as well, so that a log-in alone lets nobody take money away at once.
Charging goes on, also while the old password was closed.
"""

from datetime import datetime

from backend.domain.actor import Actor
from backend.domain.caller import Caller
from backend.domain.errors import InvalidLoginCode, PayPasswordTooPlain
from backend.domain.identity import Identity, IdentityKind
from backend.domain.pay_password import REFUNDS_WAIT, is_too_plain
from backend.gateways import get_log_in
from backend.gateways.passwords import hash_password
from backend.models.engine.database import transactional
from backend.services.access.driver_identities import find_known, find_registered_before
from backend.services.access.pay_passwords import lock_pay_password, write_pay_password_audit


def reset_pay_password(*, driver: Actor, code: str, new_password: str, caller: Caller, now: datetime) -> None:
    """`code` is what wx.login gave. Calls out: not for a transaction.

    Raises PayPasswordTooPlain, InvalidLoginCode (also for somebody else's log-in), ChannelUnavailable,
    PayPasswordMissing.
    """
    if is_too_plain(new_password):
        raise PayPasswordTooPlain
    proven = get_log_in(IdentityKind.WECHAT_MINI_PROGRAM).identify(code)[0]
    _reset(driver, proven, hash_password(new_password), caller, now)


@transactional
def _reset(driver: Actor, proven: Identity, password_hash: str, caller: Caller, now: datetime) -> None:
    owner = find_known([proven]).get(proven) or find_registered_before(proven)
    if owner is None or owner.id != driver.id:
        raise InvalidLoginCode
    row = lock_pay_password(driver.id)
    row.password_hash, row.revision, row.set_at = password_hash, row.revision + 1, now
    row.is_on, row.wrong, row.closed_until = True, 0, None
    row.refunds_locked_until = now + REFUNDS_WAIT
    row.save()
    write_pay_password_audit(
        driver=driver,
        action="reset",
        detail={"refunds_locked_until": row.refunds_locked_until},
        caller=caller,
        now=now,
    )

"""A driver binds the phone number that WeChat proves of them, in place of the one before, or lets it go.

Nothing asks for one but the driver's own wish: it proves whose wallet it is where the payment password is forgotten.
"""

from datetime import datetime

from backend.domain.actor import Actor
from backend.domain.caller import Caller
from backend.domain.errors import Forbidden
from backend.domain.identity import IdentityKind
from backend.domain.phone import masked
from backend.gateways import get_log_in
from backend.models import Driver
from backend.models.engine.database import locked, transactional
from backend.services.ground.audit import write_audit


def bind_phone(*, driver: Actor, code: str | None, caller: Caller, now: datetime) -> None:
    """`code` is what a getPhoneNumber button gave; None: unbind. Calls out: not for a transaction.

    Raises InvalidLoginCode, ChannelUnavailable; Forbidden for a guest, who has no account.
    """
    phone = None if code is None else get_log_in(IdentityKind.WECHAT_MINI_PROGRAM).find_phone(code)
    _bind(driver, phone, caller, now)


@transactional
def _bind(driver: Actor, phone: str | None, caller: Caller, now: datetime) -> None:
    row = locked(Driver.select().where(Driver.id == driver.id)).get()
    if row.is_guest or not row.is_enabled:
        raise Forbidden
    if row.phone == phone:
        return
    before, row.phone, row.phone_bound_at = row.phone, phone, None if phone is None else now
    row.save(only=[Driver.phone, Driver.phone_bound_at])
    write_audit(
        actor=driver,
        action="driver.phone",
        object_kind="driver",
        object_no=driver.no,
        operator_id=None,
        detail={"phone": [masked(before or ""), masked(phone or "")]},
        now=now,
        request_id=caller.request_id,
        ip=caller.ip,
    )

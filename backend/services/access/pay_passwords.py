"""What every service of payment passwords needs: the locked row, whether one is proved, and the audit row of a change.

A proof is the `revision` of the password that was right: a start or a refund carries it, so that what was proved with a
password that was replaced meanwhile proves nothing.
"""

from collections.abc import Mapping
from datetime import datetime

from backend.domain.actor import Actor
from backend.domain.caller import Caller
from backend.domain.errors import PayPasswordMissing, PayPasswordNeeded, RefundsLocked
from backend.models import PayPassword
from backend.models.engine.database import locked
from backend.models.engine.prepared import Prepared
from backend.services.ground.audit import write_audit

_find = Prepared(
    PayPassword, lambda driver_id: PayPassword.select().where(PayPassword.driver_id == driver_id)
)
_lock = Prepared(
    PayPassword, lambda driver_id: locked(PayPassword.select().where(PayPassword.driver_id == driver_id))
)


def find_pay_password(driver_id: int) -> PayPassword | None:
    """The driver's row, also of one that is off."""
    return _find.first(driver_id)


def lock_pay_password(driver_id: int) -> PayPassword:
    """The driver's row, locked until the transaction ends. Raises PayPasswordMissing."""
    row = _lock.first(driver_id)
    if row is None:
        raise PayPasswordMissing
    return row


def check_proved(*, driver_id: int, proof: int | None) -> None:
    """That a driver who has a payment password on gave it. Raises PayPasswordNeeded."""
    row = find_pay_password(driver_id)
    if row is not None and row.is_on and row.revision != proof:
        raise PayPasswordNeeded


def check_refunds_open(*, driver_id: int, now: datetime) -> None:
    """That money may leave. Raises RefundsLocked."""
    row = find_pay_password(driver_id)
    if row is not None and row.refunds_locked_until is not None and row.refunds_locked_until > now:
        raise RefundsLocked(until=row.refunds_locked_until)


def write_pay_password_audit(
    *, driver: Actor, action: str, detail: Mapping[str, object], caller: Caller, now: datetime
) -> None:
    """`action` is what comes after `pay_password.`; the password is in no detail."""
    write_audit(
        actor=driver,
        action=f"pay_password.{action}",
        object_kind="driver",
        object_no=driver.no,
        operator_id=None,
        detail=detail,
        now=now,
        request_id=caller.request_id,
        ip=caller.ip,
    )

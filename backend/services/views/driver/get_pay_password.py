"""A driver's payment password as its page shows it: whether there is one, and what waits."""

from datetime import datetime

import msgspec

from backend.domain.actor import Actor
from backend.domain.phone import proves_owner
from backend.models import Driver
from backend.models.engine.database import reading
from backend.services.access.pay_passwords import find_pay_password


class PayPasswordView(msgspec.Struct, frozen=True, kw_only=True):
    """`is_on`: starts and refunds ask for it. `closed_until`: no password is looked at before; None: it may be tried.

    `refunds_locked_until`: it was set anew without the old one; None: refunds may be asked for. `is_phone_proof`: the
    bound phone number sets a forgotten one anew without that wait.
    """

    is_set: bool
    is_on: bool
    set_at: datetime | None
    closed_until: datetime | None
    refunds_locked_until: datetime | None
    is_phone_proof: bool = False


@reading
def get_pay_password(*, driver: Actor, now: datetime) -> PayPasswordView:
    """The driver's own."""
    row = find_pay_password(driver.id)
    if row is None:
        return PayPasswordView(
            is_set=False, is_on=False, set_at=None, closed_until=None, refunds_locked_until=None
        )
    return PayPasswordView(
        is_set=True,
        is_on=row.is_on,
        set_at=row.set_at,
        closed_until=_future(row.closed_until, now),
        refunds_locked_until=_future(row.refunds_locked_until, now),
        is_phone_proof=proves_owner(Driver.get_by_id(driver.id).phone_bound_at, now),
    )


def _future(at: datetime | None, now: datetime) -> datetime | None:
    return at if at is not None and at > now else None

"""A driver's payment password as its page shows it: whether there is one, and what waits."""

from datetime import datetime

import msgspec

from backend.domain.actor import Actor
from backend.models.engine.database import reading
from backend.services.access.pay_passwords import find_pay_password


class PayPasswordView(msgspec.Struct, frozen=True, kw_only=True):
    """`is_on`: starts and refunds ask for it. `closed_until`: no password is looked at before; None: it may be tried.

    `refunds_locked_until`: it was set anew without the old one; None: refunds may be asked for.
    """

    is_set: bool
    is_on: bool
    set_at: datetime | None
    closed_until: datetime | None
    refunds_locked_until: datetime | None


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
    )


def _future(at: datetime | None, now: datetime) -> datetime | None:
    return at if at is not None and at > now else None

"""Drivers as the desk shows them, and which of them somebody may see.

The platform's staff see all drivers. An operator's staff who see all of its stations see those who charged at them, and
of their charges those there; what belongs to a wallet is the platform's alone.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec
from peewee import ModelSelect

from backend.domain.actor import Actor
from backend.domain.driver import DriverState
from backend.domain.ledger import AccountKind, OwnerKind
from backend.domain.permission import Permission
from backend.domain.phone import masked
from backend.models import Driver, DriverTotal
from backend.models.ledger import LedgerAccount
from backend.services.access.operator_scope import of_operators
from backend.services.access.scope import sees_platform

_OF_WALLET: Final = (AccountKind.AVAILABLE, AccountKind.HELD, AccountKind.DEBT)


class DriverBalance(msgspec.Struct, frozen=True, kw_only=True):
    available_fen: int
    held_fen: int
    debt_fen: int


class StaffDriverRow(msgspec.Struct, frozen=True, kw_only=True):
    """`balance` is None for whoever may not see top-ups and refunds, `phone` (masked) for whoever may not see phones. The sums are those in the reader's scope, without
    tests by staff; `last_ended_at` is when the last of these charges ended.
    """

    driver_no: str
    nickname: str
    phone: str | None
    is_guest: bool
    state: DriverState
    deleted_at: datetime | None
    created_at: datetime
    last_login_at: datetime | None
    charges: int
    energy_wh: int
    total_fen: int
    last_ended_at: datetime | None
    balance: DriverBalance | None


def visible_totals(staff: Actor) -> "ModelSelect[Any]":
    """What drivers charged, as far as `staff` may see. Raises Forbidden for anybody but staff."""
    return of_operators(DriverTotal.select(), staff, operator=DriverTotal.operator_id)


def find_visible_driver(staff: Actor, driver_no: str) -> Driver | None:
    """The driver of this number, if they are anybody's for `staff`."""
    driver = Driver.get_or_none(Driver.driver_no == driver_no)
    if driver is None or sees_platform(staff):
        return driver
    is_theirs = visible_totals(staff).where(DriverTotal.driver_id == driver.id).exists()
    return driver if is_theirs else None


def sees_balances(staff: Actor) -> bool:
    return sees_platform(staff) and Permission.REFUND_READ in staff.permissions


def sees_phones(staff: Actor) -> bool:
    """A phone belongs to the account, which is the platform's."""
    return sees_platform(staff) and Permission.DRIVER_PHONE in staff.permissions


def view_drivers(drivers: Sequence[Driver], staff: Actor) -> tuple[StaffDriverRow, ...]:
    """These drivers, in their order."""
    totals = defaultdict(list)
    if drivers:
        ids = [driver.id for driver in drivers]
        for total in visible_totals(staff).where(DriverTotal.driver_id.in_(ids)):
            totals[total.driver_id].append(total)
    balances = _balances([driver.driver_no for driver in drivers]) if sees_balances(staff) else None
    return tuple(
        StaffDriverRow(
            driver_no=driver.driver_no,
            nickname=driver.nickname,
            phone=masked(driver.phone) if driver.phone and sees_phones(staff) else None,
            is_guest=bool(driver.is_guest),
            state=driver.state,
            deleted_at=driver.deleted_at,
            created_at=driver.created_at,
            last_login_at=driver.last_login_at if sees_platform(staff) else None,
            charges=sum(one.charges for one in totals[driver.id]),
            energy_wh=sum(one.energy_wh for one in totals[driver.id]),
            total_fen=sum(one.total_fen for one in totals[driver.id]),
            last_ended_at=max((one.last_ended_at for one in totals[driver.id]), default=None),
            balance=None if balances is None else balances[driver.driver_no],
        )
        for driver in drivers
    )


def _balances(driver_nos: Iterable[str]) -> dict[str, DriverBalance]:
    found: dict[str, dict[AccountKind, int]] = {driver_no: {} for driver_no in driver_nos}
    rows = LedgerAccount.select().where(
        (LedgerAccount.owner_kind == OwnerKind.DRIVER)
        & LedgerAccount.owner_key.in_(sorted(found))
        & LedgerAccount.kind.in_(_OF_WALLET)
    )
    for row in rows if found else ():
        found[row.owner_key][row.kind] = row.balance_fen or 0
    return {
        driver_no: DriverBalance(
            available_fen=own.get(AccountKind.AVAILABLE, 0),
            held_fen=own.get(AccountKind.HELD, 0),
            debt_fen=-own.get(AccountKind.DEBT, 0),
        )
        for driver_no, own in found.items()
    }

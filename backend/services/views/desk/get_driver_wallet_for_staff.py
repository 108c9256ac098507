"""A driver's balances for whoever is about to adjust them, so that it is the right driver and the right amount."""

import msgspec

from backend.domain.actor import Actor
from backend.domain.errors import DriverNotFound
from backend.models import Driver
from backend.models.engine.database import reading
from backend.services.access.scope import sees_platform
from backend.services.ledger.wallets import find_balances


class DriverWallet(msgspec.Struct, frozen=True, kw_only=True):
    driver_no: str
    nickname: str
    available_fen: int
    held_fen: int
    debt_fen: int
    refund_pending_fen: int


@reading
def get_driver_wallet_for_staff(*, staff: Actor, driver_no: str) -> DriverWallet:
    """Raises DriverNotFound, also to staff who do not see the platform's money."""
    driver = Driver.get_or_none(Driver.driver_no == driver_no) if sees_platform(staff) else None
    if driver is None:
        raise DriverNotFound
    balances = find_balances(driver_no=driver.driver_no)
    return DriverWallet(
        driver_no=driver.driver_no,
        nickname=driver.nickname,
        available_fen=balances.available_fen,
        held_fen=balances.held_fen,
        debt_fen=balances.debt_fen,
        refund_pending_fen=balances.refund_pending_fen,
    )

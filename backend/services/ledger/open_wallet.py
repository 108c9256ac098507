"""A new driver's accounts."""

from datetime import datetime
from typing import Final

from backend.domain.ledger import AccountKind, account_of
from backend.models.engine.database import transactional
from backend.services.ledger.accounts import create_accounts
from backend.services.ledger.wallets import find_accounts

WALLET_KINDS: Final = (
    AccountKind.AVAILABLE,
    AccountKind.HELD,
    AccountKind.GIFT_AVAILABLE,
    AccountKind.GIFT_HELD,
    AccountKind.REFUND_PENDING,
    AccountKind.PREPAID_HELD,
    AccountKind.DEBT,
)


@transactional
def open_wallet(*, driver_no: str, now: datetime) -> None:
    """Make those of a driver's accounts that are missing, all at zero."""
    there = {row.kind for row in find_accounts(driver_no=driver_no)}
    create_accounts([account_of(kind, driver_no) for kind in WALLET_KINDS if kind not in there], now)

"""A driver's accounts: read, or locked together in the order of their index, so that two postings never wait in a circle."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from backend.domain.ledger import AccountKind, OwnerKind
from backend.models.engine.database import locked, transactional
from backend.models.engine.prepared import Prepared
from backend.models.ledger import LedgerAccount


@dataclass(frozen=True, slots=True)
class WalletBalances:
    """A driver's money in fen, none of them negative; `debt_fen` is what the driver owes.

    `refund_pending_fen` is on its way back and no longer the wallet's to spend.
    """

    available_fen: int
    held_fen: int
    debt_fen: int
    refund_pending_fen: int


@dataclass(frozen=True, slots=True)
class LockedWallet(WalletBalances):
    """The same, nobody else's to change until the transaction ends; `accounts` are the locked rows."""

    driver_no: str
    accounts: tuple[LedgerAccount, ...]


def _wallet_of(driver_no: Any) -> Any:
    return LedgerAccount.select(LedgerAccount.id, LedgerAccount.kind, LedgerAccount.balance_fen).where(
        (LedgerAccount.owner_kind == OwnerKind.DRIVER) & (LedgerAccount.owner_key == driver_no)
    )


_find_wallet = Prepared(LedgerAccount, _wallet_of)
_lock_wallet = Prepared(
    LedgerAccount, lambda driver_no: locked(_wallet_of(driver_no).order_by(LedgerAccount.kind))
)


@transactional
def lock_wallet(*, driver_no: str) -> LockedWallet:
    """A driver's balances, locked until the transaction ends."""
    rows = _lock_wallet.all(driver_no)
    return LockedWallet(**_balances(rows), driver_no=driver_no, accounts=tuple(rows))


def find_balances(*, driver_no: str) -> WalletBalances:
    """A driver's balances as they are now, without a lock."""
    return WalletBalances(**_balances(find_accounts(driver_no=driver_no)))


def find_accounts(*, driver_no: str) -> list[LedgerAccount]:
    """A driver's accounts, without a lock."""
    return _find_wallet.all(driver_no)


def _balances(rows: Iterable[LedgerAccount]) -> dict[str, int]:
    balances = {row.kind: row.balance_fen or 0 for row in rows}
    return {
        "available_fen": balances.get(AccountKind.AVAILABLE, 0),
        "held_fen": balances.get(AccountKind.HELD, 0),
        "debt_fen": -balances.get(AccountKind.DEBT, 0),
        "refund_pending_fen": balances.get(AccountKind.REFUND_PENDING, 0),
    }

"""Rows of ledger accounts: a driver's carry a guarded balance, all others are summed from postings."""

from collections.abc import Sequence
from datetime import datetime

from peewee import IntegrityError

from backend.domain.ledger import Account, OwnerKind
from backend.models.engine.database import RetryTransaction
from backend.models.engine.new_rows import NewRows
from backend.models.ledger import LedgerAccount

_new_accounts = NewRows(LedgerAccount)


def create_accounts(accounts: Sequence[Account], now: datetime) -> list[LedgerAccount]:
    """Write the rows of new accounts at zero. Raises RetryTransaction where another transaction has just made one."""
    rows = [_new_account(account, now) for account in accounts]
    try:
        _new_accounts.insert(rows)
    except IntegrityError as error:
        raise RetryTransaction from error
    return rows


def create_account(account: Account, now: datetime) -> LedgerAccount:
    """The same for one, which has its row id then."""
    row = _new_account(account, now)
    try:
        _new_accounts.insert_one(row)
    except IntegrityError as error:
        raise RetryTransaction from error
    return row


def _new_account(account: Account, now: datetime) -> LedgerAccount:
    return LedgerAccount(
        kind=account.kind,
        owner_kind=account.owner_kind,
        owner_key=account.owner_key,
        balance_fen=0 if account.owner_kind is OwnerKind.DRIVER else None,
        created_at=now,
    )

"""Posting to the ledger: the only place that writes entries, postings and balances.

Drivers' accounts carry a guarded balance; a driver's are locked together, in the order of their index, so that two
postings never wait for each other in a circle. All other accounts are summed from postings, so that no hot row
serialises every order (money.md, "Ledger").
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from peewee import IntegrityError

from backend.domain.errors import InsufficientFunds
from backend.domain.ledger import Account, AccountKind, Entry, OwnerKind, account_of
from backend.gateways.ids import new_ulid
from backend.models import LedgerAccount, LedgerEntry, LedgerPosting
from backend.models.engine.database import (
    RetryTransaction,
    after_commit,
    forget_with_database,
    locked,
    transactional,
)
from backend.models.engine.new_rows import NewRows
from backend.models.engine.prepared import Prepared

WALLET_KINDS: Final = (
    AccountKind.AVAILABLE,
    AccountKind.HELD,
    AccountKind.GIFT_AVAILABLE,
    AccountKind.GIFT_HELD,
    AccountKind.REFUND_PENDING,
    AccountKind.PREPAID_HELD,
    AccountKind.DEBT,
)

_new_entries = NewRows(LedgerEntry)
_new_postings = NewRows(LedgerPosting)
_new_accounts = NewRows(LedgerAccount)


def _wallet_of(driver_no: Any) -> Any:
    return LedgerAccount.select(LedgerAccount.id, LedgerAccount.kind, LedgerAccount.balance_fen).where(
        (LedgerAccount.owner_kind == OwnerKind.DRIVER) & (LedgerAccount.owner_key == driver_no)
    )


_find_wallet = Prepared(LedgerAccount, _wallet_of)
_lock_wallet = Prepared(
    LedgerAccount, lambda driver_no: locked(_wallet_of(driver_no).order_by(LedgerAccount.kind))
)
_change_money = Prepared(
    LedgerAccount,
    lambda row_id, amount_fen: LedgerAccount.update(balance_fen=LedgerAccount.balance_fen + amount_fen).where(
        (LedgerAccount.id == row_id) & (LedgerAccount.balance_fen + amount_fen >= 0)
    ),
)
_change_debt = Prepared(
    LedgerAccount,
    lambda row_id, amount_fen: LedgerAccount.update(balance_fen=LedgerAccount.balance_fen + amount_fen).where(
        (LedgerAccount.id == row_id) & (LedgerAccount.balance_fen + amount_fen <= 0)
    ),
)
# Accounts that are not drivers': a few for each operator and channel, never deleted
_shared_ids: dict[Account, int] = {}
forget_with_database(_shared_ids.clear)


@dataclass(frozen=True, slots=True)
class WalletBalances:
    """A driver's money in fen, none of them negative; `debt_fen` is what the driver owes."""

    available_fen: int
    held_fen: int
    debt_fen: int


@transactional
def post_entry(*, entry: Entry, reference: str, now: datetime, corrects_id: int | None = None) -> LedgerEntry:
    """Write a balanced entry; the same kind and reference again is the same entry, posted once.

    Raises InsufficientFunds when a driver's balance would cross zero.
    """
    written = LedgerEntry(
        entry_no=new_ulid(), kind=entry.kind, reference=reference, corrects_id=corrects_id, created_at=now
    )
    try:
        _new_entries.insert_one(written)
    except IntegrityError:
        return LedgerEntry.get((LedgerEntry.kind == entry.kind) & (LedgerEntry.reference == reference))
    ids = _change_wallets(entry, now)
    for posting in entry.postings:
        if posting.account not in ids:
            ids[posting.account] = _shared_id(posting.account, now)
    _new_postings.insert(
        [
            LedgerPosting(entry_id=written.id, account_id=ids[posting.account], amount_fen=posting.amount_fen)
            for posting in entry.postings
        ]
    )
    return written


@transactional
def open_wallet(*, driver_no: str, now: datetime) -> None:
    """Make a new driver's accounts, all at zero."""
    there = {row.kind for row in _find_wallet.all(driver_no)}
    missing = [account_of(kind, driver_no) for kind in WALLET_KINDS if kind not in there]
    try:
        _new_accounts.insert([_new_account(account, now) for account in missing])
    except IntegrityError as error:
        raise RetryTransaction from error


@transactional
def lock_wallet(*, driver_no: str) -> WalletBalances:
    """A driver's balances, locked until the transaction ends."""
    return _balances(_lock_wallet.all(driver_no))


def find_balances(*, driver_no: str) -> WalletBalances:
    """A driver's balances as they are now, without a lock."""
    return _balances(_find_wallet.all(driver_no))


def _balances(rows: list[LedgerAccount]) -> WalletBalances:
    balances = {row.kind: row.balance_fen or 0 for row in rows}
    return WalletBalances(
        available_fen=balances.get(AccountKind.AVAILABLE, 0),
        held_fen=balances.get(AccountKind.HELD, 0),
        debt_fen=-balances.get(AccountKind.DEBT, 0),
    )


def _change_wallets(entry: Entry, now: datetime) -> dict[Account, int]:
    """Lock the accounts of each driver in the entry and change their balances; row ids of those that changed."""
    amounts: defaultdict[Account, int] = defaultdict(int)
    for posting in entry.postings:
        if posting.account.owner_kind is OwnerKind.DRIVER:
            amounts[posting.account] += posting.amount_fen
    ids = {}
    for driver_no in sorted({account.owner_key for account in amounts}):
        rows = {account_of(row.kind, driver_no): row for row in _lock_wallet.all(driver_no)}
        for account, amount_fen in amounts.items():
            if account.owner_key == driver_no:
                row = rows.get(account) or _create(account, now)
                _change_balance(row, amount_fen)
                ids[account] = row.id
    return ids


def _change_balance(row: LedgerAccount, amount_fen: int) -> None:
    change = _change_debt if row.kind is AccountKind.DEBT else _change_money
    if not change.execute(row.id, amount_fen) and amount_fen:
        raise InsufficientFunds(available_fen=abs(row.balance_fen or 0), required_fen=abs(amount_fen))


def _shared_id(account: Account, now: datetime) -> int:
    """Row id of an account that is not a driver's; kept once it is known to be durable."""
    known = _shared_ids.get(account)
    if known is not None:
        return known
    row = LedgerAccount.get_or_none(
        (LedgerAccount.owner_kind == account.owner_kind)
        & (LedgerAccount.owner_key == account.owner_key)
        & (LedgerAccount.kind == account.kind)
    ) or _create(account, now)
    row_id: int = row.id
    after_commit(lambda: _shared_ids.update({account: row_id}))
    return row_id


def _create(account: Account, now: datetime) -> LedgerAccount:
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

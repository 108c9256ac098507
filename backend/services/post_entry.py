"""Posting to the ledger: the only place that writes entries, postings and balances.

Drivers' accounts carry a guarded balance and are locked in id order; all others are summed from postings, so
that no hot row serialises every order (money.md, "Ledger").
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from peewee import IntegrityError

from backend.domain.errors import InsufficientFunds
from backend.domain.ledger import Account, AccountKind, Entry, OwnerKind, account_of
from backend.gateways.ids import new_ulid
from backend.models import LedgerAccount, LedgerEntry, LedgerPosting
from backend.models.database import RetryTransaction, Tx, locked, transactional

WALLET_KINDS: Final = (
    AccountKind.AVAILABLE,
    AccountKind.HELD,
    AccountKind.GIFT_AVAILABLE,
    AccountKind.GIFT_HELD,
    AccountKind.REFUND_PENDING,
    AccountKind.PREPAID_HELD,
    AccountKind.DEBT,
)


@dataclass(frozen=True, slots=True)
class WalletBalances:
    """A driver's money in fen, none of them negative; `debt_fen` is what the driver owes."""

    available_fen: int
    held_fen: int
    debt_fen: int


@transactional
def post_entry(
    tx: Tx, *, entry: Entry, reference: str, now: datetime, corrects_id: int | None = None
) -> LedgerEntry:
    """Write a balanced entry; the same kind and reference again is the same entry, posted once.

    Raises InsufficientFunds when a driver's balance would cross zero.
    """
    del tx
    posted = LedgerEntry.get_or_none((LedgerEntry.kind == entry.kind) & (LedgerEntry.reference == reference))
    if posted is not None:
        return posted
    ids = {posting.account: _account_id(posting.account, now) for posting in entry.postings}
    amounts: defaultdict[int, int] = defaultdict(int)
    for posting in entry.postings:
        if posting.account.owner_kind is OwnerKind.DRIVER:
            amounts[ids[posting.account]] += posting.amount_fen
    for row in _lock(list(amounts)):
        _change_balance(row, amounts[row.id])
    try:
        written = LedgerEntry.create(
            entry_no=new_ulid(), kind=entry.kind, reference=reference, corrects_id=corrects_id, created_at=now
        )
    except IntegrityError as error:
        raise RetryTransaction from error
    for posting in entry.postings:
        LedgerPosting.create(
            entry_id=written.id, account_id=ids[posting.account], amount_fen=posting.amount_fen
        )
    return written


@transactional
def open_wallet(tx: Tx, *, driver_no: str, now: datetime) -> None:
    """Make a new driver's accounts, all at zero."""
    del tx
    for kind in WALLET_KINDS:
        _account_id(account_of(kind, driver_no), now)


@transactional
def lock_wallet(tx: Tx, *, driver_no: str) -> WalletBalances:
    """A driver's balances, locked until the transaction ends."""
    del tx
    rows = _wallet_rows(driver_no)
    return _balances(_lock([row.id for row in rows]))


def find_balances(*, driver_no: str) -> WalletBalances:
    """A driver's balances as they are now, without a lock."""
    return _balances(_wallet_rows(driver_no))


def _wallet_rows(driver_no: str) -> list[LedgerAccount]:
    return list(
        LedgerAccount.select().where(
            (LedgerAccount.owner_kind == OwnerKind.DRIVER) & (LedgerAccount.owner_key == driver_no)
        )
    )


def _balances(rows: list[LedgerAccount]) -> WalletBalances:
    balances = {row.kind: row.balance_fen or 0 for row in rows}
    return WalletBalances(
        available_fen=balances.get(AccountKind.AVAILABLE, 0),
        held_fen=balances.get(AccountKind.HELD, 0),
        debt_fen=-balances.get(AccountKind.DEBT, 0),
    )


def _lock(ids: list[int]) -> list[LedgerAccount]:
    """The rows locked in id order: two postings never wait for each other in a circle."""
    if not ids:
        return []
    query = LedgerAccount.select().where(LedgerAccount.id.in_(sorted(ids))).order_by(LedgerAccount.id)
    return list(locked(query))


def _change_balance(row: LedgerAccount, amount_fen: int) -> None:
    balance = LedgerAccount.balance_fen + amount_fen
    stays_sound = balance <= 0 if row.kind is AccountKind.DEBT else balance >= 0
    changed = (
        LedgerAccount.update(balance_fen=balance).where((LedgerAccount.id == row.id) & stays_sound).execute()
    )
    if not changed and amount_fen:
        raise InsufficientFunds(available_fen=abs(row.balance_fen or 0), required_fen=abs(amount_fen))


def _account_id(account: Account, now: datetime) -> int:
    row = LedgerAccount.get_or_none(
        (LedgerAccount.owner_kind == account.owner_kind)
        & (LedgerAccount.owner_key == account.owner_key)
        & (LedgerAccount.kind == account.kind)
    )
    if row is not None:
        return row.id
    try:
        return LedgerAccount.create(
            kind=account.kind,
            owner_kind=account.owner_kind,
            owner_key=account.owner_key,
            balance_fen=0 if account.owner_kind is OwnerKind.DRIVER else None,
            created_at=now,
        ).id
    except IntegrityError as error:
        raise RetryTransaction from error

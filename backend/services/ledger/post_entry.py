"""Posting to the ledger: the only place that writes entries, postings and balances.

Drivers' accounts carry a guarded balance; a driver's are locked together, in the order of their index, so that two
postings never wait for each other in a circle. All other accounts are summed from postings, so that no hot row
serialises every order (docs/money.md, "Ledger").
"""

from collections import defaultdict
from datetime import datetime
from typing import Any

from peewee import IntegrityError

from backend.domain.errors import EmptyEntry, EntryContradicts, InsufficientFunds
from backend.domain.ledger import Account, AccountKind, Entry, OwnerKind, account_of
from backend.gateways.ids import new_ulid
from backend.models.engine.database import (
    after_commit,
    forget_with_database,
    transactional,
)
from backend.models.engine.new_rows import NewRows
from backend.models.engine.prepared import Prepared
from backend.models.engine.row_statement import RowStatement
from backend.models.ledger import LedgerAccount, LedgerEntry, LedgerPosting
from backend.services.ledger.accounts import create_account
from backend.services.ledger.wallets import LockedWallet, lock_wallet

_new_entries = NewRows(LedgerEntry)
_insert_postings = RowStatement(LedgerPosting, ("entry_id", "account_id", "amount_fen"))


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


@transactional
def post_entry(
    *,
    entry: Entry,
    reference: str,
    now: datetime,
    corrects_id: int | None = None,
    wallet: LockedWallet | None = None,
) -> LedgerEntry:
    """Write a balanced entry; the same kind and reference again is the same entry, posted once.

    `wallet` is what the caller has locked already of what the entry changes. An entry that moves nothing is the
    callers' to leave out. Raises EntryContradicts for one of that name that moved something else, EmptyEntry,
    InsufficientFunds when a driver's balance would cross zero.
    """
    if not entry.postings:
        raise EmptyEntry(reference=reference)
    written = LedgerEntry(
        entry_no=new_ulid(), kind=entry.kind, reference=reference, corrects_id=corrects_id, created_at=now
    )
    try:
        _new_entries.insert_one(written)
    except IntegrityError:
        return _posted_before(entry, reference)
    ids = _change_wallets(entry, wallet, now)
    for posting in entry.postings:
        if posting.account not in ids:
            ids[posting.account] = _shared_id(posting.account, now)
    _insert_postings.run(
        [(written.id, ids[posting.account], posting.amount_fen) for posting in entry.postings]
    )
    return written


def _posted_before(entry: Entry, reference: str) -> LedgerEntry:
    """The entry of this name, which must have moved the same: else the books and their callers would part."""
    known = LedgerEntry.get((LedgerEntry.kind == entry.kind) & (LedgerEntry.reference == reference))
    rows: Any = (
        LedgerPosting.select(LedgerAccount.kind, LedgerAccount.owner_key, LedgerPosting.amount_fen)
        .join(LedgerAccount, on=(LedgerAccount.id == LedgerPosting.account_id))
        .where(LedgerPosting.entry_id == known.id)
        .tuples()
    )
    posted = sorted((AccountKind(kind), owner_key, amount_fen) for kind, owner_key, amount_fen in rows)
    asked = sorted((one.account.kind, one.account.owner_key, one.amount_fen) for one in entry.postings)
    if posted != asked:
        raise EntryContradicts(kind=entry.kind.value, reference=reference)
    return known


def _change_wallets(entry: Entry, locked: LockedWallet | None, now: datetime) -> dict[Account, int]:
    """Lock the accounts of each driver in the entry and change their balances; row ids of those that changed."""
    amounts: defaultdict[Account, int] = defaultdict(int)
    for posting in entry.postings:
        if posting.account.owner_kind is OwnerKind.DRIVER:
            amounts[posting.account] += posting.amount_fen
    ids = {}
    for driver_no in sorted({account.owner_key for account in amounts}):
        wallet = locked
        if wallet is None or wallet.driver_no != driver_no:
            wallet = lock_wallet(driver_no=driver_no)
        rows = {account_of(row.kind, driver_no): row for row in wallet.accounts}
        for account, amount_fen in amounts.items():
            if account.owner_key == driver_no:
                row = rows.get(account) or create_account(account, now)
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
    ) or create_account(account, now)
    row_id: int = row.id
    after_commit(lambda: _shared_ids.update({account: row_id}))
    return row_id

"""The movements of a driver's wallet, newest first, by cursor: for the driver, and for the staff who look after them."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final

import msgspec
from peewee import ModelSelect

from backend.domain.actor import Actor
from backend.domain.errors import InvalidCursor
from backend.domain.ledger import AccountKind, EntryKind, OwnerKind
from backend.models import Adjustment
from backend.models.engine.database import reading
from backend.models.ledger import LedgerAccount, LedgerEntry, LedgerPosting
from backend.services.ledger.entries import named_for

LARGEST_PAGE: Final = 50
_SHOWN: Final = (AccountKind.AVAILABLE, AccountKind.HELD, AccountKind.DEBT)


class WalletMovement(msgspec.Struct, frozen=True, kw_only=True):
    """One ledger entry as the wallet saw it; a change is positive where that amount grew.

    `reference` is what it was posted for: the session_no of a hold or release, the order_no of a settlement or
    correction, the channel's number of a top-up, the refund_no of a refund and the number of a part that came back. `note` is what staff tell of an adjustment, else "".
    """

    entry_no: str
    kind: EntryKind
    reference: str
    at: datetime
    available_change_fen: int
    held_change_fen: int
    debt_change_fen: int
    note: str = ""


class MovementPage(msgspec.Struct, frozen=True, kw_only=True):
    """`next_cursor` is None on the last page."""

    movements: tuple[WalletMovement, ...]
    next_cursor: str | None


@reading
def list_wallet_postings(*, driver: Actor, cursor: str | None, limit: int) -> MovementPage:
    """One page of the driver's own movements. Raises InvalidCursor."""
    limit = max(1, min(limit, LARGEST_PAGE))
    accounts = _accounts(driver.no)
    before = None if cursor is None else _entry_id(cursor, accounts)
    changes: dict[int, dict[AccountKind, int]] = {}
    for account_id, kind in accounts.items():
        for row in _newest_postings(account_id, before, limit + 1):
            changes.setdefault(row.entry_id, {})[kind] = row.amount_fen
    # An entry has at most one posting on each account, so the newest entries are here whole.
    shown = sorted(changes, reverse=True)[:limit]
    entries = _entries(shown)
    notes = _notes(entries)
    movements = tuple(
        _movement(entry, changes[entry.id], notes.get(entry.reference, "")) for entry in entries
    )
    return MovementPage(
        movements=movements, next_cursor=movements[-1].entry_no if len(changes) > limit else None
    )


def _accounts(driver_no: str) -> dict[int, AccountKind]:
    rows = LedgerAccount.select().where(
        (LedgerAccount.owner_kind == OwnerKind.DRIVER)
        & (LedgerAccount.owner_key == driver_no)
        & LedgerAccount.kind.in_(_SHOWN)
    )
    return {row.id: row.kind for row in rows}


def _entry_id(cursor: str, accounts: Iterable[int]) -> int:
    entry = LedgerEntry.get_or_none(LedgerEntry.entry_no == cursor)
    if entry is None:
        raise InvalidCursor
    own = LedgerPosting.select().where(
        (LedgerPosting.entry_id == entry.id) & LedgerPosting.account_id.in_(list(accounts))
    )
    if not own.exists():
        raise InvalidCursor
    return entry.id


def _newest_postings(account_id: int, before: int | None, limit: int) -> "ModelSelect[LedgerPosting]":
    """The postings of the account's newest entries, before an entry's row id: one walk on their index."""
    query = LedgerPosting.select().where(LedgerPosting.account_id == account_id)
    if before is not None:
        query = query.where(LedgerPosting.entry_id < before)
    return query.order_by(LedgerPosting.entry_id.desc()).limit(limit)


def _entries(ids: list[int]) -> list[LedgerEntry]:
    rows = {row.id: row for row in LedgerEntry.select().where(LedgerEntry.id.in_(ids))} if ids else {}
    return [rows[entry_id] for entry_id in ids]


def _notes(entries: Sequence[LedgerEntry]) -> dict[str, str]:
    """What their driver is told of adjustments among them, by number."""
    numbers = [entry.reference for entry in entries if entry.kind is EntryKind.ADJUSTMENT]
    if not numbers:
        return {}
    rows = Adjustment.select(Adjustment.adjustment_no, Adjustment.told)
    return {row.adjustment_no: row.told for row in rows.where(Adjustment.adjustment_no.in_(numbers))}


def _movement(entry: LedgerEntry, changes: dict[AccountKind, int], note: str) -> WalletMovement:
    return WalletMovement(
        entry_no=entry.entry_no,
        kind=entry.kind,
        reference=named_for(entry.reference),
        at=entry.created_at,
        available_change_fen=changes.get(AccountKind.AVAILABLE, 0),
        held_change_fen=changes.get(AccountKind.HELD, 0),
        # on the ledger debt is negative
        debt_change_fen=-changes.get(AccountKind.DEBT, 0),
        note=note,
    )

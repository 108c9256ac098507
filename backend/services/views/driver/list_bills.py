"""A month of a driver's bill: every movement of their money, newest first, by cursor, and what the month comes to.

All accounts of the driver are looked at, so prepaid charges and money on its way back are in it too.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from peewee import Expression, fn

from backend.domain.actor import Actor
from backend.domain.bill import KIND_OF, BillKind, sum_month
from backend.domain.errors import InvalidCursor
from backend.domain.ledger import AccountKind, EntryKind, OwnerKind
from backend.domain.payment import Channel
from backend.models import Driver
from backend.models.engine.database import reading
from backend.models.ledger import LedgerAccount, LedgerEntry, LedgerPosting
from backend.services.views.driver.local_months import bounds_of, month_of
from backend.services.views.driver.movement_places import NOWHERE, find_places

LARGEST_PAGE: Final = 50
_SLACK: Final = timedelta(days=1)
"""How far the order of entries' ids and that of their times may differ: a transaction lasts seconds."""


class BillMovement(msgspec.Struct, frozen=True, kw_only=True):
    """`sum_fen` is what all accounts of the driver gained: 0 where money only changed its place.

    `held_fen` and `debt_fen` grew by so much. What a movement is about is told as far as it is about something: a
    charge, with `order_no` once it is billed, or a channel. `note` is what staff tell of an adjustment.
    """

    entry_no: str
    kind: EntryKind
    bill_kind: BillKind
    at: datetime
    sum_fen: int
    available_fen: int
    held_fen: int
    debt_fen: int
    station_name: str
    pile_name: str
    connector_no: str
    order_no: str
    channel: Channel | None
    note: str


class MonthTotals(msgspec.Struct, frozen=True, kw_only=True):
    """Of the whole month, whatever the page is filtered by."""

    charged_fen: int
    paid_fen: int
    refunded_fen: int
    other_fen: int


class BillPage(msgspec.Struct, frozen=True, kw_only=True):
    """`totals` come with a month's first page alone; `next_cursor` is None on the last page.

    Before `first_month` the driver was not there.
    """

    month: str
    first_month: str
    totals: MonthTotals | None
    movements: tuple[BillMovement, ...]
    next_cursor: str | None


@reading
def list_bills(
    *, driver: Actor, month: str, kind: BillKind | None, cursor: str | None, limit: int
) -> BillPage:
    """One page of a month of the driver's own bill. Raises InvalidInput, InvalidCursor."""
    limit = max(1, min(limit, LARGEST_PAGE))
    accounts = _accounts(driver.no)
    of_month = _of_month(list(accounts), *bounds_of(month))
    wanted = of_month
    if kind is not None:
        wanted &= LedgerEntry.kind.in_([entry for entry, own in KIND_OF.items() if own is kind])
    if cursor is not None:
        wanted &= LedgerEntry.id < _entry_id(cursor, list(accounts))
    ids = [row[0] for row in _ids(wanted, limit + 1)]
    movements = _movements(ids[:limit], accounts)
    return BillPage(
        month=month,
        first_month=month_of(Driver.get_by_id(driver.id).created_at),
        totals=_totals(of_month) if cursor is None else None,
        movements=movements,
        next_cursor=movements[-1].entry_no if len(ids) > limit else None,
    )


def _accounts(driver_no: str) -> dict[int, AccountKind]:
    rows = LedgerAccount.select().where(
        (LedgerAccount.owner_kind == OwnerKind.DRIVER) & (LedgerAccount.owner_key == driver_no)
    )
    return {row.id: row.kind for row in rows}


def _of_month(accounts: Sequence[int], begins_at: datetime, ends_at: datetime) -> Any:
    """The accounts' postings of a month: a short walk on the index of each, for ids follow times but for `_SLACK`."""
    entry, posting = LedgerEntry, LedgerPosting
    wanted: Expression = (
        posting.account_id.in_(list(accounts))
        & (entry.created_at >= begins_at)
        & (entry.created_at < ends_at)
    )
    before = entry.select(entry.id).where(entry.created_at < begins_at - _SLACK)
    first = before.order_by(entry.created_at.desc()).limit(1).scalar()
    after = entry.select(entry.id).where(entry.created_at >= ends_at + _SLACK)
    last = after.order_by(entry.created_at).limit(1).scalar()
    if first is not None:
        wanted &= posting.entry_id >= first
    if last is not None:
        wanted &= posting.entry_id <= last
    return wanted


def _entry_id(cursor: str, accounts: Sequence[int]) -> int:
    own = (
        LedgerPosting.select(LedgerPosting.entry_id)
        .join(LedgerEntry, on=(LedgerEntry.id == LedgerPosting.entry_id))
        .where((LedgerEntry.entry_no == cursor) & LedgerPosting.account_id.in_(list(accounts)))
    )
    found: int | None = own.scalar()
    if found is None:
        raise InvalidCursor
    return found


def _ids(wanted: Any, limit: int) -> Any:
    return (
        LedgerPosting.select(LedgerPosting.entry_id)
        .join(LedgerEntry, on=(LedgerEntry.id == LedgerPosting.entry_id))
        .where(wanted)
        .distinct()
        .order_by(LedgerPosting.entry_id.desc())
        .limit(limit)
        .tuples()
    )


def _totals(wanted: Any) -> MonthTotals:
    rows: Any = (
        LedgerPosting.select(LedgerEntry.kind, fn.SUM(LedgerPosting.amount_fen))
        .join(LedgerEntry, on=(LedgerEntry.id == LedgerPosting.entry_id))
        .where(wanted)
        .group_by(LedgerEntry.kind)
        .tuples()
    )
    sums = sum_month((EntryKind(kind), int(fen)) for kind, fen in rows)
    return MonthTotals(
        charged_fen=sums.charged_fen,
        paid_fen=sums.paid_fen,
        refunded_fen=sums.refunded_fen,
        other_fen=sums.other_fen,
    )


def _movements(ids: list[int], accounts: dict[int, AccountKind]) -> tuple[BillMovement, ...]:
    if not ids:
        return ()
    entries = {row.id: row for row in LedgerEntry.select().where(LedgerEntry.id.in_(ids))}
    changes: dict[int, dict[AccountKind, int]] = {entry_id: {} for entry_id in ids}
    own = LedgerPosting.entry_id.in_(ids) & LedgerPosting.account_id.in_(list(accounts))
    for row in LedgerPosting.select().where(own):
        changes[row.entry_id][accounts[row.account_id]] = row.amount_fen
    places = find_places([entries[entry_id] for entry_id in ids])
    return tuple(
        _movement(entry := entries[entry_id], changes[entry_id], places.get(entry.id, NOWHERE))
        for entry_id in ids
    )


def _movement(entry: LedgerEntry, changes: dict[AccountKind, int], place: Any) -> BillMovement:
    return BillMovement(
        entry_no=entry.entry_no,
        kind=entry.kind,
        bill_kind=KIND_OF[entry.kind],
        at=entry.created_at,
        sum_fen=sum(changes.values()),
        available_fen=changes.get(AccountKind.AVAILABLE, 0),
        held_fen=changes.get(AccountKind.HELD, 0),
        # on the ledger debt is negative
        debt_fen=-changes.get(AccountKind.DEBT, 0),
        station_name=place.station_name,
        pile_name=place.pile_name,
        connector_no=place.connector_no,
        order_no=place.order_no,
        channel=place.channel,
        note=place.note,
    )

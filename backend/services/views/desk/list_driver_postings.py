"""What moved in a driver's wallet, newest first, with the balance that was left after each."""

from datetime import datetime
from typing import Any

import msgspec
from peewee import fn

from backend.domain.actor import Actor
from backend.domain.errors import DriverNotFound
from backend.domain.ledger import AccountKind, EntryKind
from backend.domain.permission import ActorKind
from backend.models import Driver
from backend.models.engine.database import reading
from backend.models.ledger import LedgerEntry, LedgerPosting
from backend.services.ledger.wallets import find_accounts
from backend.services.views.desk.driver_rows import sees_balances
from backend.services.views.list_wallet_postings import list_wallet_postings


class DriverPosting(msgspec.Struct, frozen=True, kw_only=True):
    """A change is positive where that amount grew; `available_fen` is what was available after it."""

    entry_no: str
    kind: EntryKind
    reference: str
    at: datetime
    available_change_fen: int
    held_change_fen: int
    debt_change_fen: int
    available_fen: int
    note: str


class DriverPostings(msgspec.Struct, frozen=True, kw_only=True):
    """`next_cursor` is None on the last page."""

    driver_no: str
    postings: tuple[DriverPosting, ...]
    next_cursor: str | None


@reading
def list_driver_postings(*, staff: Actor, driver_no: str, cursor: str | None, limit: int) -> DriverPostings:
    """One page. Raises DriverNotFound, also to who may not see balances; InvalidCursor."""
    driver = Driver.get_or_none(Driver.driver_no == driver_no) if sees_balances(staff) else None
    if driver is None:
        raise DriverNotFound
    own = Actor(kind=ActorKind.DRIVER, id=driver.id, no=driver.driver_no)
    page = list_wallet_postings(driver=own, cursor=cursor, limit=limit)
    left = _available_after(driver_no, page.movements[0].entry_no) if page.movements else 0
    postings = []
    for one in page.movements:
        postings.append(
            DriverPosting(
                entry_no=one.entry_no,
                kind=one.kind,
                reference=one.reference,
                at=one.at,
                available_change_fen=one.available_change_fen,
                held_change_fen=one.held_change_fen,
                debt_change_fen=one.debt_change_fen,
                available_fen=left,
                note=one.note,
            )
        )
        left -= one.available_change_fen
    return DriverPostings(driver_no=driver_no, postings=tuple(postings), next_cursor=page.next_cursor)


def _available_after(driver_no: str, entry_no: str) -> int:
    """The balance as it is, without what moved since: a walk over what is newer alone."""
    accounts = [one for one in find_accounts(driver_no=driver_no) if one.kind is AccountKind.AVAILABLE]
    entry = LedgerEntry.get(LedgerEntry.entry_no == entry_no)
    total = 0
    for account in accounts:
        newer: Any = LedgerPosting.select(fn.COALESCE(fn.SUM(LedgerPosting.amount_fen), 0)).where(
            (LedgerPosting.account_id == account.id) & (LedgerPosting.entry_id > entry.id)
        )
        total += (account.balance_fen or 0) - int(newer.scalar())
    return total

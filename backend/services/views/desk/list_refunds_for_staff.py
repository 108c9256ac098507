"""The desk's queue of refunds: how old, in which state, what waits for a person; and how long refunds take."""

from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from peewee import ModelSelect

from backend.domain.actor import Actor
from backend.domain.ledger import EntryKind
from backend.domain.refund import PartState, RefundState, median_s
from backend.domain.session import SessionState
from backend.models import Driver, Refund, RefundPart, Session
from backend.models.engine.database import reading
from backend.models.ledger import LedgerEntry
from backend.services.access.scope import sees_platform
from backend.services.views.desk.staff_page import Listing, Total, count_capped, load_page
from backend.services.views.refund_views import read_parts, sum_of

TIMED_FOR: Final = timedelta(days=30)
MOST_TIMED: Final = 1_000
_OPEN: Final = (RefundState.IN_PROGRESS, RefundState.NEEDS_STAFF)


class StaffRefundRow(msgspec.Struct, frozen=True, kw_only=True):
    """`waiting_fen` is what a person has to pay out; `last_error` the newest of its parts'."""

    refund_no: str
    driver_no: str
    amount_fen: int
    succeeded_fen: int
    returned_fen: int
    waiting_fen: int
    parts: int
    state: RefundState
    asked_at: datetime
    done_at: datetime | None
    last_error: str


class RefundFigures(msgspec.Struct, frozen=True, kw_only=True):
    """Of all refunds: `median_s` from asked to done, of the newest up to 1 000 that ended in the last 30 days.

    `failed_median_s`: of starts that failed in that time, from the driver's tap until the hold was back in the wallet.
    """

    going: Total
    waiting: Total
    oldest_asked_at: datetime | None
    median_s: int | None
    timed: int
    failed_median_s: int | None
    failed_timed: int


class StaffRefundPage(msgspec.Struct, frozen=True, kw_only=True):
    refunds: tuple[StaffRefundRow, ...]
    prev_cursor: str | None
    next_cursor: str | None
    total: Total
    figures: RefundFigures


@reading
def list_refunds_for_staff(
    *,
    staff: Actor,
    state: RefundState | None,
    driver_no: str | None,
    number: str | None,
    cursor: str | None,
    limit: int,
    now: datetime,
) -> StaffRefundPage:
    """One page, newest first; nothing for staff who do not see the platform's money. Raises InvalidCursor.

    `number` is that of a refund or of one of its parts.
    """
    anchors = select_refunds(staff)
    listing = listing_of_refunds(staff, state, driver_no, number)
    page = load_page(listing, cursor=cursor, limit=limit)
    parts = read_parts([row.id for row in page.rows])
    return StaffRefundPage(
        refunds=tuple(view_row(row, parts.get(row.id, [])) for row in page.rows),
        prev_cursor=page.prev_cursor,
        next_cursor=page.next_cursor,
        total=count_capped(listing.wanted),
        figures=_figures(anchors, now),
    )


def listing_of_refunds(
    staff: Actor, state: RefundState | None, driver_no: str | None, number: str | None
) -> Listing:
    """The refunds that `staff` may see and the filter finds."""
    anchors = select_refunds(staff)
    return Listing(
        wanted=_filter(anchors, state, driver_no, number),
        anchors=anchors,
        shown=Refund.select(Refund, Driver.driver_no).join(Driver, on=(Driver.id == Refund.driver_id)),
        number=Refund.refund_no,
        is_newest_first=True,
    )


def select_refunds(staff: Actor) -> "ModelSelect[Any]":
    """The refunds `staff` may see: wallets are the platform's, so all of them or none."""
    query = Refund.select()
    return query if sees_platform(staff) else query.where(Refund.id.is_null())


def view_row(row: Any, parts: list[Any]) -> StaffRefundRow:
    """One refund of the desk's list; `row` has its driver's number."""
    return StaffRefundRow(
        refund_no=row.refund_no,
        driver_no=row.driver_no,
        amount_fen=row.amount_fen,
        succeeded_fen=sum_of(parts, PartState.SUCCEEDED),
        returned_fen=sum_of(parts, PartState.RETURNED),
        waiting_fen=sum_of(parts, PartState.ABNORMAL),
        parts=len(parts),
        state=row.state,
        asked_at=row.asked_at,
        done_at=row.done_at,
        last_error=next((part.last_error for part in reversed(parts) if part.last_error), ""),
    )


def _filter(
    query: "ModelSelect[Any]", state: RefundState | None, driver_no: str | None, number: str | None
) -> "ModelSelect[Any]":
    if state is not None:
        query = query.where(Refund.state == state)
    if driver_no is not None:
        driver = Driver.get_or_none(Driver.driver_no == driver_no.strip())
        query = query.where(Refund.driver_id == (0 if driver is None else driver.id))
    if number is not None:
        sought = number.strip().upper()
        part = RefundPart.get_or_none(RefundPart.part_no == sought)
        is_it = Refund.refund_no == sought if part is None else Refund.id == part.refund_id
        query = query.where(is_it)
    return query


def _figures(refunds: "ModelSelect[Any]", now: datetime) -> RefundFigures:
    oldest = [
        row.asked_at
        for state in _OPEN
        for row in refunds.where(Refund.state == state).order_by(Refund.id).limit(1)
    ]
    ended = (
        refunds.select(Refund.asked_at, Refund.done_at)
        .where((Refund.state == RefundState.DONE) & (Refund.done_at >= now - TIMED_FOR))
        .order_by(Refund.done_at.desc())
        .limit(MOST_TIMED)
    )
    released = _released_after_s(now)
    durations = [int((row.done_at - row.asked_at).total_seconds()) for row in ended]
    return RefundFigures(
        going=count_capped(refunds.where(Refund.state == RefundState.IN_PROGRESS)),
        waiting=count_capped(refunds.where(Refund.state == RefundState.NEEDS_STAFF)),
        oldest_asked_at=min(oldest, default=None),
        median_s=median_s(durations),
        timed=len(durations),
        failed_median_s=median_s(released),
        failed_timed=len(released),
    )


def _released_after_s(now: datetime) -> list[int]:
    """From asking for a start that failed to its money being back; without a hold there was nothing to give back."""
    rows: Any = (
        Session.select(Session.created_at, LedgerEntry.created_at.alias("released_at"))
        .join(
            LedgerEntry,
            on=((LedgerEntry.kind == EntryKind.RELEASE) & (LedgerEntry.reference == Session.session_no)),
        )
        .where((Session.state == SessionState.FAILED) & (Session.created_at >= now - TIMED_FOR))
        .order_by(Session.created_at.desc())
        .limit(MOST_TIMED)
        .namedtuples()
    )
    return [int((row.released_at - row.created_at).total_seconds()) for row in rows]

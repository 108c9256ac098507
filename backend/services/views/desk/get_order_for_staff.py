"""One order for the operators' desk: the bill, who paid, every posting it caused, and how the session went."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from backend.domain.actor import Actor
from backend.domain.errors import OrderNotFound
from backend.domain.ledger import AccountKind, EntryKind, OwnerKind
from backend.domain.order import OrderKind
from backend.models import Driver, IdleStay, Operator, Order, Session
from backend.models.engine.database import reading
from backend.models.ledger import LedgerAccount, LedgerEntry, LedgerPosting
from backend.services.access.scope import scoped
from backend.services.ledger.entries import COUNTER
from backend.services.views.order_view import OrderView, view_order
from backend.services.views.timeline import TimelineStep, make_timeline


class PostingView(msgspec.Struct, frozen=True, kw_only=True):
    """One side of an entry; credit positive. `owner_key` is a driver_no, an operator_no, a channel or "platform"."""

    entry_no: str
    entry_kind: EntryKind
    at: datetime
    account_kind: AccountKind
    owner_kind: OwnerKind
    owner_key: str
    amount_fen: int


class StaffOrder(msgspec.Struct, frozen=True, kw_only=True):
    """`reported_fen_e4` is what the pile says it cost, in 1e-4 fen; `has_discrepancy` when that is far off.

    `is_test`: staff tried the pile; what it would have cost is computed and asked of nobody.
    """

    order: OrderView
    operator_name: str
    driver_no: str | None
    reported_fen_e4: int | None
    has_discrepancy: bool
    raw_stop_code: str
    is_test: bool
    # why staff waived what the car cost by staying
    waive_reason: str | None
    timeline: tuple[TimelineStep, ...]
    postings: tuple[PostingView, ...]


@reading
def get_order_for_staff(*, staff: Actor, order_no: str) -> StaffOrder:
    """An order in scope. Raises OrderNotFound."""
    order = scoped(
        Order.select().where(Order.order_no == order_no),
        staff,
        operator=Order.operator_id,
        station=Order.station_id,
    ).first()
    if order is None:
        raise OrderNotFound
    session = Session.get_by_id(order.session_id)
    stay = IdleStay.get_or_none(IdleStay.session_id == session.id)
    driver = Driver.get_or_none(Driver.id == order.driver_id)
    return StaffOrder(
        order=view_order(order),
        operator_name=Operator.get_by_id(order.operator_id).name,
        driver_no=None if driver is None else driver.driver_no,
        reported_fen_e4=order.reported_fen_e4,
        has_discrepancy=order.has_discrepancy,
        raw_stop_code=session.raw_stop_code,
        is_test=bool(order.is_test),
        waive_reason=None if stay is None else stay.waive_reason,
        timeline=make_timeline(session),
        postings=_postings(
            [order.order_no, session.session_no] if order.kind is OrderKind.CHARGING else [order.order_no]
        ),
    )


def _postings(numbers: Sequence[str]) -> tuple[PostingView, ...]:
    """The hold was posted for the session, everything after it for the order (the first), further corrections numbered."""
    rows: Any = (
        LedgerPosting.select(
            LedgerEntry.entry_no,
            LedgerEntry.kind.alias("entry_kind"),
            LedgerEntry.created_at,
            LedgerAccount.kind.alias("account_kind"),
            LedgerAccount.owner_kind,
            LedgerAccount.owner_key,
            LedgerPosting.amount_fen,
        )
        .join(LedgerEntry, on=(LedgerEntry.id == LedgerPosting.entry_id))
        .join_from(LedgerPosting, LedgerAccount, on=(LedgerAccount.id == LedgerPosting.account_id))
        .where(
            # both columns are named, so that their unique index finds the few entries
            LedgerEntry.kind.in_(list(EntryKind))
            & (LedgerEntry.reference.in_(numbers) | LedgerEntry.reference.startswith(numbers[0] + COUNTER))
        )
        .order_by(LedgerPosting.id)
        .namedtuples()
    )
    return tuple(
        PostingView(
            entry_no=row.entry_no,
            entry_kind=EntryKind(row.entry_kind),
            at=row.created_at,
            account_kind=AccountKind(row.account_kind),
            owner_kind=OwnerKind(row.owner_kind),
            owner_key=row.owner_key,
            amount_fen=row.amount_fen,
        )
        for row in rows
    )

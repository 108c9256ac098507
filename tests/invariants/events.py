"""Invariants of events: I24 what happened is told, I25 what is told happened.

Both look at what happened since the oldest event there is: before that nothing was told, or it has been deleted since.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from backend.domain.event import EventKind, ObjectKind
from backend.domain.order import OrderKind, OrderState
from backend.domain.session import SessionState
from backend.models import Order, Payment, Pile, Session
from tests.invariants.payments import CREDITED
from tests.invariants.rows import Rows, grouped


def facts_are_told(rows: Rows) -> Iterator[str]:
    """I24: every settled or corrected order, idle fee, failed or settled session and paid payment has its event."""
    if not rows.events:
        return
    first_at = min(row.at for row in rows.events)
    told = {(row.kind, row.object_no) for row in rows.events}
    for kind, object_no, at in _facts(rows):
        if at is not None and at >= first_at and (kind.value, object_no) not in told:
            yield f"{object_no} has no event {kind.value}"


def _facts(rows: Rows) -> Iterator[tuple[EventKind, str, datetime | None]]:
    for order in rows.orders:
        if order.state is not OrderState.OPEN:
            yield EventKind.ORDER_SETTLED, order.order_no, order.settled_at
        if order.state is OrderState.CORRECTED:
            yield EventKind.ORDER_CORRECTED, order.order_no, order.settled_at
    for order in rows.idle_orders:
        yield EventKind.IDLE_FEE_BILLED, order.order_no, order.settled_at
        if order.state is OrderState.CORRECTED:
            yield EventKind.IDLE_FEE_WAIVED, order.order_no, order.settled_at
    for session in rows.sessions:
        if session.state in _OF_SESSIONS:
            kind, column = _OF_SESSIONS[session.state]
            yield kind, session.session_no, getattr(session, column)
    for payment in rows.payments:
        if payment.state in CREDITED:
            yield EventKind.PAYMENT_PAID, payment.payment_no, payment.paid_at


_OF_SESSIONS = {
    SessionState.CHARGING: (EventKind.SESSION_STARTED, "started_at"),
    SessionState.SETTLED: (EventKind.SESSION_ENDED, "settled_at"),
    SessionState.FAILED: (EventKind.SESSION_FAILED, "ended_at"),
    SessionState.REVIEW: (EventKind.SESSION_PUT_IN_REVIEW, "ended_at"),
}
"""What a session in this state has told, and since when it is true."""


def only_facts_are_told(rows: Rows) -> Iterator[str]:
    """I25: an event names a session, order, payment or pile that is there and to which it can have happened."""
    by_number: dict[ObjectKind, dict[str, Any]] = {
        ObjectKind.ORDER: {row.order_no: row for row in (*rows.orders, *rows.idle_orders)},
        ObjectKind.SESSION: {row.session_no: row for row in rows.sessions},
        ObjectKind.PAYMENT: dict(rows.payment_by_number),
        ObjectKind.PILE: {row.pile_no: row for row in rows.pile_by_id.values()},
    }
    for row in rows.events:
        check = _CHECKS[EventKind(row.kind)]
        found: Any = by_number[row.object_kind].get(row.object_no)
        if found is None:
            yield f"event {row.id} ({row.kind}) names {row.object_no}, which is not there"
        elif not check(found):
            yield f"event {row.id} says {row.kind} of {row.object_no}, which is {found.state.value}"
    counts = grouped(rows.events, key=lambda row: (row.kind, row.object_no))
    for (kind, object_no), found_rows in counts.items():
        if EventKind(kind) in _ONCE and len(found_rows) > 1:
            yield f"{kind} of {object_no} is told by the events {[row.id for row in found_rows]}"


def _has_failed(session: Session) -> bool:
    # energy after a failure puts it in review, and a person settles it
    return session.state in {SessionState.FAILED, SessionState.REVIEW, SessionState.SETTLED}


def _is_settled(order: Order) -> bool:
    return order.state is not OrderState.OPEN


def _is_idle_fee(order: Order) -> bool:
    return order.kind is OrderKind.IDLE


def _is_paid(payment: Payment) -> bool:
    return payment.state in CREDITED


def _is_there(pile: Pile) -> bool:
    return bool(pile.pile_no)


_CHECKS: dict[EventKind, Callable[[Any], bool]] = {
    EventKind.SESSION_STARTED: lambda session: session.started_at is not None,
    EventKind.SESSION_ENDED: lambda session: session.state is SessionState.SETTLED,
    EventKind.SESSION_FAILED: _has_failed,
    EventKind.SESSION_PUT_IN_REVIEW: lambda session: bool(session.review_reason),
    EventKind.ORDER_SETTLED: _is_settled,
    EventKind.ORDER_CORRECTED: lambda order: order.state is OrderState.CORRECTED,
    EventKind.IDLE_FEE_BILLED: _is_idle_fee,
    EventKind.IDLE_FEE_WAIVED: lambda order: _is_idle_fee(order) and order.total_fen == 0,
    EventKind.PAYMENT_PAID: _is_paid,
    EventKind.PILE_CAME_ONLINE: _is_there,
    EventKind.PILE_WENT_OFFLINE: _is_there,
    EventKind.PILE_LOST_ITS_COUNTER: _is_there,
}
_ONCE = frozenset(
    {
        EventKind.SESSION_STARTED,
        EventKind.SESSION_ENDED,
        EventKind.SESSION_FAILED,
        EventKind.PAYMENT_PAID,
        EventKind.IDLE_FEE_BILLED,
        EventKind.IDLE_FEE_WAIVED,
    }
)
"""An order is settled provisionally and then for good, and corrected as often as people find more; what was put in review may be settled and come back."""

"""Settle (结算): price the session, write the order and its fee lines, capture from the hold, release the rest.

Everything is one transaction with what ended the session; roll-ups are bumped last.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import structlog

from backend.domain.event import OrderSettled, SessionEnded
from backend.domain.fees import Bill, Segment, price_segments
from backend.domain.fees import FeeLine as Line
from backend.domain.order import OrderEvent, OrderKind, OrderState
from backend.domain.order import next_state as next_order_state
from backend.domain.session import SessionEvent, next_state
from backend.gateways.ids import new_number
from backend.live import feed
from backend.models import FeeLine, Order, Session, SessionSegment
from backend.models.engine.database import after_commit, transactional
from backend.models.engine.new_rows import NewRows
from backend.models.engine.row_statement import RowStatement
from backend.models.engine.save_changed import save_changed
from backend.services.charging.idle_stays import begin_stay
from backend.services.charging.payers import get_payer
from backend.services.charging.release import free_connector
from backend.services.ground.events import Fact, write_events
from backend.services.ground.feed_topics import session_topics
from backend.services.ground.roll_ups import bump_charging
from backend.services.tariffs.versions import version_of

REPORTED_TOLERANCE_FEN_E4: Final = 100_000
"""A pile that says 10 fen more or less than we do is noted as a discrepancy."""
_log = structlog.get_logger(__name__)
_new_orders = NewRows(Order)
# tuples, for models of rows that nobody reads here would cost more than their statement
_insert_lines = RowStatement(
    FeeLine,
    (
        "order_id",
        "line_no",
        "local_date",
        "start_slot",
        "end_slot",
        "rate_band",
        "component",
        "energy_wh",
        "price_e5",
        "fee_fen",
        "note",
    ),
)
_insert_segments = RowStatement(SessionSegment, ("session_id", "from_at", "to_at", "energy_wh"))


@transactional
def settle_order(
    *,
    session: Session,
    segments: Sequence[Segment],
    is_estimated: bool,
    is_provisional: bool,
    now: datetime,
    by: SessionEvent = SessionEvent.ORDER_SETTLED,
) -> Order:
    """Bill an ended session (its fields as the final record says) and settle it `by` an event."""
    zone = ZoneInfo(session.time_zone)
    bill = price_session(session, segments)
    order = new_order(session, bill, is_estimated=is_estimated, now=now)
    event = OrderEvent.PROVISIONALLY_SETTLED if is_provisional else OrderEvent.SETTLED
    order.state = next_order_state(order.state, event)
    order.settled_at = now
    payer = get_payer(session)
    payer.capture(session, order, now)
    payer.conclude(order, now)
    write_order(order)
    write_lines(order_id=order.id, lines=bill.lines, first_no=1, note="")
    write_segments(session=session, segments=segments)
    session.state = next_state(session.state, by)
    session.settled_at = now
    save_changed(session)
    if free_connector(session=session, now=now) and not is_provisional and order.energy_wh:
        begin_stay(session=session, now=now)
    write_events(settled_facts(session, order, is_provisional=is_provisional), now=now)
    bump_charging(order=order, zone=zone)
    _log.info(
        "order_settled",
        order_no=order.order_no,
        session_no=session.session_no,
        energy_wh=order.energy_wh,
        total_fen=order.total_fen,
        debt_fen=order.debt_fen,
    )
    topics = session_topics(session)
    after_commit(lambda: feed.publish(topics))
    return order


def settled_facts(session: Session, order: Order, *, is_provisional: bool) -> tuple[Fact, Fact]:
    """What is told of a session and its order when they are settled."""
    ended = SessionEnded(ended_at=order.ended_at, stop_reason=session.stop_reason, energy_wh=order.energy_wh)
    settled = OrderSettled(
        session_no=session.session_no,
        total_fen=order.total_fen,
        debt_fen=order.debt_fen,
        is_provisional=is_provisional,
    )
    return (
        Fact(detail=ended, object_no=session.session_no, operator_id=session.operator_id),
        Fact(detail=settled, object_no=order.order_no, operator_id=order.operator_id),
    )


def price_session(session: Session, segments: Sequence[Segment]) -> Bill:
    """The bill by the tariff version that was frozen at the start. Raises TariffMissing."""
    return price_segments(segments, version_of(session), ZoneInfo(session.time_zone))


def new_order(session: Session, bill: Bill, *, is_estimated: bool, now: datetime) -> Order:
    """An open order of an ended session, not written yet: billed, no money moved."""
    order = Order(
        order_no=new_number("O", now),
        kind=OrderKind.CHARGING,
        session_id=session.id,
        operator_id=session.operator_id,
        station_id=session.station_id,
        connector_id=session.connector_id,
        driver_id=session.driver_id,
        state=OrderState.OPEN,
        held_fen=session.hold_fen,
        is_test=session.is_test,
        created_at=now,
    )
    state_facts(order, session, bill, is_estimated=is_estimated)
    return order


def state_facts(order: Order, session: Session, bill: Bill, *, is_estimated: bool) -> None:
    """Let an order say what was billed, when it was charged, and what the pile says it cost."""
    reported = session.reported_fen_e4
    order.energy_wh = bill.energy_wh
    order.electricity_fen = bill.electricity_fen
    order.service_fen = bill.service_fen
    order.total_fen = bill.total_fen
    order.is_estimated = is_estimated
    order.started_at = session.started_at or session.ended_at or order.created_at
    order.ended_at = session.ended_at or order.created_at
    order.reported_fen_e4 = reported
    order.has_discrepancy = (
        reported is not None and abs(reported - bill.total_fen * 10_000) > REPORTED_TOLERANCE_FEN_E4
    )


def write_order(order: Order) -> None:
    """Write a new order; it has its row id then."""
    _new_orders.insert_one(order)


def write_lines(*, order_id: int, lines: Sequence[Line], first_no: int, note: str) -> None:
    """Append fee lines to an order, numbered from `first_no`."""
    if not lines:
        return
    _insert_lines.run(
        [
            (
                order_id,
                line_no,
                line.local_date,
                line.start_slot,
                line.end_slot,
                line.rate_band,
                line.component,
                line.energy_wh,
                line.price_e5,
                line.fee_fen,
                note,
            )
            for line_no, line in enumerate(lines, first_no)
        ]
    )


def write_segments(*, session: Session, segments: Sequence[Segment]) -> None:
    """Keep what the bill is priced from."""
    if segments:
        _insert_segments.run(
            [(session.id, segment.from_at, segment.to_at, segment.energy_wh) for segment in segments]
        )

"""A provisional order meets the true record: the difference is its own fee lines and its own ledger entry.

Lower → credit to the wallet; higher → from available, else debt. No line and no entry is edited away.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog

from backend.domain.event import Detail, OrderCorrected, OrderSettled
from backend.domain.fees import FeeLine as Line
from backend.domain.fees import Segment
from backend.domain.order import OrderEvent, OrderState, next_state
from backend.domain.units import Fen, PriceE5, Wh
from backend.live import feed
from backend.models import FeeLine, Order, Session, SessionSegment
from backend.models.engine.database import after_commit, transactional
from backend.services.charging.payers import Fees, get_payer
from backend.services.charging.settle_order import (
    price_session,
    state_facts,
    write_lines,
    write_segments,
)
from backend.services.ground.events import write_event
from backend.services.ground.feed_topics import session_topics
from backend.services.ground.roll_ups import bump_charging

CORRECTION_NOTE = "correction"
_log = structlog.get_logger(__name__)


@transactional
def correct_order(
    *,
    session: Session,
    order: Order,
    segments: Sequence[Segment],
    is_estimated: bool,
    now: datetime,
) -> None:
    """Replace what a locked provisional order says by what the late record does, which the session has by now.

    Facts and sums are the record's also where the money stays the same: when it ended, which half-hours the energy
    belongs to, what the pile says it cost.
    """
    bill = price_session(session, segments)
    difference = _difference(order, bill.lines)
    zone = ZoneInfo(session.time_zone)
    total_before_fen, ended_before = order.total_fen, order.ended_at
    bump_charging(order=order, zone=zone, sign=-1)
    payer = get_payer(session)
    if difference:
        fees = Fees(electricity_fen=bill.electricity_fen, service_fen=bill.service_fen)
        payer.correct(session, order, fees, now)
        count = FeeLine.select().where(FeeLine.order_id == order.id).count()
        write_lines(order_id=order.id, lines=difference, first_no=count + 1, note=CORRECTION_NOTE)
    state_facts(order, session, bill, is_estimated=is_estimated)
    order.state = next_state(order.state, OrderEvent.CORRECTED if difference else OrderEvent.SETTLED)
    payer.conclude(order, now)
    order.save()
    SessionSegment.delete().where(SessionSegment.session_id == session.id).execute()
    write_segments(session=session, segments=segments)
    _tell(order, _outcome(session, order, total_before_fen, ended_before), now)
    bump_charging(order=order, zone=zone)
    _log.info(f"order_{order.state.value}", order_no=order.order_no, total_fen=order.total_fen)
    topics = session_topics(session)
    after_commit(lambda: feed.publish(topics))


def _tell(order: Order, detail: Detail, now: datetime) -> None:
    write_event(detail=detail, object_no=order.order_no, operator_id=order.operator_id, now=now)


def _outcome(
    session: Session, order: Order, total_before_fen: int, ended_before: datetime
) -> OrderSettled | OrderCorrected:
    """What is told: a record that agrees settles the order, one that does not corrects it."""
    if order.state is OrderState.CORRECTED:
        return OrderCorrected(
            session_no=session.session_no,
            total_fen=order.total_fen,
            total_before_fen=total_before_fen,
            ended_before=ended_before,
        )
    return OrderSettled(
        session_no=session.session_no,
        total_fen=order.total_fen,
        debt_fen=order.debt_fen,
        is_provisional=False,
        ended_before=ended_before,
    )


def _difference(order: Order, lines: Sequence[Line]) -> list[Line]:
    """Lines that, added to the order's, make it say what `lines` say; energies and fees may be negative."""
    rest = {_key(line): line for line in lines}
    for row in FeeLine.select().where(FeeLine.order_id == order.id):
        old = Line(
            local_date=row.local_date,
            start_slot=row.start_slot,
            end_slot=row.end_slot,
            rate_band=row.rate_band,
            component=row.component,
            energy_wh=Wh(row.energy_wh),
            price_e5=PriceE5(row.price_e5),
            fee_fen=Fen(row.fee_fen),
        )
        new = rest.get(_key(old), replace(old, energy_wh=Wh(0), fee_fen=Fen(0)))
        rest[_key(old)] = replace(
            new, energy_wh=Wh(new.energy_wh - old.energy_wh), fee_fen=Fen(new.fee_fen - old.fee_fen)
        )
    return [line for line in rest.values() if line.energy_wh or line.fee_fen]


def _key(line: Line) -> tuple[object, ...]:
    return line.local_date, line.start_slot, line.component

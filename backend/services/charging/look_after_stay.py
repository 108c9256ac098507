"""Look after a stay: find its end, and bill it then; until then tell its driver in time that it will cost something.

The fee is an order of its own, from available money, else debt; one of nothing is no order.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

import structlog

from backend.domain.driver_message import MessageKind
from backend.domain.event import IdleFeeBilled
from backend.domain.idle_fee import (
    WARN_BEFORE,
    IdleLine,
    Spell,
    StayEvent,
    next_state,
    price_stay,
    sum_of,
)
from backend.domain.idle_fee import StayState as State
from backend.domain.order import OrderEvent, OrderKind, OrderState
from backend.domain.order import next_state as next_order_state
from backend.gateways.ids import new_number
from backend.live import feed
from backend.models import IdleFeeLine, IdleSpell, IdleStay, Order, PlugSense, Session
from backend.models.engine.database import after_commit, locked, transactional
from backend.services.charging.idle_stays import LOOK_EVERY, find_end, terms_of
from backend.services.charging.payers import pay_idle_fee
from backend.services.ground.events import write_event
from backend.services.ground.feed_topics import session_topics
from backend.services.messages.queue_message import queue_message

_log = structlog.get_logger(__name__)


@transactional
def look_after_stay(*, session_id: int, now: datetime) -> None:
    """Conclude the stay of this session if it has ended; harmless to repeat."""
    stay = locked(IdleStay.select().where(IdleStay.session_id == session_id)).first()
    if stay is None or stay.state is not State.WATCHING:
        return
    session = Session.get_by_id(session_id)
    if stay.ended_at is None and (end := find_end(stay, now)) is not None:
        stay.ended_at, stay.end_reason = end
    if stay.ended_at is None:
        _wait(stay, session, now)
    else:
        _conclude(stay, stay.ended_at, session, now)
        topics = session_topics(session)
        after_commit(lambda: feed.publish(topics))
    stay.save()


def _wait(stay: IdleStay, session: Session, now: datetime) -> None:
    stay.due_at = now + LOOK_EVERY
    is_near = terms_of(stay).paid_from(stay.began_at) - now <= WARN_BEFORE
    if is_near and stay.warned_at is None and stay.spell_from_at is not None:
        stay.warned_at = now
        queue_message(
            kind=MessageKind.IDLE_NEAR, driver_id=stay.driver_id, subject_no=session.session_no, now=now
        )


def _conclude(stay: IdleStay, ended_at: datetime, session: Session, now: datetime) -> None:
    stay.due_at = None
    lines = _price(stay, ended_at, session)
    if not lines:
        stay.state = next_state(stay.state, StayEvent.ENDED_WITHOUT_FEE)
        return
    stay.state = next_state(stay.state, StayEvent.ENDED_WITH_FEE)
    order = _write_order(stay, ended_at, session, lines, now)
    stay.order_id = order.id
    write_event(
        detail=IdleFeeBilled(session_no=session.session_no, fee_fen=order.total_fen),
        object_no=order.order_no,
        operator_id=order.operator_id,
        now=now,
    )


def _price(stay: IdleStay, ended_at: datetime, session: Session) -> tuple[IdleLine, ...]:
    """Nothing where the connector was never heard to tell a pulled plug from one that is in."""
    if not PlugSense.select().where(PlugSense.connector_id == stay.connector_id).exists():
        return ()
    rows = IdleSpell.select().where(IdleSpell.session_id == stay.session_id).order_by(IdleSpell.from_at)
    spells = [Spell(row.from_at, row.to_at) for row in rows]
    return price_stay(terms_of(stay), stay.began_at, ended_at, spells, ZoneInfo(session.time_zone))


def _write_order(
    stay: IdleStay, ended_at: datetime, session: Session, lines: tuple[IdleLine, ...], now: datetime
) -> Order:
    fee_fen = sum_of(lines)
    order = Order(
        order_no=new_number("O", now),
        kind=OrderKind.IDLE,
        session_id=session.id,
        operator_id=session.operator_id,
        station_id=session.station_id,
        connector_id=session.connector_id,
        driver_id=session.driver_id,
        state=next_order_state(OrderState.OPEN, OrderEvent.SETTLED),
        energy_wh=0,
        electricity_fen=0,
        service_fen=0,
        idle_fen=fee_fen,
        total_fen=fee_fen,
        started_at=stay.began_at,
        ended_at=ended_at,
        created_at=now,
        settled_at=now,
    )
    pay_idle_fee(session, order, now)
    order.save(force_insert=True)
    for line_no, line in enumerate(lines, 1):
        IdleFeeLine.insert(
            order_id=order.id,
            line_no=line_no,
            local_date=line.local_date,
            minutes=line.minutes,
            minute_fen=stay.minute_fen,
            is_capped=line.minutes * stay.minute_fen > line.fee_fen,
            fee_fen=line.fee_fen,
        ).execute()
    _log.info(
        "idle_fee_billed", order_no=order.order_no, session_no=session.session_no, total_fen=order.total_fen
    )
    return order

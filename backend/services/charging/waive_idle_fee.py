"""Staff waive the idle fee of a stay, with a reason: one that still runs is closed, one that was billed is given back."""

from dataclasses import dataclass
from datetime import datetime

import structlog

from backend.domain.actor import Actor
from backend.domain.caller import Caller
from backend.domain.errors import Forbidden, IdleFeeNotWaivable, SessionNotFound
from backend.domain.event import IdleFeeWaived
from backend.domain.idle_fee import StayEnd, StayEvent, StayState, next_state
from backend.domain.order import OrderEvent
from backend.domain.order import next_state as next_order_state
from backend.domain.permission import Permission
from backend.live import feed
from backend.models import IdleFeeLine, IdleStay, Order, Session
from backend.models.engine.database import after_commit, locked, transactional
from backend.services.access.scope import scoped
from backend.services.charging.payers import give_idle_fee_back
from backend.services.ground.audit import write_audit
from backend.services.ground.events import write_event
from backend.services.ground.feed_topics import session_topics

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Before:
    state: StayState
    fee_fen: int


@transactional
def waive_idle_fee(*, staff: Actor, session_no: str, reason: str, caller: Caller, now: datetime) -> None:
    """Waive what the car of this session costs by staying; again: nothing happens.

    Raises Forbidden, SessionNotFound, IdleFeeNotWaivable where there is nothing to waive.
    """
    if Permission.IDLE_FEE_WAIVE not in staff.permissions:
        raise Forbidden
    wanted = Session.select().where(Session.session_no == session_no)
    session = scoped(wanted, staff, operator=Session.operator_id, station=Session.station_id).first()
    if session is None:
        raise SessionNotFound
    stay = locked(IdleStay.select().where(IdleStay.session_id == session.id)).first()
    if stay is None or stay.state is StayState.FREE:
        raise IdleFeeNotWaivable
    if stay.state is StayState.WAIVED:
        return
    before = _Before(
        state=stay.state, fee_fen=0 if stay.order_id is None else _take_back(stay.order_id, session, now)
    )
    if stay.ended_at is None:
        stay.ended_at, stay.end_reason = now, StayEnd.WAIVED
    stay.state = next_state(stay.state, StayEvent.WAIVED)
    stay.due_at, stay.waived_at, stay.waive_reason = None, now, reason
    stay.save()
    write_audit(
        actor=staff,
        action="idle_fee.waive",
        object_kind="session",
        object_no=session_no,
        operator_id=session.operator_id,
        detail={
            "reason": reason,
            "state": {"before": before.state, "after": stay.state},
            "fee_fen": {"before": before.fee_fen, "after": 0},
        },
        now=now,
        request_id=caller.request_id,
        ip=caller.ip,
    )
    _log.info("idle_fee_waived", session_no=session_no, fee_fen=before.fee_fen)
    topics = session_topics(session)
    after_commit(lambda: feed.publish(topics))


def _take_back(order_id: int, session: Session, now: datetime) -> int:
    """The fee that the order asked, taken back by lines and an entry of their own."""
    order = locked(Order.select().where(Order.id == order_id)).get()
    fee_fen: int = order.total_fen
    give_idle_fee_back(order, now)
    order.state = next_order_state(order.state, OrderEvent.CORRECTED)
    order.save()
    lines = list(IdleFeeLine.select().where(IdleFeeLine.order_id == order_id).order_by(IdleFeeLine.line_no))
    for line_no, line in enumerate(lines, len(lines) + 1):
        IdleFeeLine.insert(
            order_id=order_id,
            line_no=line_no,
            local_date=line.local_date,
            minutes=-line.minutes,
            minute_fen=line.minute_fen,
            is_capped=line.is_capped,
            fee_fen=-line.fee_fen,
        ).execute()
    write_event(
        detail=IdleFeeWaived(session_no=session.session_no, fee_before_fen=fee_fen),
        object_no=order.order_no,
        operator_id=order.operator_id,
        now=now,
    )
    return fee_fen

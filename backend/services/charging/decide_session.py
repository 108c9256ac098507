"""A person's word on a session: one in review is settled by it, a settled one corrected; none is opened again.

The bill is `session_evidence.bill_as`, the money moves through the payer, and the decision is kept with its reason.
"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
import structlog
from peewee import IntegrityError

from backend.domain.actor import Actor
from backend.domain.decision import DECIDABLE, Decision
from backend.domain.errors import EvidenceChanged, Forbidden, SessionNotDecidable, SessionNotFound
from backend.domain.fees import FeeLine as Line
from backend.domain.order import OrderEvent
from backend.domain.order import next_state as next_order_state
from backend.domain.permission import Permission
from backend.domain.session import SessionEvent, StopReason, next_state
from backend.domain.timer import TimerKind
from backend.domain.units import Fen, PriceE5, Wh
from backend.live import feed
from backend.models import FeeLine, Order, Session, SessionDecision, SessionSegment
from backend.models.engine.database import after_commit, locked, transactional
from backend.services.access.scope import scoped
from backend.services.charging.correct_order import CORRECTION_NOTE, correct_order
from backend.services.charging.payers import find_payer
from backend.services.charging.session_evidence import Billed, Evidence, bill_as, gather
from backend.services.charging.settle_order import (
    new_order,
    settle_order,
    settled_facts,
    write_lines,
    write_order,
)
from backend.services.ground.audit import write_audit
from backend.services.ground.events import write_events
from backend.services.ground.feed_topics import session_topics
from backend.services.ground.idempotency import once
from backend.services.ground.roll_ups import bump_charging
from backend.services.ground.timers import clear_timer

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What staff decided. `seen` is the evidence's word; registers are for BILL_REGISTER alone."""

    decision: Decision
    reason: str
    seen: str
    register_start_wh: int | None = None
    register_end_wh: int | None = None


class DecidedSession(msgspec.Struct, frozen=True, kw_only=True):
    """The bill as it is now; `number` counts the decisions on this session."""

    session_no: str
    order_no: str
    number: int
    energy_wh: int
    total_fen: int


@transactional
def decide_session(
    *,
    staff: Actor,
    session_no: str,
    verdict: Verdict,
    idempotency_key: str,
    now: datetime,
    request_id: str = "",
    ip: str = "",
) -> DecidedSession:
    """Bill a session in review, or correct what was settled; the same key answers the same decision again.

    Raises Forbidden, SessionNotFound, SessionNotDecidable, EvidenceChanged, DecisionImpossible, IdempotencyKeyReused.
    """
    if Permission.SESSION_DECIDE not in staff.permissions:
        raise Forbidden
    return once(
        actor=staff,
        route="decide_session",
        key=idempotency_key,
        request={"session_no": session_no, "verdict": msgspec.to_builtins(verdict)},
        answer_type=DecidedSession,
        now=now,
        work=lambda: _decide(staff, session_no, verdict, now, request_id, ip),
    )


def _decide(
    staff: Actor, session_no: str, verdict: Verdict, now: datetime, request_id: str, ip: str
) -> DecidedSession:
    wanted = Session.select().where(Session.session_no == session_no)
    session = locked(scoped(wanted, staff, operator=Session.operator_id, station=Session.station_id)).first()
    if session is None:
        raise SessionNotFound
    if session.state not in DECIDABLE:
        raise SessionNotDecidable
    evidence = gather(session)
    if evidence.seen != verdict.seen:
        raise EvidenceChanged
    billed = bill_as(evidence, verdict.decision, (verdict.register_start_wh, verdict.register_end_wh))
    number = _note(evidence, billed, verdict, staff, now)
    order = _carry_out(evidence, billed, now)
    write_audit(
        actor=staff,
        action="session.decide",
        object_kind="session",
        object_no=session_no,
        operator_id=session.operator_id,
        detail={
            "decision": verdict.decision.value,
            "reason": verdict.reason,
            "register_start_wh": billed.register_start_wh,
            "register_end_wh": billed.register_end_wh,
            "total_fen": order.total_fen,
        },
        now=now,
        request_id=request_id,
        ip=ip,
    )
    _log.info("session_decided", session_no=session_no, decision=verdict.decision.value, number=number)
    topics = session_topics(session)
    after_commit(lambda: feed.publish(topics))
    return DecidedSession(
        session_no=session_no,
        order_no=order.order_no,
        number=number,
        energy_wh=order.energy_wh,
        total_fen=order.total_fen,
    )


def _note(evidence: Evidence, billed: Billed, verdict: Verdict, staff: Actor, now: datetime) -> int:
    number = len(evidence.decisions) + 1
    try:
        SessionDecision.insert(
            session_id=evidence.session.id,
            number=number,
            decision=verdict.decision,
            register_start_wh=billed.register_start_wh,
            register_end_wh=billed.register_end_wh,
            energy_wh=billed.bill.energy_wh,
            before_fen=None if evidence.order is None else evidence.order.total_fen,
            total_fen=billed.bill.total_fen,
            reason=verdict.reason,
            staff_id=staff.id,
            decided_at=now,
        ).execute()
    except IntegrityError as error:  # two at once: the other one was first
        raise EvidenceChanged from error
    return number


def _carry_out(evidence: Evidence, billed: Billed, now: datetime) -> Order:
    """Write the bill in the way that the session's state asks for."""
    session = evidence.session
    session.started_at = session.started_at or billed.started_at
    session.ended_at = billed.ended_at
    session.stop_reason = session.stop_reason or StopReason.UNKNOWN
    if billed.decision is not Decision.BILL_NOTHING:
        session.register_start_wh = billed.register_start_wh
        session.register_end_wh = billed.register_end_wh
    clear_timer(kind=TimerKind.REVIEW_RELEASE, subject_no=session.session_no)
    if find_payer(session) is None:
        return _close_unpaid(evidence, billed, now)
    if evidence.order is None:
        return settle_order(
            session=session,
            segments=billed.segments,
            is_estimated=billed.is_estimated,
            is_provisional=False,
            now=now,
            by=SessionEvent.STAFF_DECIDED,
        )
    session.save()
    correct_order(
        session=session,
        order=evidence.order,
        segments=billed.segments,
        is_estimated=billed.is_estimated,
        now=now,
    )
    return evidence.order


def _close_unpaid(evidence: Evidence, billed: Billed, now: datetime) -> Order:
    """Nobody is known to pay: the session is settled with a bill of nothing, and no entry."""
    session, order = evidence.session, evidence.order
    if order is None:
        order = new_order(session, billed.bill, is_estimated=True, now=now)
        order.state = next_order_state(order.state, OrderEvent.SETTLED)
        order.settled_at = now
        write_order(order)
    elif order.settled_at is None:
        _take_back(order)
        order.state = next_order_state(order.state, OrderEvent.SETTLED)
        order.settled_at = now
        order.energy_wh = order.electricity_fen = order.service_fen = order.total_fen = 0
        order.save()
    else:
        return order
    SessionSegment.delete().where(SessionSegment.session_id == session.id).execute()
    session.state = next_state(session.state, SessionEvent.STAFF_DECIDED)
    session.settled_at = now
    session.save()
    write_events(settled_facts(session, order, is_provisional=False), now=now)
    bump_charging(order=order, zone=ZoneInfo(session.time_zone))
    return order


def _take_back(order: Order) -> None:
    """Lines that make the order say nothing; those that said something stay."""
    rows = list(FeeLine.select().where(FeeLine.order_id == order.id))
    lines = [
        Line(
            local_date=row.local_date,
            start_slot=row.start_slot,
            end_slot=row.end_slot,
            rate_band=row.rate_band,
            component=row.component,
            energy_wh=Wh(-row.energy_wh),
            price_e5=PriceE5(row.price_e5),
            fee_fen=Fen(-row.fee_fen),
        )
        for row in rows
    ]
    write_lines(order_id=order.id, lines=lines, first_no=len(rows) + 1, note=CORRECTION_NOTE)

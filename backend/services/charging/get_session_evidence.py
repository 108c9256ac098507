"""What a person looks at before deciding a session: readings, record, events, and what each decision would bill."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from backend.domain.actor import Actor
from backend.domain.decision import DECIDABLE, Decision
from backend.domain.errors import DecisionImpossible, SessionNotDecidable, SessionNotFound
from backend.domain.meter import Doubt
from backend.domain.order import OrderState
from backend.domain.session import StopReason
from backend.domain.timer import TimerKind
from backend.models import MeterValue, Session, SessionDecision, SessionRecord, Staff, Timer
from backend.models.engine.database import reading
from backend.services.access.scope import scoped
from backend.services.charging.payers import find_payer
from backend.services.charging.session_evidence import Billed, Evidence, bill_as, gather, thin_out

MOST_READINGS: Final = 200


class ReadingView(msgspec.Struct, frozen=True, kw_only=True):
    at: datetime
    received_at: datetime
    register_wh: int
    power_w: int
    is_replayed: bool


class RecordView(msgspec.Struct, frozen=True, kw_only=True):
    """The pile's final record, in our time. `reported_fen_e4` is what the pile says it cost, in 1e-4 fen."""

    received_at: datetime
    started_at: datetime
    ended_at: datetime
    register_start_wh: int
    register_end_wh: int
    stop_reason: StopReason
    raw_stop_code: str
    reported_fen_e4: int | None


class DoubtView(msgspec.Struct, frozen=True, kw_only=True):
    """What was seen to contradict itself while it charged, and when first."""

    doubt: Doubt
    found_at: datetime


class ChoiceView(msgspec.Struct, frozen=True, kw_only=True):
    """What a decision would bill; with a `refusal` it cannot be made.

    `is_estimated`: its half-hours are cut by the readings, not told by the pile.
    """

    decision: Decision
    refusal: str | None
    register_start_wh: int | None
    register_end_wh: int | None
    energy_wh: int
    electricity_fen: int
    service_fen: int
    total_fen: int
    is_estimated: bool


class DecisionView(msgspec.Struct, frozen=True, kw_only=True):
    number: int
    decision: Decision
    register_start_wh: int | None
    register_end_wh: int | None
    energy_wh: int
    before_fen: int | None
    total_fen: int
    reason: str
    staff_name: str
    decided_at: datetime


class SessionEvidence(msgspec.Struct, frozen=True, kw_only=True):
    """`seen` goes back with the decision. `held_until` is when what is held goes back undecided; None: nothing is held.

    `readings` are at most 200 of `reading_count`. `present_fen` is the bill as it is, None where there is none.
    """

    session_no: str
    seen: str
    has_payer: bool
    review_reason: str
    held_fen: int
    held_until: datetime | None
    order_state: OrderState | None
    present_fen: int | None
    register_start_wh: int | None
    record: RecordView | None
    doubts: tuple[DoubtView, ...]
    reading_count: int
    readings: tuple[ReadingView, ...]
    choices: tuple[ChoiceView, ...]
    decisions: tuple[DecisionView, ...]


@reading
def get_session_evidence(
    *,
    staff: Actor,
    session_no: str,
    register_start_wh: int | None = None,
    register_end_wh: int | None = None,
) -> SessionEvidence:
    """The evidence of a session in scope; the registers price BILL_REGISTER, by default to the last reading.

    Raises SessionNotFound, SessionNotDecidable.
    """
    session = scoped(
        Session.select().where(Session.session_no == session_no),
        staff,
        operator=Session.operator_id,
        station=Session.station_id,
    ).first()
    if session is None:
        raise SessionNotFound
    if session.state not in DECIDABLE:
        raise SessionNotDecidable
    found = gather(session)
    if register_end_wh is None and found.readings:
        register_end_wh = max(row.register_wh for row in found.readings)
    registers = (register_start_wh, register_end_wh)
    order = found.order
    return SessionEvidence(
        session_no=session_no,
        seen=found.seen,
        has_payer=find_payer(session) is not None,
        review_reason=session.review_reason,
        held_fen=found.held_fen,
        held_until=_held_until(session) if found.held_fen else None,
        order_state=None if order is None else order.state,
        present_fen=None if order is None else order.total_fen,
        register_start_wh=found.register_start_wh,
        record=None if found.record is None else _record(found.record),
        doubts=tuple(DoubtView(doubt=row.doubt, found_at=row.found_at) for row in found.doubts),
        reading_count=len(found.readings),
        readings=tuple(_reading(row) for row in thin_out(found.readings, MOST_READINGS)),
        choices=tuple(_choice(found, decision, registers) for decision in Decision),
        decisions=_decisions(found.decisions),
    )


def _held_until(session: Session) -> datetime | None:
    timer = Timer.get_or_none(Timer.kind == TimerKind.REVIEW_RELEASE, Timer.subject_no == session.session_no)
    return None if timer is None else timer.due_at


def _record(row: SessionRecord) -> RecordView:
    return RecordView(
        received_at=row.received_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        register_start_wh=row.register_start_wh,
        register_end_wh=row.register_end_wh,
        stop_reason=row.stop_reason,
        raw_stop_code=row.raw_stop_code,
        reported_fen_e4=row.reported_fen_e4,
    )


def _reading(row: MeterValue) -> ReadingView:
    return ReadingView(
        at=row.at,
        received_at=row.received_at,
        register_wh=row.register_wh,
        power_w=row.power_w,
        is_replayed=row.is_replayed,
    )


def _choice(found: Evidence, decision: Decision, registers: tuple[int | None, int | None]) -> ChoiceView:
    billed: Billed | None = None
    refusal = None
    try:
        billed = bill_as(found, decision, registers)
    except DecisionImpossible as error:
        refusal = str(error.data["reason"])
    return ChoiceView(
        decision=decision,
        refusal=refusal,
        register_start_wh=None if billed is None else billed.register_start_wh,
        register_end_wh=None if billed is None else billed.register_end_wh,
        energy_wh=0 if billed is None else billed.bill.energy_wh,
        electricity_fen=0 if billed is None else billed.bill.electricity_fen,
        service_fen=0 if billed is None else billed.bill.service_fen,
        total_fen=0 if billed is None else billed.bill.total_fen,
        is_estimated=billed is None or billed.is_estimated,
    )


def _decisions(rows: Sequence[SessionDecision]) -> tuple[DecisionView, ...]:
    names = {row.id: row.name for row in Staff.select().where(Staff.id.in_([one.staff_id for one in rows]))}
    return tuple(
        DecisionView(
            number=row.number,
            decision=row.decision,
            register_start_wh=row.register_start_wh,
            register_end_wh=row.register_end_wh,
            energy_wh=row.energy_wh,
            before_fen=row.before_fen,
            total_fen=row.total_fen,
            reason=row.reason,
            staff_name=names.get(row.staff_id, ""),
            decided_at=row.decided_at,
        )
        for row in rows
    )

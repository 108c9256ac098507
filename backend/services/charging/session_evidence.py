"""What is known of a session, side by side, and what each way of deciding it would bill: for the desk and the decision.

Both price by this one function, so that a person confirms the very bill that is written.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from backend.domain.decision import Decision, check_registers
from backend.domain.errors import DecisionImpossible
from backend.domain.fees import Bill, Segment, cut_at_half_hours
from backend.domain.ledger import EntryKind
from backend.domain.meter import MAX_SESSION, FinalRecord, segments_match
from backend.domain.meter_trail import Reading
from backend.domain.order import OrderKind
from backend.domain.units import Watt, Wh
from backend.models import (
    MeterValue,
    Order,
    RecordSegment,
    Session,
    SessionDecision,
    SessionDoubt,
    SessionRecord,
)
from backend.services.charging.payers import find_payer
from backend.services.charging.session_readings import load_readings
from backend.services.charging.settle_order import price_session
from backend.services.ledger.entries import find_entry
from backend.services.payments.give_back import sum_given_back


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """`held_fen` is what is still held for the session; `readings` are in the order of the pile."""

    session: Session
    order: Order | None
    record: SessionRecord | None
    recorded_segments: tuple[Segment, ...]
    doubts: tuple[SessionDoubt, ...]
    readings: tuple[MeterValue, ...]
    decisions: tuple[SessionDecision, ...]
    held_fen: int

    @property
    def register_start_wh(self) -> int | None:
        """Where the energy begins: as told, else as recorded, else the first reading."""
        if self.session.register_start_wh is not None:
            return self.session.register_start_wh
        if self.record is not None:
            return self.record.register_start_wh
        return self.readings[0].register_wh if self.readings else None

    @property
    def recorded(self) -> tuple[int | None, int | None]:
        """The registers of the final record."""
        if self.record is not None:
            return self.record.register_start_wh, self.record.register_end_wh
        return self.session.register_start_wh, self.session.register_end_wh

    @property
    def seen(self) -> str:
        """A word for all of it: who decides says it back, and another one means that there is more to look at."""
        order = self.order
        parts = (
            self.session.state,
            self.session.register_start_wh,
            self.session.register_end_wh,
            None if order is None else (order.state, order.total_fen),
            self.record is not None,
            len(self.readings),
            len(self.doubts),
            len(self.decisions),
            self.held_fen,
        )
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Billed:
    """A bill that may be written: its segments lie between `started_at` and `ended_at`.

    `is_estimated`: they were cut by the readings; else they are the pile's own.
    """

    decision: Decision
    register_start_wh: int | None
    register_end_wh: int | None
    started_at: datetime
    ended_at: datetime
    segments: tuple[Segment, ...]
    is_estimated: bool
    bill: Bill


def gather(session: Session) -> Evidence:
    """All that is known of a session now; the caller holds its lock where it is going to decide."""
    is_own = (Order.session_id == session.id) & (Order.kind == OrderKind.CHARGING)
    readings = (
        MeterValue.select()
        .where((MeterValue.session_no == session.session_no) & (MeterValue.pile_id == session.pile_id))
        .order_by(MeterValue.boot, MeterValue.seq)
    )
    segments = RecordSegment.select().where(RecordSegment.session_id == session.id)
    doubts = SessionDoubt.select().where(SessionDoubt.session_id == session.id)
    decisions = SessionDecision.select().where(SessionDecision.session_id == session.id)
    return Evidence(
        session=session,
        order=Order.select().where(is_own).first(),
        record=SessionRecord.get_or_none(SessionRecord.session_id == session.id),
        recorded_segments=tuple(
            Segment(row.from_at, row.to_at, Wh(row.energy_wh))
            for row in segments.order_by(RecordSegment.from_at)
        ),
        doubts=tuple(doubts.order_by(SessionDoubt.found_at)),
        readings=tuple(readings),
        decisions=tuple(decisions.order_by(SessionDecision.number)),
        held_fen=find_held(session),
    )


def find_held(session: Session) -> int:
    """What is still held for a session in review: its hold, unless it went back."""
    is_open = session.hold_fen and session.settled_at is None
    if session.payment_id is not None and sum_given_back(session.payment_id):
        return 0
    if not is_open or find_entry(kind=EntryKind.RELEASE, reference=session.session_no) is not None:
        return 0
    return session.hold_fen


def bill_as(
    evidence: Evidence, decision: Decision, registers: tuple[int | None, int | None] = (None, None)
) -> Billed:
    """The bill of a decision; `registers` count for BILL_REGISTER, whose start is the known one unless given.

    Raises DecisionImpossible.
    """
    session = evidence.session
    started_at, ended_at = _window(evidence)
    if decision is Decision.BILL_NOTHING:
        return Billed(
            decision=decision,
            register_start_wh=None,
            register_end_wh=None,
            started_at=started_at,
            ended_at=ended_at,
            segments=(),
            is_estimated=True,
            bill=Bill(()),
        )
    if find_payer(session) is None:
        raise DecisionImpossible(reason="no_payer")
    if session.tariff_version_id is None and not session.is_test:
        raise DecisionImpossible(reason="no_tariff")
    if decision is Decision.BILL_RECORD:
        start, end = evidence.recorded
    else:
        start, end = registers
        start = evidence.register_start_wh if start is None else start
    start_wh, end_wh = check_registers(start, end, Watt(session.rated_w))
    counted = load_readings(session).counted
    segments = _own_segments(evidence, counted) if decision is Decision.BILL_RECORD else None
    is_estimated = segments is None
    if segments is None:
        points = [(reading.at, reading.register_wh) for reading in counted]
        segments = cut_at_half_hours(started_at, ended_at, start_wh, end_wh, points)
    return Billed(
        decision=decision,
        register_start_wh=start_wh,
        register_end_wh=end_wh,
        started_at=started_at,
        ended_at=ended_at,
        segments=segments,
        is_estimated=is_estimated,
        bill=price_session(session, segments),
    )


def _own_segments(evidence: Evidence, counted: Sequence[Reading]) -> tuple[Segment, ...] | None:
    """The record's own segments where they can be priced (`meter.segments_match`)."""
    row = evidence.record
    if row is None or not evidence.recorded_segments:
        return None
    record = FinalRecord(
        started_at=row.started_at,
        ended_at=row.ended_at,
        register_start_wh=Wh(row.register_start_wh),
        register_end_wh=Wh(row.register_end_wh),
        segments=evidence.recorded_segments,
    )
    return record.segments if segments_match(record, Watt(evidence.session.rated_w), counted) else None


def _window(evidence: Evidence) -> tuple[datetime, datetime]:
    """When the energy flowed as far as anybody knows, never longer than a session lasts."""
    session, record = evidence.session, evidence.record
    begun = _first(session.started_at, record.started_at if record is not None else None)
    started_at = begun or session.created_at
    told = (
        session.ended_at,
        record.ended_at if record is not None else None,
        evidence.readings[-1].at if evidence.readings else None,
    )
    ends = [at for at in told if at is not None and started_at <= at <= started_at + MAX_SESSION]
    return started_at, ends[0] if ends else started_at


def _first(*times: datetime | None) -> datetime | None:
    return next((at for at in times if at is not None), None)


def thin_out(readings: Sequence[MeterValue], most: int) -> list[MeterValue]:
    """At most so many of the readings, evenly, with the first and the last."""
    if len(readings) <= most:
        return list(readings)
    return [readings[place * (len(readings) - 1) // (most - 1)] for place in range(most)]

"""`session_ended`: the final record closes a session, or puts it before a person, and never gets lost.

A plausible record settles the order in the same transaction. An implausible one, or energy after a failed
start, goes to review and into no bill. An unknown session opens an order for review.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, TypeAlias

from backend.domain.errors import RecordImplausible
from backend.domain.fees import Segment, cut_at_half_hours
from backend.domain.meter import Doubt, FinalFault, FinalRecord, segments_match
from backend.domain.order import OrderKind, OrderState
from backend.domain.record_digest import record_digest
from backend.domain.report import Report
from backend.domain.report_time import LONGEST_STEP, TRUSTED_OFFSET
from backend.domain.session import FailureReason, SessionEvent, SessionState, StopReason, next_state
from backend.domain.units import Watt
from backend.models import Order, Session
from backend.models.engine.database import locked, transactional
from backend.models.engine.prepared import Prepared
from backend.services.charging.correct_order import correct_order
from backend.services.charging.fail_session import fail_session
from backend.services.charging.judge_record import judge_record
from backend.services.charging.keep_record import keep_record
from backend.services.charging.note_doubt import note_doubt
from backend.services.charging.open_unknown_session import open_unknown_session
from backend.services.charging.review_session import review_session
from backend.services.charging.session_readings import SessionReadings, load_readings
from backend.services.charging.settle_order import settle_order
from backend.services.charging.take_record import dated_by_content, is_repeated_end

_FAILURES: Final = {
    StopReason.UNPLUGGED: FailureReason.NOT_PLUGGED,
    StopReason.FAULT: FailureReason.FAULT,
    StopReason.EMERGENCY: FailureReason.FAULT,
    StopReason.DRIVER_APP: FailureReason.CANCELLED_BY_DRIVER,
    StopReason.DRIVER_PILE: FailureReason.CANCELLED_BY_DRIVER,
    StopReason.STAFF: FailureReason.CANCELLED_BY_STAFF,
    StopReason.START_FAILED: FailureReason.REJECTED_BY_PILE,
}
_Told: TypeAlias = tuple[StopReason, str, int | None]
"""Stop reason, the pile's raw code for it, and what the pile says it cost."""
_lock_session = Prepared(
    Session, lambda session_no: locked(Session.select().where(Session.session_no == session_no))
)


@transactional
def end_session(
    *,
    report: Report,
    gun: int,
    record: FinalRecord,
    session_no: str,
    stop_reason: StopReason,
    raw_stop_code: str,
    reported_fen_e4: int | None,
) -> None:
    """Take a pile's final record. Repeats change nothing.

    Raises ConnectorNotFound for a gun the pile lacks, RecordImplausible for one that cannot correct its
    provisional order, SecondEnd for one that tells of another end than the session had.
    """
    digest = record_digest(
        record,
        session_no=session_no,
        gun=gun,
        stop_reason=stop_reason,
        raw_stop_code=raw_stop_code,
        reported_fen_e4=reported_fen_e4,
    )
    session = _lock_session.first(session_no)
    if session is None or session.pile_id != report.pile.id:
        if session is not None:
            _note(session, Doubt.OTHER_PILE, f"session_ended of {report.pile.pile_no}", report)
        open_unknown_session(
            report=report,
            gun=gun,
            record=record,
            session_no=session_no,
            stop_reason=stop_reason,
            digest=digest,
        )
        return
    if is_repeated_end(session, record, digest):
        return
    report = dated_by_content(report, record, session)
    connector = report.pile.connectors.get(gun)
    if connector is None or connector.id != session.connector_id:
        _note(session, Doubt.OTHER_GUN, f"session_ended of gun {gun}", report)
    readings = load_readings(session, report)
    record = _in_platform_time(record, session, report, readings)
    told = (stop_reason, raw_stop_code, reported_fen_e4)
    if session.state is SessionState.SETTLED:
        _correct(session, record, report, readings, told)
    elif session.state in {SessionState.FAILED, SessionState.REVIEW}:
        _keep_late(session, record, report, told)
    else:
        _end(session, record, report, readings, told)


def _keep_late(session: Session, record: FinalRecord, report: Report, told: _Told) -> None:
    """A record after a failed start or in review: energy is for a person, who looks at the first record that came."""
    has_energy = record.register_end_wh != record.register_start_wh
    if session.state is SessionState.FAILED and has_energy:
        _keep(session, record, told, is_billed=False)
        _show(session, record, report, told)
        _review(session, SessionEvent.LATE_ENERGY, "late_energy", report)
    elif session.state is SessionState.REVIEW and session.register_end_wh is None:
        _keep(session, record, told, is_billed=False)
        _show(session, record, report, told)
        session.save()


def _end(
    session: Session, record: FinalRecord, report: Report, readings: SessionReadings, told: _Told
) -> None:
    """The record of an open session: settled, failed without energy, or before a person."""
    faults = judge_record(session=session, record=record, readings=readings)
    if FinalFault.START_MISMATCH in faults:
        beginnings = f"{session.register_start_wh} then recorded {record.register_start_wh} Wh"
        _note(session, Doubt.SECOND_BEGINNING, beginnings, report)
    _keep(session, record, told, is_billed=not faults)
    if faults:
        _show(session, record, report, told)
        _review(session, SessionEvent.RECORD_IMPLAUSIBLE, ",".join(faults), report)
    elif record.register_end_wh == record.register_start_wh and session.started_at is None:
        reason = _FAILURES.get(told[0], FailureReason.NO_ENERGY)
        fail_session(session=session, reason=reason, now=report.received_at)
    else:
        session.state = next_state(session.state, SessionEvent.RECORD_ACCEPTED)
        segments, is_estimated = _segments(session, record, readings)
        settle_order(
            session=session,
            segments=segments,
            is_estimated=is_estimated,
            is_provisional=False,
            now=report.received_at,
        )


def _in_platform_time(
    record: FinalRecord, session: Session, report: Report, readings: SessionReadings
) -> FinalRecord:
    """The record in our time: within the session as we know it, whatever the pile's clock said when.

    The beginning we were told counts where the pile's clock was set in mid-charge; without it the session
    cannot have begun before it was created, nor ended after its record came.
    """
    if _dates_itself(record, session, report, readings):
        return record
    shifted = replace(
        record,
        started_at=record.started_at - readings.start_offset,
        ended_at=record.ended_at - readings.report_offset,
    )
    if not readings.is_clock_sound:
        shifted = replace(shifted, segments=())
    known = session.started_at if session.register_start_wh is not None else None
    if known is not None and abs(shifted.started_at - known) > TRUSTED_OFFSET:
        shifted = replace(shifted, started_at=known, segments=())
    if session.created_at - shifted.started_at > TRUSTED_OFFSET:
        shifted = replace(shifted, started_at=session.created_at, segments=())
    if shifted.ended_at - report.received_at > TRUSTED_OFFSET:
        shifted = replace(shifted, ended_at=report.received_at, segments=())
    return shifted


def _dates_itself(record: FinalRecord, session: Session, report: Report, readings: SessionReadings) -> bool:
    """Whether the record fits all that we know of its session by our clock, and its own message was dated otherwise."""
    if abs(report.at - record.ended_at) <= TRUSTED_OFFSET:
        return False
    last, began_at = readings.last, session.started_at or session.created_at
    # known from the first reading it began up to a report interval earlier
    slack = TRUSTED_OFFSET if session.register_start_wh is not None else TRUSTED_OFFSET + LONGEST_STEP
    return (
        readings.report_offset != timedelta(0)
        and abs(record.started_at - began_at) <= slack
        and record.ended_at - report.received_at <= TRUSTED_OFFSET
        and last is not None
        and last.at - record.ended_at <= TRUSTED_OFFSET
    )


def _keep(session: Session, record: FinalRecord, told: _Told, *, is_billed: bool) -> None:
    """The session's facts as its record says; what was told of its beginning stays where a person is to compare."""
    session.ended_at = _ended_at(session, record)
    session.register_end_wh = record.register_end_wh
    if session.register_start_wh is None and record.register_end_wh != record.register_start_wh:
        # `session_started` did not come before: the record alone knows the beginning, a meter may be a late one
        session.started_at = record.started_at
    if session.register_start_wh is None or is_billed:
        session.register_start_wh = record.register_start_wh
    session.stop_reason, session.raw_stop_code, session.reported_fen_e4 = told


def _show(session: Session, record: FinalRecord, report: Report, told: _Told) -> None:
    """Keep the record for the person who decides."""
    stop_reason, raw_stop_code, reported_fen_e4 = told
    keep_record(
        session=session,
        record=record,
        stop_reason=stop_reason,
        raw_stop_code=raw_stop_code,
        reported_fen_e4=reported_fen_e4,
        now=report.received_at,
    )


def _ended_at(session: Session, record: FinalRecord) -> datetime:
    """When the session ended; a clock that is slow but trusted does not make it end before it started."""
    started_at = session.started_at
    if started_at is not None and timedelta(0) < started_at - record.ended_at <= TRUSTED_OFFSET:
        return started_at
    return record.ended_at


def _segments(
    session: Session, record: FinalRecord, readings: SessionReadings
) -> tuple[tuple[Segment, ...], bool]:
    """The pile's segments where they hold, else cut by its meter values; and whether they were cut."""
    if segments_match(record, Watt(session.rated_w), readings.counted):
        return record.segments, False
    points = [(reading.at, reading.register_wh) for reading in readings.counted]
    segments = cut_at_half_hours(
        record.started_at, record.ended_at, record.register_start_wh, record.register_end_wh, points
    )
    return segments, True


def _note(session: Session, doubt: Doubt, detail: str, report: Report) -> None:
    note_doubt(session_id=session.id, doubt=doubt, detail=detail, now=report.received_at)


def _review(session: Session, event: SessionEvent, reason: str, report: Report) -> None:
    review_session(session=session, event=event, reason=reason, now=report.received_at)


def _correct(
    session: Session, record: FinalRecord, report: Report, readings: SessionReadings, told: _Told
) -> None:
    """The true record of a session that was settled provisionally; any other repeat changes nothing."""
    bill = (Order.session_id == session.id) & (Order.kind == OrderKind.CHARGING)
    order = locked(Order.select().where(bill)).first()
    if order is None or order.state is not OrderState.PROVISIONAL:
        return
    faults = judge_record(session=session, record=record, readings=readings, is_late=True)
    if faults:
        raise RecordImplausible(session_no=session.session_no, faults=",".join(faults))
    segments, is_estimated = _segments(session, record, readings)
    _keep(session, record, told, is_billed=True)
    session.save()
    correct_order(
        session=session, order=order, segments=segments, is_estimated=is_estimated, now=report.received_at
    )

"""`session_ended`: the final record closes a session, or puts it before a person, and never gets lost.

A plausible record settles the order in the same transaction. An implausible one, or energy after a failed
start, goes to review and into no bill. An unknown session opens an order for review.
"""

from dataclasses import replace
from datetime import timedelta
from typing import Final

import structlog

from backend.domain.fees import Segment, cut_at_half_hours
from backend.domain.meter import FinalRecord, Reading, judge_final, segments_match
from backend.domain.order import OrderState
from backend.domain.session import FailureReason, SessionEvent, SessionState, StopReason, next_state
from backend.domain.timer import TimerKind
from backend.domain.units import Watt, Wh
from backend.live import feed
from backend.models import MeterValue, Order, Session, SessionProgress
from backend.models.database import Tx, locked, transactional
from backend.services.correct_order import correct_order
from backend.services.fail_session import fail_session, free_connector
from backend.services.open_unknown_session import open_unknown_session
from backend.services.report import Report
from backend.services.report_time import TRUSTED_OFFSET, clock_offset
from backend.services.session_topics import session_topics
from backend.services.settle_order import settle_order
from backend.services.timers import set_timer

REVIEW_RELEASE_AFTER: Final = timedelta(hours=24)
_log = structlog.get_logger(__name__)
_FAILURES: Final = {
    StopReason.UNPLUGGED: FailureReason.NOT_PLUGGED,
    StopReason.FAULT: FailureReason.FAULT,
    StopReason.EMERGENCY: FailureReason.FAULT,
    StopReason.DRIVER_APP: FailureReason.CANCELLED_BY_DRIVER,
    StopReason.DRIVER_PILE: FailureReason.CANCELLED_BY_DRIVER,
    StopReason.STAFF: FailureReason.CANCELLED_BY_STAFF,
    StopReason.START_FAILED: FailureReason.REJECTED_BY_PILE,
}


@transactional
def end_session(
    tx: Tx,
    *,
    report: Report,
    gun: int,
    record: FinalRecord,
    session_no: str,
    stop_reason: StopReason,
    raw_stop_code: str,
    reported_fen_e4: int | None,
) -> None:
    """Take a pile's final record. Repeats change nothing. Raises ConnectorNotFound for a gun the pile lacks."""
    session = locked(Session.select().where(Session.session_no == session_no)).first()
    if session is None or session.pile_id != report.pile.id:
        open_unknown_session(
            report=report, gun=gun, record=record, session_no=session_no, stop_reason=stop_reason
        )
        return
    offset = clock_offset(report)
    record = _in_platform_time(record, session, offset)
    has_energy = record.register_end_wh != record.register_start_wh
    if session.state is SessionState.SETTLED:
        _correct(session, record, report, offset)
        return
    if session.state is SessionState.REVIEW or (session.state is SessionState.FAILED and not has_energy):
        return
    _keep(session, record, stop_reason, raw_stop_code, reported_fen_e4)
    if session.state is SessionState.FAILED:
        _review(tx, session, SessionEvent.LATE_ENERGY, "late_energy", report)
        return
    faults = judge_final(record, _last_reading(session), Watt(session.rated_w), session.register_start_wh)
    if faults:
        _review(tx, session, SessionEvent.RECORD_IMPLAUSIBLE, ",".join(faults), report)
    elif not has_energy and session.started_at is None:
        reason = _FAILURES.get(stop_reason, FailureReason.NO_ENERGY)
        fail_session(session=session, reason=reason, now=report.received_at)
    else:
        session.state = next_state(session.state, SessionEvent.RECORD_ACCEPTED)
        segments, is_estimated = _segments(session, record, offset)
        settle_order(
            session=session,
            segments=segments,
            is_estimated=is_estimated,
            is_provisional=False,
            now=report.received_at,
        )


def _in_platform_time(record: FinalRecord, session: Session, offset: timedelta) -> FinalRecord:
    """The record in our time; the beginning we were told counts where the pile's clock was set in mid-charge."""
    shifted = replace(record, started_at=record.started_at - offset, ended_at=record.ended_at - offset)
    if offset:
        shifted = replace(shifted, segments=())
    known = session.started_at if session.register_start_wh is not None else None
    if known is not None and abs(shifted.started_at - known) > TRUSTED_OFFSET:
        shifted = replace(shifted, started_at=known, segments=())
    return shifted


def _keep(
    session: Session,
    record: FinalRecord,
    stop_reason: StopReason,
    raw_stop_code: str,
    reported_fen_e4: int | None,
) -> None:
    session.ended_at = record.ended_at
    session.register_end_wh = record.register_end_wh
    if session.register_start_wh is None:
        # `session_started` did not come before: the record alone knows the beginning, a meter may be a late one
        session.register_start_wh = record.register_start_wh
        if record.register_end_wh != record.register_start_wh:
            session.started_at = record.started_at
    session.stop_reason = stop_reason
    session.raw_stop_code = raw_stop_code
    session.reported_fen_e4 = reported_fen_e4


def _last_reading(session: Session) -> Reading | None:
    progress = SessionProgress.get_or_none(SessionProgress.session_id == session.id)
    if progress is None:
        return None
    return Reading(progress.meter_at, Wh(progress.register_wh), Watt(progress.power_w))


def _segments(session: Session, record: FinalRecord, offset: timedelta) -> tuple[tuple[Segment, ...], bool]:
    """The pile's segments where they hold, else cut by its meter values; and whether they were cut."""
    if segments_match(record):
        return record.segments, False
    readings = [
        (row.at - offset, Wh(row.register_wh))
        for row in MeterValue.select(MeterValue.at, MeterValue.register_wh)
        .where((MeterValue.session_no == session.session_no) & (MeterValue.pile_id == session.pile_id))
        .order_by(MeterValue.boot, MeterValue.seq)
    ]
    segments = cut_at_half_hours(
        record.started_at, record.ended_at, record.register_start_wh, record.register_end_wh, readings
    )
    return segments, True


def _review(tx: Tx, session: Session, event: SessionEvent, reason: str, report: Report) -> None:
    """Put the session before a person; connector and driver are free, the hold waits a day at most."""
    session.state = next_state(session.state, event)
    session.review_reason = reason
    session.save()
    free_connector(session=session)
    set_timer(
        kind=TimerKind.REVIEW_RELEASE,
        subject_no=session.session_no,
        due_at=report.received_at + REVIEW_RELEASE_AFTER,
    )
    _log.warning("session_review", session_no=session.session_no, reason=reason)
    topics = session_topics(session)
    tx.after_commit(lambda: feed.publish(topics))


def _correct(session: Session, record: FinalRecord, report: Report, offset: timedelta) -> None:
    """The true record of a session that was settled provisionally; any other repeat changes nothing."""
    order = locked(Order.select().where(Order.session_id == session.id)).first()
    if order is None or order.state is not OrderState.PROVISIONAL:
        return
    faults = judge_final(record, _last_reading(session), Watt(session.rated_w), session.register_start_wh)
    if faults:
        _log.warning("late_record_implausible", session_no=session.session_no, faults=",".join(faults))
        return
    segments, is_estimated = _segments(session, record, offset)
    if session.register_start_wh is None:
        session.register_start_wh = record.register_start_wh
    session.register_end_wh = record.register_end_wh
    session.ended_at = record.ended_at
    session.save()
    correct_order(
        session=session, order=order, segments=segments, is_estimated=is_estimated, now=report.received_at
    )

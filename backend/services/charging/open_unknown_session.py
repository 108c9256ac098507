"""A final record of a session we never made: it opens an order for review, it is never dropped (protocol rule 5)."""

from dataclasses import replace

import structlog

from backend.domain.errors import ConnectorNotFound
from backend.domain.event import SessionPutInReview
from backend.domain.fees import cut_at_half_hours
from backend.domain.meter import Evidence, FinalRecord, judge_final, segments_match
from backend.domain.report import Report
from backend.domain.session import PayerKind, SessionEvent, SessionState, StopReason, next_state
from backend.domain.units import Watt
from backend.gateways.ids import new_number
from backend.models import Pile, Session, Station
from backend.models.engine.database import transactional
from backend.services.charging.session_readings import find_clock_offset
from backend.services.charging.session_terms import columns_of
from backend.services.charging.settle_order import (
    new_order,
    price_session,
    write_lines,
    write_order,
    write_segments,
)
from backend.services.ground.events import write_event
from backend.services.ground.operator_book import read_operators
from backend.services.tariffs.versions import find_frozen

_log = structlog.get_logger(__name__)
_REASON_LENGTH = 200


@transactional
def open_unknown_session(
    *,
    report: Report,
    gun: int,
    record: FinalRecord,
    session_no: str,
    stop_reason: StopReason,
    digest: str,
) -> None:
    """Keep the record as a session in review with an open order, each different one of a reported number.

    An implausible record, or one without a tariff, gets no order. Raises ConnectorNotFound.
    """
    connector = report.pile.connectors.get(gun)
    if connector is None:
        raise ConnectorNotFound
    reason = f"unknown_session {session_no}"[:_REASON_LENGTH]
    kept = Session.select(Session.record_digest).where(
        (Session.pile_id == report.pile.id) & (Session.review_reason == reason)
    )
    # one of before digests were kept counts as the same
    if any(one.record_digest in {None, digest} for one in kept):
        return
    record = _in_our_time(record, report)
    pile = Pile.get_by_id(report.pile.id)
    station = Station.get_by_id(report.pile.station_id)
    now = report.received_at
    frozen = find_frozen(tariff_id=pile.tariff_id or station.tariff_id, now=now)
    session = Session.create(
        session_no=new_number("S", now),
        operator_id=report.pile.operator_id,
        station_id=station.id,
        pile_id=pile.id,
        connector_id=connector.id,
        payer_kind=PayerKind.DRIVER,
        tariff_version_id=None if frozen is None else frozen.version_id,
        calendar_revision=None if frozen is None else frozen.calendar_revision,
        time_zone=station.time_zone,
        rated_w=pile.rated_w,
        state=next_state(SessionState.CREATED, SessionEvent.RECORD_IMPLAUSIBLE),
        created_at=now,
        started_at=record.started_at,
        ended_at=record.ended_at,
        register_start_wh=record.register_start_wh,
        register_end_wh=record.register_end_wh,
        stop_reason=stop_reason,
        review_reason=reason,
        record_digest=digest,
        **columns_of(read_operators().policy_of(report.pile.operator_id).terms),
    )
    if session.tariff_version_id is not None and not judge_final(
        record, Evidence(rated_w=Watt(pile.rated_w))
    ):
        _open_order(session, record, report)
    write_event(
        detail=SessionPutInReview(reason=reason),
        object_no=session.session_no,
        operator_id=session.operator_id,
        now=now,
    )
    _log.warning("unknown_session_ended", pile_no=report.pile.pile_no, session_no=session_no)


def _in_our_time(record: FinalRecord, report: Report) -> FinalRecord:
    """The record by our clock where its pile's is wrong."""
    offset = find_clock_offset(report)
    if not offset:
        return record
    return replace(
        record, started_at=record.started_at - offset, ended_at=record.ended_at - offset, segments=()
    )


def _open_order(session: Session, record: FinalRecord, report: Report) -> None:
    """What it would cost, for the person who decides: an open order of nobody, no money moved."""
    is_estimated = not segments_match(record, Watt(session.rated_w))
    segments = record.segments
    if is_estimated:
        segments = cut_at_half_hours(
            record.started_at, record.ended_at, record.register_start_wh, record.register_end_wh, ()
        )
    bill = price_session(session, segments)
    order = new_order(session, bill, is_estimated=is_estimated, now=report.received_at)
    write_order(order)
    write_lines(order_id=order.id, lines=bill.lines, first_no=1, note="")
    write_segments(session=session, segments=segments)

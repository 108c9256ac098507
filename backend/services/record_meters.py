"""Meter readings in bulk, the hot path: raw rows, each connector's latest, and the progress of sessions.

Every reading is kept as it came; an implausible one does not move the progress. Whether it spoils the bill is
decided at the end of the session.
"""

import copy
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
import structlog

from backend.domain.connector import ConnectorStatus
from backend.domain.errors import TariffMissing
from backend.domain.meter import MeterVerdict, Reading
from backend.domain.session import SessionState, StopReason
from backend.domain.tariff import TariffVersion
from backend.domain.units import Watt, Wh
from backend.models import ConnectorState, MeterValue, Session, SessionProgress
from backend.models.bulk import BulkWrite
from backend.models.database import Tx, locked, transactional
from backend.services.live_progress import LiveProgress, MeterReading, ProgressBook
from backend.services.mark_charging import mark_charging
from backend.services.stop_session import ask_stop
from backend.services.tariffs import get_version

REFRESH_EVERY: Final = timedelta(seconds=30)
"""How long a session's state is believed: others stop, fail and settle sessions too."""
NOT_LIVE_EVERY: Final = timedelta(seconds=60)
_log = structlog.get_logger(__name__)

_RAW: Final = (
    "pile_id",
    "boot",
    "seq",
    "gun",
    "session_no",
    "at",
    "received_at",
    "register_wh",
    "power_w",
    "voltage_mv",
    "current_ma",
    "soc_percent",
    "temperature_c",
    "is_replayed",
)
_LATEST: Final = (
    "connector_id",
    "session_no",
    "meter_boot",
    "meter_seq",
    "meter_at",
    "register_wh",
    "power_w",
    "voltage_mv",
    "current_ma",
    "soc_percent",
    "temperature_c",
    "remaining_s",
)
# what a row needs besides when a connector's first message is a meter; statuses own these afterwards
_FIRST: Final = ("status", "is_plugged", "fault_codes", "boot", "seq")
_FIRST_VALUES: Final = (ConnectorStatus.CHARGING.value, True, "", -1, -1)
_PROGRESS: Final = (
    "session_id",
    "boot",
    "seq",
    "meter_at",
    "register_wh",
    "energy_wh",
    "electricity_fen_e6",
    "service_fen_e6",
    "power_w",
    "voltage_mv",
    "current_ma",
    "soc_percent",
    "temperature_c",
    "remaining_s",
    "energy_grew_at",
)
_insert_raw = BulkWrite(MeterValue, _RAW)
_upsert_latest = BulkWrite(
    ConnectorState, _LATEST + _FIRST, updates=_LATEST[1:], guard=("meter_boot", "meter_seq")
)
_upsert_progress = BulkWrite(
    SessionProgress, _PROGRESS, updates=_PROGRESS[1:], guard=("boot", "seq"), allow_equal=True
)


class MetersTaken(msgspec.Struct, frozen=True):
    """What a bulk of readings did: rows new, and the sessions' progress to install after the commit."""

    stored: int
    progress: dict[str, LiveProgress]


@transactional
def record_meters(
    tx: Tx,
    *,
    readings: Sequence[MeterReading],
    book: ProgressBook,
    reload: Collection[str] = (),
    now: datetime,
) -> MetersTaken:
    """Keep readings, move connectors and sessions on. `book` is read only: install the result after the commit.

    `reload` names sessions that this transaction has changed otherwise: what the book says of them is old.
    """
    del tx
    stored = _insert_raw.execute([_raw_row(reading) for reading in readings])
    _upsert_latest.execute([_latest_row(reading) for reading in _newest_by_connector(readings)])
    by_session: dict[str, list[MeterReading]] = {}
    for reading in readings:
        by_session.setdefault(reading.session_no, []).append(reading)
    progress = _load_progress(by_session, book, reload, now)
    for session_no, own in by_session.items():
        _advance(progress[session_no], own, now)
    rows = [_progress_row(one) for one in progress.values() if one.session_id and one.reading is not None]
    _upsert_progress.execute(rows)
    return MetersTaken(stored, progress)


def _newest_by_connector(readings: Iterable[MeterReading]) -> Iterable[MeterReading]:
    newest: dict[int, MeterReading] = {}
    for reading in readings:
        known = newest.get(reading.connector_id)
        if known is None or _order(reading) > _order(known):
            newest[reading.connector_id] = reading
    return newest.values()


def _order(reading: MeterReading) -> tuple[int, int]:
    return reading.report.boot, reading.report.seq


def _advance(progress: LiveProgress, readings: list[MeterReading], now: datetime) -> None:
    """Move one session on by its readings of this batch, then act on what they mean."""
    readings = [reading for reading in readings if reading.report.pile.id == progress.pile_id]
    if not readings:
        _tell_unknown(progress, now)
        return
    readings.sort(key=_order)
    if not progress.is_live:
        _tell_not_live(progress, readings[-1], now)
        return
    for reading in readings:
        _judge(progress, reading)
    if progress.reading is None:
        return
    if not progress.is_started:
        _mark_charging(progress, readings[0], now)
        progress.is_started = True
        if progress.state is SessionState.STARTING:
            progress.state = SessionState.CHARGING
    if progress.state is SessionState.CHARGING and progress.will_exhaust_hold():
        session = locked(Session.select().where(Session.id == progress.session_id)).get()
        ask_stop(session=session, reason=StopReason.BALANCE_EXHAUSTED, now=now)
        progress.state = session.state


def _judge(progress: LiveProgress, reading: MeterReading) -> None:
    verdict = progress.advance(reading)
    if verdict is not None and verdict is not MeterVerdict.OK and not progress.is_suspect:
        progress.is_suspect = True
        _log.warning(
            "implausible_reading",
            session_no=progress.session_no,
            verdict=verdict.value,
            register_wh=reading.register_wh,
        )


def _tell_unknown(progress: LiveProgress, now: datetime) -> None:
    if _is_due(progress, now):
        _log.warning("meter_of_unknown_session", session_no=progress.session_no)


def _tell_not_live(progress: LiveProgress, reading: MeterReading, now: datetime) -> None:
    """Energy after the end: the pile is told to stop once more. A late reading from before the end is no such."""
    if not reading.report.is_replayed and _is_due(progress, now):
        _mark_charging(progress, reading, now)


def _is_due(progress: LiveProgress, now: datetime) -> bool:
    if progress.not_live_told_at is not None and now - progress.not_live_told_at < NOT_LIVE_EVERY:
        return False
    progress.not_live_told_at = now
    return True


def _mark_charging(progress: LiveProgress, reading: MeterReading, now: datetime) -> None:
    mark_charging(
        pile_id=progress.pile_id,
        session_no=progress.session_no,
        at=reading.at,
        register_wh=None,
        now=now,
    )


def _load_progress(
    session_nos: Collection[str], book: ProgressBook, reload: Collection[str], now: datetime
) -> dict[str, LiveProgress]:
    """A copy of each session's progress, read from the database where the book lacks it or is old."""
    progress: dict[str, LiveProgress] = {}
    stale = []
    for session_no in session_nos:
        known = None if session_no in reload else book.find(session_no)
        if known is not None:
            progress[session_no] = copy.copy(known)
        if known is None or known.refreshed_at is None or now - known.refreshed_at >= REFRESH_EVERY:
            stale.append(session_no)
    if stale:
        for session in Session.select().where(Session.session_no.in_(stale)):
            one = progress.get(session.session_no)
            if one is None or not one.session_id:
                progress[session.session_no] = _first_progress(session)
            else:
                one.state, one.is_started = session.state, session.started_at is not None
        for session_no in stale:
            progress.setdefault(session_no, LiveProgress(session_no=session_no)).refreshed_at = now
    return progress


def _first_progress(session: Session) -> LiveProgress:
    """A session's progress as the database has it: its last reading, else where `session_started` began."""
    progress = LiveProgress(
        session_no=session.session_no,
        session_id=session.id,
        pile_id=session.pile_id,
        state=session.state,
        rated_w=session.rated_w,
        hold_fen=session.hold_fen,
        version=_find_version(session),
        is_started=session.started_at is not None,
        zone=ZoneInfo(session.time_zone),
    )
    row = SessionProgress.get_or_none(SessionProgress.session_id == session.id)
    if row is not None:
        progress.boot, progress.seq = row.boot, row.seq
        progress.last = Reading(row.meter_at, Wh(row.register_wh), Watt(row.power_w))
        progress.energy_wh = row.energy_wh
        progress.electricity_fen_e6 = row.electricity_fen_e6
        progress.service_fen_e6 = row.service_fen_e6
        progress.energy_grew_at = row.energy_grew_at
    elif session.register_start_wh is not None and session.started_at is not None:
        progress.last = Reading(session.started_at, Wh(session.register_start_wh), Watt(0))
    return progress


def _find_version(session: Session) -> TariffVersion | None:
    """The session's prices; without them the meter counts on and only the running fee stays 0."""
    try:
        return None if session.tariff_version_id is None else get_version(session.tariff_version_id)
    except TariffMissing:
        _log.warning("session_without_tariff", session_no=session.session_no)
        return None


def _raw_row(reading: MeterReading) -> tuple[int | str | datetime | None, ...]:
    report = reading.report
    return (
        report.pile.id,
        report.boot,
        report.seq,
        reading.gun,
        reading.session_no,
        report.at,
        report.received_at,
        reading.register_wh,
        reading.power_w,
        reading.voltage_mv,
        reading.current_ma,
        reading.soc_percent,
        reading.temperature_c,
        report.is_replayed,
    )


def _latest_row(reading: MeterReading) -> tuple[int | str | datetime | None, ...]:
    return (
        reading.connector_id,
        reading.session_no,
        reading.report.boot,
        reading.report.seq,
        reading.at,
        reading.register_wh,
        reading.power_w,
        reading.voltage_mv,
        reading.current_ma,
        reading.soc_percent,
        reading.temperature_c,
        reading.remaining_s,
        *_FIRST_VALUES,
    )


def _progress_row(progress: LiveProgress) -> tuple[int | str | datetime | None, ...]:
    reading = progress.reading
    if reading is None:
        msg = "a progress row without a reading"
        raise AssertionError(msg)
    return (
        progress.session_id,
        progress.boot,
        progress.seq,
        reading.at,
        reading.register_wh,
        progress.energy_wh,
        progress.electricity_fen_e6,
        progress.service_fen_e6,
        reading.power_w,
        reading.voltage_mv,
        reading.current_ma,
        reading.soc_percent,
        reading.temperature_c,
        reading.remaining_s,
        progress.energy_grew_at,
    )

"""Meter readings in bulk, the hot path: every reading as a raw row, and the progress of sessions moved on by it.

Every reading is kept as it came and is durable when its batch is; the rows that show the latest one are written
at most once a second for each session (docs/adr/0009). An implausible reading does not move the progress.
Whether it spoils the bill is decided at the end of the session.
"""

import operator
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
import structlog
from msgspec.structs import replace

from backend.domain.live_progress import REPORT_INTERVAL_S, LiveProgress
from backend.domain.meter import Doubt
from backend.domain.meter_reading import MeterReading
from backend.domain.meter_sample import SAMPLE_KEPT
from backend.domain.meter_trail import FROZEN_POWER_W, MeterVerdict
from backend.domain.session import SessionState, StopReason
from backend.models import MeterValue, Session
from backend.models.engine.bulk import BulkWrite
from backend.models.engine.database import locked, transactional
from backend.services.charging.mark_charging import mark_charging
from backend.services.charging.note_doubt import note_doubt
from backend.services.charging.raise_limit import raise_limit
from backend.services.charging.send_stop import insist_on_stop
from backend.services.charging.session_readings import DOUBT_OF
from backend.services.charging.stop_session import ask_stop
from backend.services.intake.latest_rows import write_connectors, write_progress
from backend.services.intake.load_progress import load_progress
from backend.services.intake.progress_book import ProgressBook

REFRESH_EVERY: Final = timedelta(seconds=30)
"""How long a session's state is believed: others stop, fail and settle sessions too."""
NOT_LIVE_EVERY: Final = timedelta(seconds=60)
REPORT_EVERY: Final = timedelta(seconds=REPORT_INTERVAL_S)
_SPENDING: Final = frozenset({SessionState.CHARGING, SessionState.STOPPING})
_log = structlog.get_logger(__name__)

_RAW: Final = (
    "pile_id",
    "boot",
    "seq",
    "gun",
    "session_no",
    "at",
    "received_at",
    "is_replayed",
    *SAMPLE_KEPT,
)
_sample_values: Final = operator.attrgetter(*SAMPLE_KEPT)
_insert_raw = BulkWrite(MeterValue, _RAW)


class MetersTaken(msgspec.Struct, frozen=True):
    """What a bulk of readings did: rows new, and the sessions' progress to install after the commit."""

    stored: int
    progress: dict[str, LiveProgress]


@transactional
def record_meters(
    *,
    readings: Sequence[MeterReading],
    book: ProgressBook,
    reload: Collection[str] = (),
    write_now: Collection[str] = (),
    now: datetime,
) -> MetersTaken:
    """Keep readings, move connectors and sessions on. `book` is read only: install the result after the commit.

    `reload` names sessions that this transaction has changed otherwise: what the book says of them is old.
    `write_now` names those whose rows must lack nothing from here on, for they end or are forgotten.
    """
    by_session: dict[str, list[MeterReading]] = {}
    for reading in readings:
        by_session.setdefault(reading.session_no, []).append(reading)
    progress = _load(by_session, book, reload, now)
    stored = _insert_raw.execute([_raw_row(reading) for reading in readings]) if readings else 0
    strays: list[MeterReading] = []
    for session_no, own in by_session.items():
        strays += _advance(progress[session_no], own, now)
    for session_no in write_now:
        known = book.find(session_no)
        if known is not None and session_no not in progress:
            progress[session_no] = replace(known)
    due = [
        one
        for one in progress.values()
        if one.may_be_written(now) or (one.behind_since is not None and one.session_no in write_now)
    ]
    if due:
        write_progress(due, now)
    write_connectors(strays)
    return MetersTaken(stored, progress)


@transactional
def write_behind(*, sessions: Sequence[LiveProgress], now: datetime) -> dict[str, LiveProgress]:
    """Write the rows of sessions that are behind; the progress to install after the commit."""
    progress = {one.session_no: replace(one) for one in sessions}
    write_progress(list(progress.values()), now)
    return progress


def _advance(progress: LiveProgress, readings: list[MeterReading], now: datetime) -> list[MeterReading]:
    """Move one session on by its readings of this batch, then act on what they mean.

    Returns the readings that did not count for it: of another pile, or after its end.
    """
    strays = [reading for reading in readings if reading.pile_id != progress.pile_id]
    own = [reading for reading in readings if reading.pile_id == progress.pile_id]
    if strays and progress.session_id:
        _doubt(progress, Doubt.OTHER_PILE, f"meter of pile {strays[0].pile_id}", now)
    if not own:
        _tell_unknown(progress, now)
        return strays
    own.sort(key=lambda reading: reading.order)
    if not progress.is_live:
        _tell_not_live(progress, own[-1], now)
        return strays + own
    for reading in own:
        _judge(progress, reading, now)
    if progress.reading is None:
        return strays
    if not progress.is_started:
        _mark_charging(progress, own[0], now)
        progress.is_started = True
        if progress.state is SessionState.STARTING:
            progress.state = SessionState.CHARGING
    if progress.state in _SPENDING and progress.will_exhaust_hold():
        _stop_spending(progress, now)
    elif progress.state is SessionState.CHARGING and (limit_wh := progress.higher_limit(now)) is not None:
        progress.raise_wanted_at = now
        progress.limit_wh = raise_limit(session_id=progress.session_id, limit_wh=limit_wh, now=now)
    return strays


def _stop_spending(progress: LiveProgress, now: datetime) -> None:
    """The hold is used up: the charge is stopped, and one that goes on although it was told to is told each interval."""
    if progress.state is SessionState.STOPPING and not _is_due(progress, now, REPORT_EVERY):
        return
    session = locked(Session.select().where(Session.id == progress.session_id)).get()
    if session.state is SessionState.STOPPING:
        insist_on_stop(session=session, gap_s=REPORT_INTERVAL_S, now=now)
    else:
        ask_stop(session=session, reason=StopReason.BALANCE_EXHAUSTED, now=now)
    progress.state = session.state


def _judge(progress: LiveProgress, reading: MeterReading, now: datetime) -> None:
    if reading.connector_id != progress.connector_id:
        _doubt(progress, Doubt.OTHER_GUN, f"meter of gun {reading.gun}", now)
    verdict = progress.advance(reading)
    if verdict is None or verdict is MeterVerdict.OK or verdict in progress.told:
        return
    progress.told |= {verdict}
    register_wh = reading.sample.register_wh
    _log.warning(
        "implausible_reading",
        session_no=progress.session_no,
        verdict=verdict.value,
        register_wh=register_wh,
    )
    if verdict in DOUBT_OF:
        _doubt(progress, DOUBT_OF[verdict], f"at {register_wh} Wh", now)


def _doubt(progress: LiveProgress, doubt: Doubt, detail: str, now: datetime) -> None:
    if doubt not in progress.doubts:
        progress.doubts |= {doubt}
        note_doubt(session_id=progress.session_id, doubt=doubt, detail=detail, now=now)


def _tell_unknown(progress: LiveProgress, now: datetime) -> None:
    if _is_due(progress, now):
        _log.warning("meter_of_unknown_session", session_no=progress.session_no)


def _tell_not_live(progress: LiveProgress, reading: MeterReading, now: datetime) -> None:
    """Energy after the end: the pile is told to stop once more. A late reading from before the end is no such."""
    if not reading.is_replayed and _is_due(progress, now):
        if reading.sample.power_w >= FROZEN_POWER_W:
            _doubt(progress, Doubt.POWER_AFTER_END, f"{reading.sample.power_w} W", now)
        _mark_charging(progress, reading, now)


def _is_due(progress: LiveProgress, now: datetime, every: timedelta = NOT_LIVE_EVERY) -> bool:
    if progress.told_at is not None and now - progress.told_at < every:
        return False
    progress.told_at = now
    return True


def _mark_charging(progress: LiveProgress, reading: MeterReading, now: datetime) -> None:
    mark_charging(
        pile_id=progress.pile_id,
        session_no=progress.session_no,
        at=reading.at,
        register_wh=None,
        now=now,
    )


def _load(
    session_nos: Collection[str], book: ProgressBook, reload: Collection[str], now: datetime
) -> dict[str, LiveProgress]:
    """A copy of each session's progress, read from the database where the book lacks it or is old."""
    progress: dict[str, LiveProgress] = {}
    stale = []
    for session_no in session_nos:
        known = None if session_no in reload else book.find(session_no)
        if known is not None:
            progress[session_no] = replace(known)
        if known is None or known.refreshed_at is None or now - known.refreshed_at >= REFRESH_EVERY:
            stale.append(session_no)
    if stale:
        _refresh(progress, stale, now)
    return progress


def _refresh(progress: dict[str, LiveProgress], stale: Sequence[str], now: datetime) -> None:
    """Read the states of known sessions anew, and all of those that are new or were unknown."""
    known = {no: progress[no] for no in stale if no in progress and progress[no].session_id}
    if known:
        states: Iterable[Any] = (
            Session.select(Session.session_no, Session.state, Session.started_at)
            .where(Session.session_no.in_(list(known)))
            .tuples()
        )
        for session_no, state, started_at in states:
            known[session_no].state, known[session_no].is_started = state, started_at is not None
    new = [no for no in stale if no not in known]
    if new:
        progress |= load_progress(list(Session.select().where(Session.session_no.in_(new))))
    for session_no in stale:
        progress.setdefault(session_no, LiveProgress(session_no=session_no)).refreshed_at = now


def _raw_row(reading: MeterReading) -> tuple[int | str | bool | datetime | None, ...]:
    return (
        reading.pile_id,
        reading.boot,
        reading.seq,
        reading.gun,
        reading.session_no,
        reading.reported_at,
        reading.received_at,
        reading.is_replayed,
        *_sample_values(reading.sample),
    )

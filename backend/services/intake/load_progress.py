"""A session's progress as the database has it: its row, moved on by the readings that the row lacks.

A row may lag its readings by a moment (docs/adr/0009); whoever starts from it catches up from `meter_value`,
which lacks nothing that was acknowledged. Only the remaining time is not kept there.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

import structlog
from peewee import JOIN

from backend.domain.errors import TariffMissing
from backend.domain.live_progress import LiveProgress
from backend.domain.meter_reading import MeterReading
from backend.domain.meter_sample import SAMPLE_KEPT, MeterSample
from backend.domain.meter_trail import MeterTrail, Reading, begin_trail
from backend.domain.report_time import in_our_time
from backend.domain.tariff import TariffVersion
from backend.domain.units import Watt, Wh
from backend.models import Connector, LiveSession, MeterValue, PileState, Session, SessionProgress
from backend.models.engine.database import reading as reads
from backend.services.tariffs.versions import version_of

SESSIONS_PER_QUERY: Final = 200
_log = structlog.get_logger(__name__)


def load_progress(sessions: Sequence[Session]) -> dict[str, LiveProgress]:
    """The progress of these sessions by number; one whose row lagged is behind."""
    progress: dict[str, LiveProgress] = {}
    for start in range(0, len(sessions), SESSIONS_PER_QUERY):
        page = sessions[start : start + SESSIONS_PER_QUERY]
        ids = [session.id for session in page]
        rows = {
            row.session_id: row for row in SessionProgress.select().where(SessionProgress.session_id.in_(ids))
        }
        loaded = {session.session_no: _from_row(session, rows.get(session.id)) for session in page}
        for reading in _load_from_last([one for one in loaded.values() if one.is_live and one.boot >= 0]):
            progress_of = loaded[reading.session_no]
            if reading.order == (progress_of.boot, progress_of.seq):
                progress_of.reading = progress_of.newest = reading
            else:
                progress_of.advance(reading)
        progress |= loaded
    return progress


@reads
def load_live_progress(*, after: int) -> tuple[int, dict[str, LiveProgress]]:
    """The next page of open sessions after a row id: the last row id, and their progress. Empty at the end."""
    page = list(
        Session.select()
        .join(LiveSession, on=(LiveSession.session_id == Session.id))
        .where(Session.id > after)
        .order_by(Session.id)
        .limit(SESSIONS_PER_QUERY)
    )
    return (page[-1].id if page else after), load_progress(page)


def _from_row(session: Session, row: SessionProgress | None) -> LiveProgress:
    """Its last written reading, else where `session_started` began."""
    progress = LiveProgress(
        session_no=session.session_no,
        session_id=session.id,
        pile_id=session.pile_id,
        connector_id=session.connector_id,
        state=session.state,
        rated_w=session.rated_w,
        hold_fen=session.hold_fen,
        limit_wh=session.limit_wh,
        version=_find_version(session),
        is_started=session.started_at is not None,
        zone=ZoneInfo(session.time_zone),
    )
    if row is not None:
        progress.boot, progress.seq = row.boot, row.seq
        shown = Reading(row.meter_at, Wh(row.register_wh), Watt(row.power_w))
        progress.trail = MeterTrail(shown, is_confirmed=True)
        progress.energy_wh = row.energy_wh
        progress.electricity_fen_e6 = row.electricity_fen_e6
        progress.service_fen_e6 = row.service_fen_e6
        progress.energy_grew_at = row.energy_grew_at
    elif session.register_start_wh is not None and session.started_at is not None:
        progress.trail = begin_trail(session.started_at, Wh(session.register_start_wh))
    return progress


def _find_version(session: Session) -> TariffVersion | None:
    """The session's prices; without them the meter counts on and only the running fee stays 0."""
    try:
        return None if session.tariff_version_id is None else version_of(session)
    except TariffMissing:
        _log.warning("session_without_tariff", session_no=session.session_no)
        return None


def _load_from_last(sessions: Sequence[LiveProgress]) -> Iterable[MeterReading]:
    """Each session's readings from its place on, in order. A session's first reading always made a row."""
    if not sessions:
        return []
    condition = _is_last_or_newer(sessions[0])
    for one in sessions[1:]:
        condition |= _is_last_or_newer(one)
    rows: Iterable[Any] = (
        MeterValue.select(MeterValue, Connector.id.alias("connector_id"), PileState.clock_offset_ms)
        .join(Connector, on=((Connector.pile_id == MeterValue.pile_id) & (Connector.gun == MeterValue.gun)))
        .join_from(MeterValue, PileState, JOIN.LEFT_OUTER, on=(PileState.pile_id == MeterValue.pile_id))
        .where(condition)
        .order_by(MeterValue.pile_id, MeterValue.boot, MeterValue.seq)
        .objects()
    )
    return map(_reading, rows)


def _is_last_or_newer(one: LiveProgress) -> Any:
    """SQL: its readings from its place on, written so that every database here answers it from the key."""
    own = (MeterValue.pile_id == one.pile_id) & (MeterValue.session_no == one.session_no)
    return (own & (MeterValue.boot == one.boot) & (MeterValue.seq >= one.seq)) | (
        own & (MeterValue.boot > one.boot)
    )


def _reading(row: Any) -> MeterReading:
    return MeterReading(
        pile_id=row.pile_id,
        connector_id=row.connector_id,
        gun=row.gun,
        session_no=row.session_no,
        boot=row.boot,
        seq=row.seq,
        reported_at=row.at,
        at=_our_time(row),
        received_at=row.received_at,
        is_replayed=row.is_replayed,
        sample=MeterSample(**{name: getattr(row, name) for name in SAMPLE_KEPT}, remaining_s=None),
    )


def _our_time(row: Any) -> datetime:
    seen = timedelta(milliseconds=row.clock_offset_ms or 0)
    return in_our_time(row.at, row.received_at, seen if row.is_replayed else row.at - row.received_at)

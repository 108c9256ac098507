"""The rows that show the latest reading: a connector's latest values and a session's progress, written in bulk.

Both are guarded by (boot, seq), so that what is written late or twice never rewinds them.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, TypeAlias

from msgspec.structs import astuple

from backend.domain.connector import ConnectorStatus
from backend.domain.live_progress import LiveProgress
from backend.domain.meter_reading import MeterReading
from backend.domain.meter_sample import SAMPLE_NAMES
from backend.models import ConnectorState, SessionProgress
from backend.models.engine.bulk import BulkWrite

_Columns: TypeAlias = tuple[int | str | bool | datetime | None, ...]

_LATEST: Final = (
    "connector_id",
    "session_no",
    "meter_boot",
    "meter_seq",
    "meter_at",
    *SAMPLE_NAMES,
)
# what a row needs besides when a connector's first message is a meter; statuses own these afterwards
_FIRST: Final = ("status", "is_plugged", "fault_codes", "boot", "seq")
_FIRST_VALUES: Final = (ConnectorStatus.CHARGING.value, True, "", -1, -1)
_PROGRESS: Final = (
    "session_id",
    "boot",
    "seq",
    "meter_at",
    "energy_wh",
    "electricity_fen_e6",
    "service_fen_e6",
    "energy_grew_at",
    *SAMPLE_NAMES,
)
_upsert_latest = BulkWrite(
    ConnectorState, _LATEST + _FIRST, updates=_LATEST[1:], guard=("meter_boot", "meter_seq")
)
_upsert_progress = BulkWrite(
    SessionProgress, _PROGRESS, updates=_PROGRESS[1:], guard=("boot", "seq"), allow_equal=True
)


def write_connectors(readings: Iterable[MeterReading]) -> None:
    """Write the newest of these readings of each connector, inside the running transaction."""
    newest: dict[int, MeterReading] = {}
    for reading in readings:
        known = newest.get(reading.connector_id)
        if known is None or reading.order > known.order:
            newest[reading.connector_id] = reading
    if newest:
        _upsert_latest.execute([_latest_row(reading) for reading in newest.values()])


def write_progress(sessions: Sequence[LiveProgress], now: datetime) -> None:
    """Write these sessions' progress and what their connectors show, inside the running transaction.

    Marks them as written: the caller passes copies and keeps them only after the commit.
    """
    write_connectors(one.newest for one in sessions if one.newest is not None)
    rows = [_progress_row(one, one.reading) for one in sessions if one.session_id and one.reading is not None]
    if rows:
        _upsert_progress.execute(rows)
    for one in sessions:
        one.note_written(now)


def _latest_row(reading: MeterReading) -> _Columns:
    return (
        reading.connector_id,
        reading.session_no,
        reading.boot,
        reading.seq,
        reading.at,
        *astuple(reading.sample),
        *_FIRST_VALUES,
    )


def _progress_row(progress: LiveProgress, reading: MeterReading) -> _Columns:
    return (
        progress.session_id,
        progress.boot,
        progress.seq,
        reading.at,
        progress.energy_wh,
        progress.electricity_fen_e6,
        progress.service_fen_e6,
        progress.energy_grew_at,
        *astuple(reading.sample),
    )

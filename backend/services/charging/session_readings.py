"""The readings of a session behind one door: whoever bills or judges asks here, and gets one clock and one verdict.

Which readings count, when they were made in our time, and what about them is suspicious is decided by the domain
from all that is kept of them. What a driver is shown while it runs is the bridge's (`live_progress.py`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from backend.domain.meter import Doubt
from backend.domain.meter_trail import (
    REFUSED,
    MeterTrail,
    MeterVerdict,
    Reading,
    begin_trail,
    follow_meter,
)
from backend.domain.report import Report
from backend.domain.report_time import (
    NO_OFFSET,
    Stamp,
    clock_offsets,
    in_our_time,
    is_trusted,
    longest_between,
    platform_times,
)
from backend.domain.units import Watt, Wh
from backend.models import MeterValue, PileState, Session, SessionProgress
from backend.models.engine.fields import from_database_time
from backend.models.engine.prepared import Prepared

DOUBT_OF: Final = {
    MeterVerdict.FROZEN: Doubt.FROZEN,
    MeterVerdict.RESTARTED: Doubt.RESTARTED,
    MeterVerdict.BEGINS_ELSEWHERE: Doubt.BEGINS_ELSEWHERE,
}
_find_rows = Prepared(
    MeterValue,
    lambda session_no, pile_id: (
        MeterValue.select(
            MeterValue.boot,
            MeterValue.seq,
            MeterValue.at,
            MeterValue.received_at,
            MeterValue.is_replayed,
            MeterValue.register_wh,
            MeterValue.power_w,
        )
        .where((MeterValue.session_no == session_no) & (MeterValue.pile_id == pile_id))
        .order_by(MeterValue.boot, MeterValue.seq)
    ),
)
_find_progress = Prepared(
    SessionProgress,
    lambda session_id: SessionProgress.select(
        SessionProgress.meter_at, SessionProgress.register_wh, SessionProgress.power_w
    ).where(SessionProgress.session_id == session_id),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionReadings:
    """`counted` are those that can be true, in the pile's order and our time; `doubts` what the rest makes of them.

    `report_at` is when the asking report was made, in our time. The offsets say how far the pile's clock was ahead
    then and at the first reading; zero where it is believed. `is_clock_sound`: it was believed all the time. `is_whole`: the readings are still
    kept, so that they tell all that there is to doubt of the meter.
    """

    counted: tuple[Reading, ...]
    doubts: frozenset[Doubt]
    report_at: datetime | None
    start_offset: timedelta
    report_offset: timedelta
    is_clock_sound: bool
    is_whole: bool

    @property
    def first(self) -> Reading | None:
        return self.counted[0] if self.counted else None

    @property
    def last(self) -> Reading | None:
        return self.counted[-1] if self.counted else None


def load_readings(session: Session, report: Report | None = None) -> SessionReadings:
    """All of a session's readings so far; with `report`, also how its pile's clock was when it made that."""
    rows = [_read(row) for row in _find_rows.tuples(session.session_no, session.pile_id)]
    stamps = [stamp for stamp, _, _ in rows]
    asking = None if report is None else _stamp_of(report)
    everything = stamps if asking is None else sorted([*stamps, asking])
    offsets = clock_offsets(everything, _known_offset(session.pile_id, everything))
    report_at, report_offset = None, NO_OFFSET
    if asking is not None:
        report_offset = offsets.pop(everything.index(asking))
        report_at = in_our_time(asking.at, asking.received_at, report_offset)
    times = platform_times(stamps, offsets)
    readings = [
        (Reading(at, Wh(register_wh), Watt(power_w)), stamp)
        for at, (stamp, register_wh, power_w) in zip(times, rows, strict=True)
    ]
    counted, doubts = _count(session, readings)
    return SessionReadings(
        counted=counted if rows else _shown_last(session),
        doubts=doubts,
        report_at=report_at,
        start_offset=_if_wrong(offsets[0] if offsets else report_offset),
        report_offset=_if_wrong(report_offset),
        is_whole=bool(rows),
        is_clock_sound=all(is_trusted(offset) for offset in (*offsets, report_offset)),
    )


def find_clock_offset(report: Report) -> timedelta:
    """The same for a message of a session that we do not know: how far its pile's clock was ahead."""
    stamps = [_stamp_of(report)]
    return _if_wrong(clock_offsets(stamps, _known_offset(report.pile.id, stamps))[0])


def _read(row: Sequence[Any]) -> tuple[Stamp, int, int]:
    boot, seq, at, received_at, is_late, register_wh, power_w = row
    made_at, came_at = from_database_time(at), from_database_time(received_at)
    if made_at is None or came_at is None:
        raise ValueError("a reading has both times")
    return Stamp(boot, seq, made_at, came_at, bool(is_late)), register_wh, power_w


def _stamp_of(report: Report) -> Stamp:
    return Stamp(report.boot, report.seq, report.at, report.received_at, report.is_replayed)


def _known_offset(pile_id: int, stamps: Sequence[Stamp]) -> timedelta:
    """What the pile was last heard with; asked for only where late messages may need it."""
    if not any(stamp.is_late for stamp in stamps):
        return NO_OFFSET
    state = PileState.get_or_none(PileState.pile_id == pile_id)
    return timedelta(milliseconds=(state and state.clock_offset_ms) or 0)


def _if_wrong(offset: timedelta) -> timedelta:
    return NO_OFFSET if is_trusted(offset) else offset


def _count(
    session: Session, readings: Sequence[tuple[Reading, Stamp]]
) -> tuple[tuple[Reading, ...], frozenset[Doubt]]:
    """The readings that count and what is doubtful; from what was told of the beginning, unless none fits it."""
    told = session.register_start_wh
    if told is not None:
        begun_at = session.started_at or session.created_at
        counted, doubts = _follow(begin_trail(begun_at, Wh(told)), readings, Watt(session.rated_w))
        if counted:
            return counted, doubts
    return _follow(MeterTrail(), readings, Watt(session.rated_w))


def _follow(
    trail: MeterTrail, readings: Sequence[tuple[Reading, Stamp]], rated_w: Watt
) -> tuple[tuple[Reading, ...], frozenset[Doubt]]:
    counted: list[Reading] = []
    doubts: set[Doubt] = set()
    refused: list[Reading] = []  # since the last one that counted
    for judged, reading in _judged(readings):
        trail, verdict, _ = follow_meter(trail, judged, rated_w)
        if verdict in REFUSED:
            refused.append(reading)
            continue
        if verdict in DOUBT_OF:
            doubts.add(DOUBT_OF[verdict])
        if verdict is MeterVerdict.BEGINS_ELSEWHERE:
            counted = refused[-1:]
        refused.clear()
        counted.append(reading)
    if counted and len(refused) > 1:
        doubts.add(
            Doubt.RESTARTED
        )  # one odd reading at the end says nothing; more do, though they stand still
    return tuple(counted), frozenset(doubts)


def _judged(readings: Sequence[tuple[Reading, Stamp]]) -> Iterator[tuple[Reading, Reading]]:
    """Each reading with the latest time it can have been made after the one before, and as it counts."""
    judged_at: datetime | None = None
    known: Stamp | None = None
    for reading, stamp in readings:
        if judged_at is not None and known is not None:
            elapsed = longest_between(stamp.received_at - known.received_at, stamp.at - known.at)
            judged_at = max(reading.at, judged_at + elapsed)
        else:
            judged_at = reading.at
        known = stamp
        yield (reading if judged_at == reading.at else reading._replace(at=judged_at)), reading


def _shown_last(session: Session) -> tuple[Reading, ...]:
    """Where readings are no longer kept: the last one that a driver was shown."""
    row = _find_progress.first(session.id)
    return () if row is None else (Reading(row.meter_at, Wh(row.register_wh), Watt(row.power_w)),)

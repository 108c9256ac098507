"""Whether a session's final record, or what stands for it, can be true (docs/pile-protocol.md, rules 4 and 6).

What is found implausible goes to review, never into a bill. Single readings are judged by `meter_trail.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from backend.domain.errors import InvalidSegments
from backend.domain.fees import Segment, check_segments
from backend.domain.meter_trail import RESOLUTION_WH, SLACK_WH, Reading, exceeds_rated
from backend.domain.report_time import TRUSTED_OFFSET
from backend.domain.units import Watt, Wh

MAX_SESSION: Final = timedelta(hours=24, minutes=10)
REPORT_INTERVAL: Final = timedelta(seconds=15)
"""How far a pile may run past a limit before it, or we, can notice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FinalRecord:
    """What a pile's `session_ended` says of times and energy; `segments` may be empty."""

    started_at: datetime
    ended_at: datetime
    register_start_wh: Wh
    register_end_wh: Wh
    segments: tuple[Segment, ...]


class Doubt(StrEnum):
    """What was seen to contradict itself while a session ran."""

    FROZEN = "frozen"
    RESTARTED = "restarted"
    OTHER_GUN = "other_gun"
    OTHER_PILE = "other_pile"
    BEGINS_ELSEWHERE = "begins_elsewhere"
    SECOND_BEGINNING = "second_beginning"
    POWER_AFTER_END = "power_after_end"


OF_METER: Final = frozenset({Doubt.FROZEN, Doubt.RESTARTED, Doubt.BEGINS_ELSEWHERE})
"""Doubts that the readings themselves tell, as long as they are kept."""


class FinalFault(StrEnum):
    BACKWARDS = "backwards"
    JUMP = "jump"
    ENDS_BEFORE_START = "ends_before_start"
    BEHIND_LAST_READING = "behind_last_reading"
    TOO_LONG = "too_long"
    START_MISMATCH = "start_mismatch"
    OVER_LIMIT = "over_limit"
    OVERLAPS_SESSION_BEFORE = "overlaps_session_before"
    OVERLAPS_SESSION_AFTER = "overlaps_session_after"
    FROZEN = "frozen"
    RESTARTED = "restarted"
    OTHER_GUN = "other_gun"
    OTHER_PILE = "other_pile"


SPOILING: Final = {
    Doubt.FROZEN: FinalFault.FROZEN,
    Doubt.RESTARTED: FinalFault.RESTARTED,
    Doubt.OTHER_GUN: FinalFault.OTHER_GUN,
    Doubt.OTHER_PILE: FinalFault.OTHER_PILE,
}
"""Doubts that no record can settle. Beginnings are compared with it and with the readings instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is known of a session besides its record; None and empty where nothing is.

    `first` and `last` are readings that count, in our time. `before_wh` is where the energy billed to the
    connector's session before ends, `after_wh` where the session after it begins.
    """

    rated_w: Watt
    limit_wh: int | None = None
    told_start_wh: int | None = None
    first: Reading | None = None
    last: Reading | None = None
    before_wh: int | None = None
    after_wh: int | None = None
    doubts: frozenset[Doubt] = frozenset()


def judge_final(record: FinalRecord, known: Evidence) -> tuple[FinalFault, ...]:
    """Everything that cannot be true of a final record; empty means plausible."""
    start_wh, end_wh, last = record.register_start_wh, record.register_end_wh, known.last
    duration = record.ended_at - record.started_at
    findings = {
        FinalFault.BACKWARDS: end_wh < start_wh,
        FinalFault.JUMP: _jumps(record, known),
        FinalFault.ENDS_BEFORE_START: record.ended_at < record.started_at,
        FinalFault.BEHIND_LAST_READING: last is not None and end_wh < last.register_wh - RESOLUTION_WH,
        FinalFault.TOO_LONG: duration > MAX_SESSION,
        FinalFault.START_MISMATCH: not _begins_as_told(record, known),
        FinalFault.OVER_LIMIT: known.limit_wh is not None
        and exceeds_rated(end_wh - start_wh - known.limit_wh, REPORT_INTERVAL, known.rated_w),
        FinalFault.OVERLAPS_SESSION_BEFORE: known.before_wh is not None
        and start_wh < end_wh
        and start_wh < known.before_wh - RESOLUTION_WH,
        FinalFault.OVERLAPS_SESSION_AFTER: known.after_wh is not None
        and end_wh > known.after_wh + RESOLUTION_WH,
    }
    found = [fault for fault, is_found in findings.items() if is_found]
    return (*found, *(fault for doubt, fault in SPOILING.items() if doubt in known.doubts))


def find_start_wh(known: Evidence, started_at: datetime) -> Wh | None:
    """Where a session without a record begins: as it was told, unless its readings show that this is impossible."""
    told, first = known.told_start_wh, known.first
    if told is not None and (first is None or _leads_to(told, started_at, first, known.rated_w)):
        return Wh(told)
    return None if first is None else first.register_wh


def segments_match(record: FinalRecord, rated_w: Watt, readings: Sequence[Reading] = ()) -> bool:
    """Whether the pile's own segments can be priced: sound, inside the session, summing to its register.

    Each has no more energy than rated power gives, and the readings do not contradict where they put it.
    If not, the caller cuts by meter values and flags the order `estimated`.
    """
    try:
        check_segments(record.segments)
    except InvalidSegments:
        return False
    segments = record.segments
    if segments and not (record.started_at <= segments[0].from_at and segments[-1].to_at <= record.ended_at):
        return False
    if any(exceeds_rated(one.energy_wh, one.to_at - one.from_at, rated_w) for one in segments):
        return False
    energy_wh = sum(segment.energy_wh for segment in segments)
    if energy_wh != record.register_end_wh - record.register_start_wh:
        return False
    return _agree(record, readings, rated_w)


def _jumps(record: FinalRecord, known: Evidence) -> bool:
    start_wh, end_wh, last = record.register_start_wh, record.register_end_wh, known.last
    return exceeds_rated(end_wh - start_wh, record.ended_at - record.started_at, known.rated_w) or (
        last is not None
        and exceeds_rated(end_wh - last.register_wh, record.ended_at - last.at, known.rated_w)
    )


def _begins_as_told(record: FinalRecord, known: Evidence) -> bool:
    """Record, readings and what was told at the beginning are compared with one another.

    A beginning that the readings show to be impossible was told wrongly: then the record's is enough.
    """
    start_wh, first, told = record.register_start_wh, known.first, known.told_start_wh
    if first is not None and not _leads_to(start_wh, record.started_at, first, known.rated_w):
        return False
    return (
        told is None
        or abs(start_wh - told) <= SLACK_WH
        or (first is not None and not _leads_to(told, record.started_at, first, known.rated_w))
    )


def _leads_to(start_wh: int, started_at: datetime, first: Reading, rated_w: Watt) -> bool:
    """Whether a session that began so can have shown this reading first; clocks may differ by a minute."""
    return start_wh <= first.register_wh + RESOLUTION_WH and not exceeds_rated(
        first.register_wh - start_wh, first.at - started_at + TRUSTED_OFFSET, rated_w
    )


def _agree(record: FinalRecord, readings: Sequence[Reading], rated_w: Watt) -> bool:
    """Whether the register that the segments lead to at each reading is the one it showed, give or take a minute."""
    borders = [(segment.to_at, segment.energy_wh) for segment in record.segments]
    register_wh, place = record.register_start_wh, 0
    for reading in readings:
        while place < len(borders) and borders[place][0] <= reading.at:
            register_wh = Wh(register_wh + borders[place][1])
            place += 1
        within_wh = borders[place][1] if place < len(borders) else 0
        if exceeds_rated(register_wh - reading.register_wh, TRUSTED_OFFSET, rated_w) or exceeds_rated(
            reading.register_wh - register_wh - within_wh, TRUSTED_OFFSET, rated_w
        ):
            return False
    return True

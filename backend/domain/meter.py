"""Whether meter readings and final records can be true (docs/pile-protocol.md rules 4 and 6).

What is found implausible goes to review, never into a bill. Duplicates and late arrivals are told by
(boot, seq) elsewhere.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from backend.domain.errors import InvalidSegments
from backend.domain.fees import Segment, check_segments
from backend.domain.units import Watt, Wh

SLACK_WH: Final = 50
"""Allowed on top of rated power × time: registers tick and clocks are whole seconds."""

OVER_RATED_PERCENT: Final = 110
FROZEN_POWER_W: Final = 1_000
FROZEN_AFTER: Final = timedelta(seconds=300)
MAX_SESSION: Final = timedelta(hours=24, minutes=10)
_MIN_STEP: Final = timedelta(seconds=1)
_MICROSECOND: Final = timedelta(microseconds=1)
_MICROSECONDS_PER_HOUR: Final = 3_600_000_000


class Reading(NamedTuple):
    """A sample of one session: the running total and the power at an instant."""

    at: datetime
    register_wh: Wh
    power_w: Watt


class MeterVerdict(StrEnum):
    OK = "ok"
    BACKWARDS = "backwards"
    JUMP = "jump"
    FROZEN = "frozen"


@dataclass(frozen=True, slots=True, kw_only=True)
class FinalRecord:
    """What a pile's `session_ended` says of times and energy; `segments` may be empty."""

    started_at: datetime
    ended_at: datetime
    register_start_wh: Wh
    register_end_wh: Wh
    segments: tuple[Segment, ...]


class FinalFault(StrEnum):
    BACKWARDS = "backwards"
    JUMP = "jump"
    ENDS_BEFORE_START = "ends_before_start"
    BEHIND_LAST_READING = "behind_last_reading"
    TOO_LONG = "too_long"
    START_MISMATCH = "start_mismatch"
    FROZEN = "frozen"


def judge_reading(
    previous: Reading | None, current: Reading, rated_w: Watt, frozen_since: Reading | None = None
) -> MeterVerdict:
    """Verdict on a reading that follows `previous` (the last one found ok; None at the session's first).

    `frozen_since` is what `next_frozen_since` gave after `previous`.
    """
    if previous is None:
        return MeterVerdict.OK
    if current.register_wh < previous.register_wh:
        return MeterVerdict.BACKWARDS
    if _exceeds_rated(previous.register_wh, current.register_wh, current.at - previous.at, rated_w):
        return MeterVerdict.JUMP
    if (
        frozen_since is not None
        and next_frozen_since(frozen_since, current) is frozen_since
        and current.at - frozen_since.at >= FROZEN_AFTER
    ):
        return MeterVerdict.FROZEN
    return MeterVerdict.OK


def next_frozen_since(frozen_since: Reading | None, current: Reading) -> Reading | None:
    """First reading of the run in which power flows and the register stands still; None when none runs.

    Kept by the caller beside the session's last reading and handed to the next `judge_reading`.
    """
    if current.power_w < FROZEN_POWER_W:
        return None
    if frozen_since is not None and frozen_since.register_wh == current.register_wh:
        return frozen_since
    return current


def judge_final(
    record: FinalRecord,
    last_reading: Reading | None,
    rated_w: Watt,
    first_register_wh: int | None,
    grew_at: datetime | None = None,
) -> tuple[FinalFault, ...]:
    """Everything that cannot be true of a final record; empty means plausible.

    `last_reading` is the session's last one found ok, and `grew_at` that of the last one that was higher than
    the one before; `first_register_wh` is from its `session_started`.
    """
    start_wh, end_wh = record.register_start_wh, record.register_end_wh
    duration = record.ended_at - record.started_at
    jumps = _exceeds_rated(start_wh, end_wh, duration, rated_w) or (
        last_reading is not None
        and _exceeds_rated(last_reading.register_wh, end_wh, record.ended_at - last_reading.at, rated_w)
    )
    findings = {
        FinalFault.BACKWARDS: end_wh < start_wh,
        FinalFault.JUMP: jumps,
        FinalFault.ENDS_BEFORE_START: record.ended_at < record.started_at,
        FinalFault.BEHIND_LAST_READING: last_reading is not None and end_wh < last_reading.register_wh,
        FinalFault.TOO_LONG: duration > MAX_SESSION,
        FinalFault.START_MISMATCH: first_register_wh is not None
        and abs(start_wh - first_register_wh) > SLACK_WH,
        FinalFault.FROZEN: last_reading is not None
        and grew_at is not None
        and end_wh == last_reading.register_wh
        and last_reading.power_w >= FROZEN_POWER_W
        and last_reading.at - grew_at >= FROZEN_AFTER,
    }
    return tuple(fault for fault, found in findings.items() if found)


def segments_match(record: FinalRecord) -> bool:
    """Whether the pile's own segments can be priced: sound, inside the session, summing to its register.

    If not, the caller cuts by meter values and flags the order `estimated`.
    """
    try:
        check_segments(record.segments)
    except InvalidSegments:
        return False
    if record.segments and not (
        record.started_at <= record.segments[0].from_at and record.segments[-1].to_at <= record.ended_at
    ):
        return False
    energy_wh = sum(segment.energy_wh for segment in record.segments)
    return energy_wh == record.register_end_wh - record.register_start_wh


def _exceeds_rated(from_wh: Wh, to_wh: Wh, elapsed: timedelta, rated_w: Watt) -> bool:
    """Whether more energy passed than rated power × time × 1.10 + 50 Wh; time counts as at least 1 s."""
    elapsed_us = max(elapsed, _MIN_STEP) // _MICROSECOND
    allowed = rated_w * elapsed_us * OVER_RATED_PERCENT
    return (to_wh - from_wh - SLACK_WH) * _MICROSECONDS_PER_HOUR * 100 > allowed

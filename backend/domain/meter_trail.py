"""Whether meter readings can be true, one after another (docs/pile-protocol.md, rule 6).

One reading outvotes nobody: what contradicts all before it counts only when the next one agrees with it. Duplicates
and late arrivals are told by (boot, seq) elsewhere; what a final record may say is `meter.py`'s.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

import msgspec
from msgspec.structs import replace

from backend.domain.units import Watt, Wh

SLACK_WH: Final = 50
"""Allowed on top of rated power × time: registers tick and clocks are whole seconds."""
RESOLUTION_WH: Final = 10
"""A register is shown in steps of this: one that seems to fall by less stands still."""

OVER_RATED_PERCENT: Final = 110
FROZEN_POWER_W: Final = 1_000
FROZEN_AFTER: Final = timedelta(seconds=300)
LEAST_SHOWN_PERCENT: Final = 10
"""Of the energy that power says has flowed a sound register shows nearly all: a frozen one may still tick."""
_CONFIRMED: Final = True
_MIN_STEP: Final = timedelta(seconds=1)
_NO_TIME: Final = timedelta(0)
_MICROSECOND: Final = timedelta(microseconds=1)
_MICROSECONDS_PER_HOUR: Final = 3_600_000_000


class Reading(NamedTuple):
    """A sample of one session: the running total and the power at an instant."""

    at: datetime
    register_wh: Wh
    power_w: Watt


class MeterVerdict(StrEnum):
    """`begins_elsewhere`: two readings agree against the one thing known before them; they count from the first.
    `restarted`: two readings agree against several; energy is counted on from there, and nobody knows what was lost.
    """

    OK = "ok"
    BACKWARDS = "backwards"
    JUMP = "jump"
    FROZEN = "frozen"
    BEGINS_ELSEWHERE = "begins_elsewhere"
    RESTARTED = "restarted"


REFUSED: Final = frozenset({MeterVerdict.BACKWARDS, MeterVerdict.JUMP})
"""The reading does not count, at least until the next one agrees with it."""


class MeterTrail(msgspec.Struct, frozen=True, gc=False):
    """What must be remembered of a session's meter to judge its next reading."""

    last: Reading | None = None
    # whether a second reading has agreed with `last`, or with what it came after
    is_confirmed: bool = False
    # a reading that contradicts `last`
    doubted: Reading | None = None
    # the first reading of a run in which the register shows too little of what power says, and what it says since
    frozen_since: Reading | None = None
    flown_ws: int = 0


def begin_trail(at: datetime, register_wh: Wh) -> MeterTrail:
    """The trail of a session of which only the beginning was told."""
    return MeterTrail(Reading(at, register_wh, Watt(0)))


def follow_meter(trail: MeterTrail, current: Reading, rated_w: Watt) -> tuple[MeterTrail, MeterVerdict, Wh]:
    """The trail after a reading, the verdict on it, and the energy that it adds."""
    if (
        current.power_w > rated_w
    ):  # more than the connector gives is not believed, nor held against the register
        current = current._replace(power_w=rated_w)
    last = trail.last
    if last is None:
        return MeterTrail(current, frozen_since=_run_start(current)), MeterVerdict.OK, Wh(0)
    step = judge_step(last, current, rated_w)
    if step is not MeterVerdict.OK:
        return _contradict(trail, current, step, rated_w)
    grown_wh = current.register_wh - last.register_wh
    if grown_wh < 0:
        # it has not fallen: what it would fall by in steps of its resolution must not go unseen
        grown_wh, current = 0, current._replace(register_wh=last.register_wh)
    since, flown_ws = _run_on(trail, last, current)
    followed = MeterTrail(current, _CONFIRMED, None, since, flown_ws)
    verdict = MeterVerdict.FROZEN if flown_ws and _is_frozen(followed) else MeterVerdict.OK
    return followed, verdict, Wh(grown_wh)


def judge_step(previous: Reading, current: Reading, rated_w: Watt) -> MeterVerdict:
    """Whether the register can have moved like this: ok, backwards or jump."""
    if current.register_wh < previous.register_wh - RESOLUTION_WH:
        return MeterVerdict.BACKWARDS
    if exceeds_rated(current.register_wh - previous.register_wh, current.at - previous.at, rated_w):
        return MeterVerdict.JUMP
    return MeterVerdict.OK


def exceeds_rated(energy_wh: int, elapsed: timedelta, rated_w: Watt) -> bool:
    """Whether that is more than rated power × time × 1.10 + 50 Wh; time counts as at least 1 s."""
    elapsed_us = max(elapsed, _MIN_STEP) // _MICROSECOND
    allowed = rated_w * elapsed_us * OVER_RATED_PERCENT
    return (energy_wh - SLACK_WH) * _MICROSECONDS_PER_HOUR * 100 > allowed


def _contradict(
    trail: MeterTrail, current: Reading, step: MeterVerdict, rated_w: Watt
) -> tuple[MeterTrail, MeterVerdict, Wh]:
    doubted = trail.doubted
    if (
        doubted is None
        or current.register_wh <= doubted.register_wh
        or judge_step(doubted, current, rated_w) is not MeterVerdict.OK
    ):
        return replace(trail, doubted=current), step, Wh(0)
    verdict = MeterVerdict.RESTARTED if trail.is_confirmed else MeterVerdict.BEGINS_ELSEWHERE
    followed = MeterTrail(current, True, None, _run_start(current))
    return followed, verdict, Wh(current.register_wh - doubted.register_wh)


def _run_start(current: Reading) -> Reading | None:
    return current if current.power_w >= FROZEN_POWER_W else None


def _run_on(trail: MeterTrail, last: Reading, current: Reading) -> tuple[Reading | None, int]:
    """The run in which power flows and the register does not keep up; a new one when it does."""
    since = trail.frozen_since
    if since is None or current.power_w < FROZEN_POWER_W:
        return _run_start(current), 0
    elapsed = current.at - last.at
    elapsed = min(elapsed, FROZEN_AFTER)
    power_w = min(current.power_w, last.power_w)
    flown_ws = trail.flown_ws + (power_w * elapsed.seconds if elapsed > _NO_TIME else 0)
    moved_wh = current.register_wh - since.register_wh
    if moved_wh > 0 and moved_wh * 3_600 * 100 >= flown_ws * LEAST_SHOWN_PERCENT:
        return current, 0
    return since, flown_ws


def _is_frozen(trail: MeterTrail) -> bool:
    since, last = trail.frozen_since, trail.last
    if since is None or last is None or last.at - since.at < FROZEN_AFTER:
        return False
    return trail.flown_ws > (last.register_wh - since.register_wh + SLACK_WH) * 3_600

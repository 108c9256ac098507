"""Whose clock counts: the pile's while it is within a minute of ours, else ours (docs/pile-protocol.md, rule 8).

`in_our_time` is what can be said of a message by itself when it comes; `clock_offsets` is what its neighbours tell
besides, once they are known. Nothing was made after it came, or after what its pile said later had come.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Final, NamedTuple

TRUSTED_OFFSET: Final = timedelta(seconds=60)
NO_OFFSET: Final = timedelta(0)
LONGEST_STEP: Final = timedelta(seconds=75)
"""Between two readings at most: a report interval of 60 s, and some jitter."""


class Stamp(NamedTuple):
    """A message's place in its pile's order, its time by the pile's clock, and when it came by ours.

    `is_late`: it was kept in the pile or waited on its way, so that the two times differ by more than the clocks do.
    """

    boot: int
    seq: int
    at: datetime
    received_at: datetime
    is_late: bool

    @property
    def offset(self) -> timedelta:
        """How far the pile's clock would be ahead of ours, had the message come at once; it is not behind that."""
        return self.at - self.received_at


def in_our_time(at: datetime, received_at: datetime, offset: timedelta) -> datetime:
    """When a pile whose clock is `offset` ahead of ours made a message it dated `at`: never after it came."""
    ours = at if is_trusted(offset) else at - offset
    return ours if ours - received_at <= TRUSTED_OFFSET else received_at


def longest_between(received: timedelta, reported: timedelta) -> timedelta:
    """The time that can have passed between two messages that are so far apart by our clock and by the pile's.

    Either may have made the step: the pile's clock is wrong while it is being set, ours after an outage in which
    messages waited. Ours counts; the pile's where it tells of more, but no more than lies between two readings,
    and where ours was set back.
    """
    return reported if received < NO_OFFSET or received < reported <= LONGEST_STEP else received


def is_trusted(offset: timedelta) -> bool:
    """Whether a clock that far ahead of ours is believed."""
    return -TRUSTED_OFFSET <= offset <= TRUSTED_OFFSET


def clock_offsets(stamps: Sequence[Stamp], known: timedelta = NO_OFFSET) -> list[timedelta]:
    """How far the pile's clock was ahead when it made each of these, which come in the order of (boot, seq).

    Waiting makes a message look as if the clock were slow, so of messages made by one setting of the clock the one
    that waited least tells. A late one has the clock of the last that came at once before it in its boot, else of
    the first after it, else `known`: the offset the pile had when it was last heard.
    """
    live = [stamp for stamp in stamps if not stamp.is_late]
    told = _least_delayed(live)
    offsets: list[timedelta] = []
    passed = 0  # how many of the live ones come before
    for stamp in stamps:
        if stamp.is_late:
            around = [
                told[index]
                for index in (passed - 1, passed)
                if 0 <= index < len(live) and live[index].boot == stamp.boot
            ]
            fitting = [one for one in around if stamp.offset - one <= TRUSTED_OFFSET]
            offsets.append((fitting or around or [known])[0])
        else:
            offsets.append(told[passed])
            passed += 1
    return offsets


def platform_times(stamps: Sequence[Stamp], offsets: Sequence[timedelta]) -> list[datetime]:
    """When these were made, in our time: never falling, never after anything made later had come."""
    times: list[datetime] = []
    for stamp, offset, limit in zip(stamps, offsets, _latest_possible(stamps), strict=True):
        ours = in_our_time(stamp.at, limit, offset)
        times.append(max(ours, times[-1]) if times else ours)
    return times


def _least_delayed(live: Sequence[Stamp]) -> list[timedelta]:
    """For each of these the highest offset from it to the end of the clock setting it was made by.

    A queue that empties makes the offset rise by one report interval a message; a clock that is set, by more.
    """
    told = [stamp.offset for stamp in live]
    for index in range(len(live) - 2, -1, -1):
        this, after = live[index], live[index + 1]
        if this.boot == after.boot and after.offset - this.offset <= LONGEST_STEP:
            told[index] = max(told[index], told[index + 1])
    return told


def _latest_possible(stamps: Sequence[Stamp]) -> list[datetime]:
    """When each had been made at the latest: once it, or anything made after it, had come."""
    limits = list(accumulate((stamp.received_at for stamp in reversed(stamps)), min))
    limits.reverse()
    return limits

"""What is known of a pile's connection and of its clock, and how its messages move that on.

The image of a `pile_state` row: read when the bridge first hears a pile, written in bulk at each batch.
"""

from datetime import datetime, timedelta
from typing import Final, NamedTuple

import msgspec

from backend.domain.report import BOOTS_PER_EPOCH
from backend.domain.report_time import TRUSTED_OFFSET

LATE_FOR: Final = timedelta(minutes=5)
LONGEST_WAIT: Final = timedelta(days=1)
LONGEST_WAIT_IN_ORDER: Final = timedelta(days=30)
"""A clock that is slow by days was set back, and what it dates is older than what came before; what waited is not."""
RESTART_SEEN_BY: Final = 3
"""One message never outvotes all others: so many in a row must say that the counter began anew."""
_CLOCK_LOST: Final = timedelta(days=30)
_SLACK: Final = timedelta(seconds=1)
_MILLISECOND: Final = timedelta(milliseconds=1)
_ANCHOR_EVERY: Final = timedelta(minutes=10)


class Place(NamedTuple):
    """Where a message stands in its pile's order, and when the pile's clock says that it was made."""

    boot: int
    seq: int
    at: datetime


class PileMark(msgspec.Struct, kw_only=True, gc=False):
    """The image of a `pile_state` row in the bridge's memory; (boot, seq) is the pile's newest message."""

    is_online: bool = False
    conn: str = ""
    boot: int = 0
    seq: int = 0
    last_seen_at: datetime | None = None
    online_since: datetime | None = None
    clock_offset_ms: int | None = None
    is_clock_set: bool = False
    # kept in memory only
    set_time_asked_at: datetime | None = None
    late_since: datetime | None = None
    # by the pile's clock: when it made its newest message
    newest_at: datetime | None = None
    # two older messages, ten minutes apart: what is numbered before them was made before them
    anchors: tuple[Place, ...] = ()
    # the clock was set back since it was last right: what it dates has not waited, it is dated wrongly
    has_fallen: bool = False
    # whether the newest was dated after the one before it
    is_in_order: bool = False
    # messages in a row that were made after one that is numbered after them, and the place of the last of them
    restart_run: int = 0
    restart_place: tuple[int, int] = (-1, -1)

    def counts_anew(self, *, boot: int, seq: int, at: datetime) -> bool:
        """Whether the pile has lost its counter: several messages in a row are newer than some that they are numbered before.

        Repeats, late and reordered messages are older than what is numbered after them. A clock that was lost with the
        counter tells nothing, and no message waits for a month.
        """
        if (boot, seq) > (self.boot, self.seq):
            self._note_newest(Place(boot, seq, at))
            return False
        if boot // BOOTS_PER_EPOCH != self.boot // BOOTS_PER_EPOCH or not self._contradicts(boot, seq, at):
            return False
        is_next = (boot, seq) > self.restart_place or not self.restart_run
        self.restart_run = self.restart_run + 1 if is_next else 1
        self.restart_place = boot, seq
        return self.restart_run >= RESTART_SEEN_BY

    def begin_epoch(self, *, boot: int, seq: int, at: datetime) -> None:
        """From this message on the pile's numbers count above all that it gave before."""
        epoch = self.boot // BOOTS_PER_EPOCH + 1
        self.boot = epoch * BOOTS_PER_EPOCH + boot % BOOTS_PER_EPOCH
        self.seq, self.newest_at, self.anchors = seq, at, ()
        self.restart_run, self.restart_place = 0, (-1, -1)

    def _note_newest(self, place: Place) -> None:
        """In order a pile's messages are made one after the other: one that is dated before the last has another clock."""
        newest_at = self._newest_at()
        self.is_in_order = newest_at is not None and newest_at - place.at <= TRUSTED_OFFSET
        if self.newest_at is not None and not self.is_in_order:
            self.has_fallen, self.anchors = True, ()
        if not self.anchors or place.at - self.anchors[-1].at >= _ANCHOR_EVERY:
            self.anchors = (*self.anchors[-1:], place)
        self.newest_at, self.restart_run = place.at, 0

    def _contradicts(self, boot: int, seq: int, at: datetime) -> bool:
        """Whether something older than this is numbered after it."""
        newest_at = self._newest_at()
        if newest_at is None:
            return False
        if at <= newest_at - _CLOCK_LOST or at > newest_at + _SLACK:
            return True
        return any((boot, seq) < (one.boot, one.seq) and at > one.at + _SLACK for one in self.anchors)

    def is_of_epoch_before(self, *, boot: int, seq: int, at: datetime) -> bool:
        """Whether a message told later, numbered above the newest of its boot, was made before the counter was lost."""
        newest_at = self._newest_at()
        is_above = boot == self.boot >= BOOTS_PER_EPOCH and seq > self.seq
        return is_above and newest_at is not None and at <= newest_at

    def _newest_at(self) -> datetime | None:
        """As this process heard it, else what the row says of the last message: when it came, less the clock's offset."""
        if self.newest_at is None and self.last_seen_at is not None:
            return self.last_seen_at + timedelta(milliseconds=self.clock_offset_ms or 0)
        return self.newest_at

    def see(self, *, boot: int, seq: int, received_at: datetime) -> None:
        """A message that was not replayed arrived: the pile is online, whatever we thought."""
        self.boot, self.seq = max((self.boot, self.seq), (boot, seq))
        if not self.is_online:
            self.is_online = True
            self.online_since = received_at
        self.last_seen_at = received_at

    def take_online(self, *, is_online: bool, conn: str, boot: int, seq: int, received_at: datetime) -> bool:
        """The birth or will of the connection `conn`; whether it is a birth. An old connection's will changes nothing."""
        if not is_online:
            if conn == self.conn:
                self.is_online = False
            return False
        self.see(boot=boot, seq=seq, received_at=received_at)
        if conn != self.conn:
            self.conn = conn
            self.online_since = received_at
        return True

    def seems_late(self, *, at: datetime, received_at: datetime) -> bool:
        """Whether a message waited on its way, rather than the pile's clock being wrong.

        Waiting makes a message look as if the clock went slow, so a clock known to be right is believed against
        late messages, for as long as the broker may need to hand over what piled up in an outage of ours. What waited
        comes in the order in which it was dated; a clock that was set back breaks that order.
        """
        offset = at - received_at
        if offset >= -TRUSTED_OFFSET:
            self.has_fallen = False
        longest = LONGEST_WAIT_IN_ORDER if self.is_in_order else LONGEST_WAIT
        if self.has_fallen or not self.is_clock_set or not -longest <= offset < -TRUSTED_OFFSET:
            self.late_since = None
            return False
        if self.late_since is None:
            self.late_since = received_at
        return received_at - self.late_since <= LATE_FOR

    def see_clock(self, *, at: datetime, received_at: datetime) -> None:
        """Compare the pile's clock with ours by a message that was not replayed."""
        offset = at - received_at
        self.clock_offset_ms = offset // _MILLISECOND
        self.is_clock_set = abs(offset) <= TRUSTED_OFFSET

"""The connection state of piles as rows: read when the bridge first hears a pile, written in bulk at each batch.

Nobody else writes them. Decides too when a pile's clock is wrong and has to be set (device-protocol.md, rule 8).
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from backend.domain.command import CommandKind
from backend.models import PileState
from backend.models.bulk import BulkWrite
from backend.models.database import reading, transactional
from backend.services.commands import queue_command
from backend.services.report import KnownPile
from backend.services.report_time import TRUSTED_OFFSET

SET_TIME_EVERY: Final = timedelta(minutes=1)
SET_TIMES_PER_CALL: Final = 50
"""After an outage thousands of piles may seem late at once; they are set right in the next batches."""
LATE_FOR: Final = timedelta(minutes=5)
LONGEST_WAIT: Final = timedelta(days=1)
_MILLISECOND: Final = timedelta(milliseconds=1)
_COLUMNS: Final = (
    "pile_id",
    "is_online",
    "conn",
    "boot",
    "seq",
    "last_seen_at",
    "online_since",
    "clock_offset_ms",
    "is_clock_set",
)
_upsert = BulkWrite(PileState, _COLUMNS, updates=_COLUMNS[1:], guard=("boot", "seq"), allow_equal=True)


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
        late messages, for as long as the broker may need to hand over what piled up in an outage of ours.
        """
        offset = at - received_at
        if not self.is_clock_set or not -LONGEST_WAIT <= offset < -TRUSTED_OFFSET:
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


@reading
def load_marks(pile_ids: Collection[int]) -> dict[int, PileMark]:
    """The marks of those piles that were ever heard. Raises ServiceUnavailable."""
    return {
        row.pile_id: PileMark(**{name: getattr(row, name) for name in _COLUMNS[1:]})
        for row in PileState.select().where(PileState.pile_id.in_(list(pile_ids)))
    }


@transactional
def touch_piles(*, marks: Sequence[tuple[KnownPile, PileMark]], now: datetime) -> None:
    """Write these marks, and queue `set_time` for piles whose clock is wrong, once a minute at most.

    Changes the marks it is given: the caller passes copies and keeps them only after the commit.
    """
    _upsert.execute([(pile.id, *[getattr(mark, name) for name in _COLUMNS[1:]]) for pile, mark in marks])
    wrong = [(pile, mark) for pile, mark in marks if _needs_set_time(mark, now)]
    for pile, mark in wrong[:SET_TIMES_PER_CALL]:
        mark.set_time_asked_at = now
        queue_command(
            pile_id=pile.id,
            operator_id=pile.operator_id,
            kind=CommandKind.SET_TIME,
            params={"now": now},
            now=now,
        )


def _needs_set_time(mark: PileMark, now: datetime) -> bool:
    if mark.is_clock_set or not mark.is_online or mark.clock_offset_ms is None:
        return False
    return mark.set_time_asked_at is None or now - mark.set_time_asked_at >= SET_TIME_EVERY

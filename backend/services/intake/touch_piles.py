"""The connection state of piles as rows: read when the bridge first hears a pile, written in bulk at each batch.

Nobody else writes them. Decides too when a pile's clock is wrong and has to be set (docs/pile-protocol.md, rule 8).
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final

from backend.domain.command import CommandKind
from backend.domain.event import PileCameOnline, PileWentOffline
from backend.domain.pile_mark import PileMark
from backend.domain.report import KnownPile
from backend.models import PileState
from backend.models.engine.bulk import BulkWrite
from backend.models.engine.database import reading, transactional
from backend.services.commands.queue import queue_command
from backend.services.ground.events import Fact, write_events

SET_TIME_EVERY: Final = timedelta(minutes=1)
SET_TIMES_PER_CALL: Final = 50
"""After an outage thousands of piles may seem late at once; they are set right in the next batches."""
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


@transactional
def tell_connections(*, turned: Sequence[tuple[KnownPile, PileMark]], now: datetime) -> None:
    """Tell of piles that came online or went offline with these marks; all of a batch in one statement."""
    write_events([_fact(pile, mark) for pile, mark in turned], now=now)


def _fact(pile: KnownPile, mark: PileMark) -> Fact:
    if mark.is_online:
        detail: PileCameOnline | PileWentOffline = PileCameOnline(station_no=pile.station_no)
    else:
        detail = PileWentOffline(station_no=pile.station_no, is_silent=False)
    return Fact(detail=detail, object_no=pile.pile_no, operator_id=pile.operator_id)


def _needs_set_time(mark: PileMark, now: datetime) -> bool:
    if mark.is_clock_set or not mark.is_online or mark.clock_offset_ms is None:
        return False
    return mark.set_time_asked_at is None or now - mark.set_time_asked_at >= SET_TIME_EVERY

"""Retention of meter readings: the raw rows of a pile go, oldest first, once nobody can dispute their orders.

The table has no index by time, which every reading would pay for. Its key is (pile, boot, seq) and a pile's rows
come nearly in that order, so this goes from pile to pile and takes the old ones off the front of each.
"""

from datetime import datetime, timedelta
from itertools import takewhile
from typing import Final

from backend.models import MeterValue
from backend.models.engine.database import transactional

ROWS_PER_CALL: Final = 500
PILES_PER_CALL: Final = 50
FROM_THE_FIRST: Final = 0


@transactional
def delete_old_meter_values(*, after_pile_id: int, kept: timedelta, now: datetime) -> tuple[int, int]:
    """Delete readings received before `now` - `kept` from the piles after `after_pile_id`, about ROWS_PER_CALL.

    Returns how many went, and the pile to go on after: `FROM_THE_FIRST` once the last one was looked at.
    """
    deleted = 0
    for _ in range(PILES_PER_CALL):
        pile_id = _next_pile(after_pile_id)
        if pile_id is None:
            return deleted, FROM_THE_FIRST
        found = _delete_from(pile_id, now - kept)
        deleted += found
        if found == ROWS_PER_CALL:
            break  # this pile may have more: look at it again
        after_pile_id = pile_id
        if deleted >= ROWS_PER_CALL:
            break
    return deleted, after_pile_id


def _next_pile(after_pile_id: int) -> int | None:
    row = (
        MeterValue.select(MeterValue.pile_id)
        .where(MeterValue.pile_id > after_pile_id)
        .order_by(MeterValue.pile_id)
        .first()
    )
    return None if row is None else row.pile_id


def _delete_from(pile_id: int, before: datetime) -> int:
    """Delete the pile's first rows up to the first that is young enough; at most ROWS_PER_CALL."""
    first = (
        MeterValue.select(MeterValue.boot, MeterValue.seq, MeterValue.received_at)
        .where(MeterValue.pile_id == pile_id)
        .order_by(MeterValue.pile_id, MeterValue.boot, MeterValue.seq)
        .limit(ROWS_PER_CALL)
    )
    old = list(takewhile(lambda row: row.received_at < before, first))
    if not old:
        return 0
    last = old[-1]
    is_up_to_last = (MeterValue.boot < last.boot) | (
        (MeterValue.boot == last.boot) & (MeterValue.seq <= last.seq)
    )
    # the time again: a row that was delayed may have come in between
    is_old = (MeterValue.pile_id == pile_id) & is_up_to_last & (MeterValue.received_at < before)
    return int(MeterValue.delete().where(is_old).execute())

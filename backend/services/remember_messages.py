"""Which messages were taken before: the ids of the rare kinds, kept so that a repeat changes nothing.

Meters, statuses and heartbeats need none: (boot, seq) makes them harmless to repeat.
"""

from collections.abc import Collection
from datetime import datetime

from backend.domain.errors import ServiceUnavailable
from backend.models import PileMessage
from backend.models.bulk import BulkWrite, find_existing
from backend.models.database import Tx, transactional

_insert = BulkWrite(PileMessage, ("pile_id", "message_id", "received_at"))


@transactional
def remember_messages(
    tx: Tx, *, messages: Collection[tuple[int, str]], now: datetime
) -> set[tuple[int, str]]:
    """Remember messages given as (pile_id, message_id), each once; returns those that were known before.

    Raises ServiceUnavailable when another bridge takes one of them at this very moment: do it again.
    """
    del tx
    known = find_existing(PileMessage, messages)
    fresh = [
        (pile_id, message_id, now) for pile_id, message_id in messages if (pile_id, message_id) not in known
    ]
    if fresh and _insert.execute(fresh) < len(fresh):
        raise ServiceUnavailable(reason="message_taken_elsewhere")
    return known

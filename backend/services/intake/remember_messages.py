"""Which messages were taken before: the ids of the rare kinds, kept so that a repeat changes nothing.

Meters, statuses and heartbeats need none: (boot, seq) makes them harmless to repeat.
"""

from collections.abc import Collection
from datetime import datetime

from backend.domain.errors import ServiceUnavailable
from backend.models import PileMessage
from backend.models.engine.bulk import BulkWrite, find_existing
from backend.models.engine.database import database, transactional

_insert = BulkWrite(PileMessage, ("pile_id", "message_id", "received_at"))


@transactional
def remember_messages(*, messages: set[tuple[int, str]], now: datetime) -> set[tuple[int, str]]:
    """Remember messages given as (pile_id, message_id), each once; returns those that were known before.

    Raises ServiceUnavailable when another bridge takes one of them at this very moment: do it again.
    """
    if _are_all_fresh(messages, now):
        return set()
    known = find_existing(PileMessage, messages)
    fresh = messages - known
    if fresh and _remember(fresh, now) < len(fresh):
        raise ServiceUnavailable(reason="message_taken_elsewhere")
    return known


def _are_all_fresh(messages: Collection[tuple[int, str]], now: datetime) -> bool:
    """Remember all of them if none was known, else none: repeats are rare, and asking for them costs most."""
    with database.atomic() as attempt:
        if _remember(messages, now) == len(messages):
            return True
        attempt.rollback()
    return False


def _remember(messages: Collection[tuple[int, str]], now: datetime) -> int:
    return _insert.execute([(pile_id, message_id, now) for pile_id, message_id in messages])

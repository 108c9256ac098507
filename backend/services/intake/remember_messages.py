"""Which messages were taken before: the ids of the rare kinds with a digest of what they said.

The same id with the same content is a repeat and changes nothing; with another content it is none, and is not taken
either: a pile that uses its ids twice is for a person. Meters, statuses and heartbeats need none of this: (boot, seq)
makes them harmless to repeat.
"""

from collections.abc import Mapping
from datetime import datetime

from backend.domain.errors import ServiceUnavailable
from backend.models import PileMessage
from backend.models.engine.bulk import BulkWrite, find_existing
from backend.models.engine.database import database, transactional

_insert = BulkWrite(PileMessage, ("pile_id", "message_id", "received_at", "digest"))

Key = tuple[int, str]
"""Row id of the pile, id of the message."""


@transactional
def remember_messages(*, messages: Mapping[Key, str], now: datetime) -> dict[Key, str | None]:
    """Remember messages with their digests; those that were known before, with what they said then.

    None: they were taken before digests were kept. Raises ServiceUnavailable when another bridge takes one of them at
    this very moment: do it again.
    """
    if _are_all_fresh(messages, now):
        return {}
    known = find_existing(PileMessage, messages.keys(), value="digest")
    fresh = {key: digest for key, digest in messages.items() if key not in known}
    if fresh and _remember(fresh, now) < len(fresh):
        raise ServiceUnavailable(reason="message_taken_elsewhere")
    return known


def _are_all_fresh(messages: Mapping[Key, str], now: datetime) -> bool:
    """Remember all of them if none was known, else none: repeats are rare, and asking for them costs most."""
    with database.atomic() as attempt:
        if _remember(messages, now) == len(messages):
            return True
        attempt.rollback()
    return False


def _remember(messages: Mapping[Key, str], now: datetime) -> int:
    return _insert.execute(
        [(pile_id, message_id, now, digest) for (pile_id, message_id), digest in messages.items()]
    )

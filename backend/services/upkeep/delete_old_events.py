"""Retention of events: the oldest go once every consumer is past them, none of them waits, and they are old enough."""

from collections.abc import Collection
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Final

from backend.models import Event, EventConsumer, EventRetry
from backend.models.engine.database import transactional

ROWS_PER_CALL: Final = 500
KEPT: Final = timedelta(days=30)


@transactional
def delete_old_events(*, consumers: Collection[str], now: datetime) -> int:
    """Delete at most `ROWS_PER_CALL` events and return how many went.

    Oldest first by id, which is nearly their time: no index by time, which every settlement would pay for. `consumers`
    are those of this program; of one that has not begun nothing is known, so that nothing goes.
    """
    places = EventConsumer.select().where(EventConsumer.name.in_(list(consumers)))
    reached = [row.batch for row in places]
    if len(reached) < len(consumers):
        return 0
    first = Event.select(Event.id, Event.at).order_by(Event.id).limit(ROWS_PER_CALL)
    old = list(takewhile(lambda row: row.at < now - KEPT, first))
    if not old:
        return 0
    waiting = EventRetry.select(EventRetry.event_id).where(EventRetry.event_id <= old[-1].id)
    # whoever is in the midst of a batch may still need it
    is_past = (Event.batch > 0) & (Event.batch < min(reached))
    is_old = (Event.id <= old[-1].id) & (Event.at < now - KEPT)
    return int(Event.delete().where(is_old & is_past & Event.id.not_in(waiting)).execute())

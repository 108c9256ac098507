"""Until when facts are counted: as far as their consumer of events has come, and whether the past is whole."""

from datetime import datetime, timedelta
from typing import Final

import msgspec

from backend.domain.fact import CONSUMER
from backend.models import Event, EventConsumer, FactPlace

BEHIND_AFTER: Final = timedelta(minutes=2)


class Freshness(msgspec.Struct, frozen=True, kw_only=True):
    """What happened until `as_of` is in the sums. `is_behind`: they lack minutes, or some of the past is not counted yet."""

    as_of: datetime
    is_behind: bool


def look_how_fresh(now: datetime) -> Freshness:
    """The state of all facts."""
    waits_since = find_waiting_since()
    as_of = now if waits_since is None else min(waits_since, now)
    is_partial = FactPlace.select().where(FactPlace.is_whole == False).exists()  # noqa: E712 - SQL
    return Freshness(as_of=as_of, is_behind=is_partial or now - as_of > BEHIND_AFTER)


def find_waiting_since() -> datetime | None:
    """When the oldest event happened that is not in the sums; None where all are."""
    place = EventConsumer.get_or_none(EventConsumer.name == CONSUMER)
    batch, event_id = (0, 0) if place is None else (place.batch, place.event_id)
    is_after = (Event.batch > batch) | ((Event.batch == batch) & (Event.id > event_id))
    handed_out = (
        Event.select(Event.at)
        # the first condition is the one an index serves
        .where((Event.batch >= max(batch, 1)) & is_after)
        .order_by(Event.batch, Event.id)
        .first()
    )
    waiting = handed_out or Event.select(Event.at).where(Event.batch == 0).order_by(Event.id).first()
    return None if waiting is None else waiting.at

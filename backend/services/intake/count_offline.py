"""A consumer of events: how often a pile lost its connection, by its station's day, for the desk.

Counted behind the bridge, for which a fleet that drops off is the worst moment to do more.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from backend.models import Pile, PileDay, Station
from backend.models.engine.bulk import BulkWrite
from backend.models.engine.database import transactional
from backend.services.ground.event_queue import ToldEvent

_add = BulkWrite(PileDay, ("pile_id", "local_date", "operator_id", "times_offline"), adds=("times_offline",))


@transactional
def count_offline(events: Sequence[ToldEvent], now: datetime) -> None:
    """Add each `pile_went_offline` to its pile's day; a pile that is not there is passed over."""
    del now
    rows: Any = (
        Pile.select(Pile.id, Pile.pile_no, Pile.operator_id, Station.time_zone)
        .join(Station, on=(Station.id == Pile.station_id))
        .where(Pile.pile_no.in_({event.object_no for event in events}))
        .objects()
    )
    piles = {row.pile_no: row for row in rows}
    times = Counter(
        (pile.id, event.at.astimezone(ZoneInfo(pile.time_zone)).date(), pile.operator_id)
        for event in events
        if (pile := piles.get(event.object_no)) is not None
    )
    if times:
        _add.execute([(*key, count) for key, count in times.items()])

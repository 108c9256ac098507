"""Piles that were not heard for 90 s lose their online mark: their connection may have died without a will.

While our own bridge is away, or has just come back, nobody is silent: we do not listen (domain/hearing).
The live view is left to its one writer, the bridge; readers judge it by the pile's last message (domain/station).
"""

from datetime import datetime
from typing import Any, Final

import structlog

from backend.domain.event import PileWentOffline
from backend.domain.feed_topics import pile_topics, station_topic
from backend.domain.station import heard_since
from backend.live import feed
from backend.models import Pile, PileState, Station
from backend.models.engine.database import after_commit, locked, transactional
from backend.services.ground.events import Fact, write_events
from backend.services.ground.hearing import is_silence_heard

PILES_PER_CALL: Final = 500
_log = structlog.get_logger(__name__)


@transactional
def mark_silent_piles(*, now: datetime) -> int:
    """Mark at most `PILES_PER_CALL` silent piles offline and return how many there were; harmless to repeat."""
    if not is_silence_heard(now):
        return 0
    is_silent = PileState.is_online & (PileState.last_seen_at < heard_since(now))
    rows: list[Any] = list(
        PileState.select(PileState.pile_id, Pile.pile_no, Pile.operator_id, Station.station_no)
        .join(Pile, on=(Pile.id == PileState.pile_id))
        .join(Station, on=(Station.id == Pile.station_id))
        .where(is_silent)
        .order_by(PileState.pile_id)
        .limit(PILES_PER_CALL)
        .objects()
    )
    if not rows:
        return 0
    # the guard again, and locked: the bridge may have heard one of them since
    still = PileState.select(PileState.pile_id).where(
        PileState.pile_id.in_([row.pile_id for row in rows]) & is_silent
    )
    marked = {row.pile_id for row in locked(still)}
    PileState.update(is_online=False).where(PileState.pile_id.in_(list(marked))).execute()
    write_events([_fact(row) for row in rows if row.pile_id in marked], now=now)
    for row in rows:
        _log.info("pile_silent", pile_no=row.pile_no)
    topics = {station_topic(row.station_no) for row in rows}
    for row in rows:
        topics.update(pile_topics(pile_no=row.pile_no, operator_id=row.operator_id))
    after_commit(lambda: feed.publish(topics))
    return len(rows)


def _fact(row: Any) -> Fact:
    return Fact(
        detail=PileWentOffline(station_no=row.station_no, is_silent=True),
        object_no=row.pile_no,
        operator_id=row.operator_id,
    )

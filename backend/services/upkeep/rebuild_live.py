"""The live view made anew from the database: stations' positions, and the state of piles that have none there.

Runs every few minutes and whenever Redis has come back empty; without Redis it does nothing.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from backend import live
from backend.live import live_status, nearby
from backend.live.live_status import LiveConnector, LivePile
from backend.models import Connector, ConnectorState, Pile, PileState, Station
from backend.models.engine.database import reading
from backend.services.ground.operator_book import shown_to_drivers
from backend.services.views.live_rows import live_connector, newest_ms

PILES_PER_PAGE: Final = 1_000


def rebuild_live(*, now: datetime) -> int:
    """Rebuild everything; returns how many stations and piles were written. Raises ServiceUnavailable."""
    del now
    if not live.is_available():
        return 0
    places = _load_places()
    nearby.rebuild(places)
    count = len(places)
    after = 0
    while page := _load_piles(after):
        after = page[-1][0]
        piles = [pile for _, pile in page]
        known = live_status.get_many([pile.pile_no for pile in piles])
        missing = [pile for pile in piles if pile.pile_no not in known]
        live_status.put_missing(missing)
        count += len(missing)
    return count


def restore_live(*, now: datetime) -> int:
    """`rebuild_live` if Redis is there and has lost its view, else nothing."""
    if not live.is_available() or nearby.is_whole():
        return 0
    return rebuild_live(now=now)


@reading
def _load_places() -> list[nearby.Place]:
    rows = Station.select(Station.station_no, Station.lat_e6, Station.lng_e6).where(
        Station.is_visible & Station.closed_at.is_null() & shown_to_drivers()
    )
    return [(row.station_no, row.lat_e6, row.lng_e6) for row in rows]


@reading
def _load_piles(after: int) -> list[tuple[int, LivePile]]:
    """The next page of piles in service by row id, each with its connectors."""
    rows: list[Any] = list(
        Pile.select(Pile.id, Pile.pile_no, Station.station_no, PileState)
        .join(Station, on=(Station.id == Pile.station_id))
        .join_from(Pile, PileState, on=(PileState.pile_id == Pile.id))
        .where((Pile.id > after) & ~Pile.is_retired)
        .order_by(Pile.id)
        .limit(PILES_PER_PAGE)
        .objects()
    )
    if not rows:
        return []
    connectors = _load_connectors([row.id for row in rows])
    return [
        (
            row.id,
            LivePile(
                pile_no=row.pile_no,
                station_no=row.station_no,
                is_online=row.is_online,
                last_seen_ms=newest_ms(row.last_seen_at),
                boot=row.boot,
                seq=row.seq,
                connectors=connectors.get(row.id, []),
            ),
        )
        for row in rows
    ]


def _load_connectors(pile_ids: Iterable[int]) -> dict[int, list[LiveConnector]]:
    rows: list[Any] = list(
        ConnectorState.select(ConnectorState, Connector.pile_id, Connector.gun, Connector.connector_no)
        .join(Connector, on=(Connector.id == ConnectorState.connector_id))
        .where(Connector.pile_id.in_(list(pile_ids)))
        .order_by(Connector.pile_id, Connector.gun)
        .objects()
    )
    found: dict[int, list[LiveConnector]] = {}
    for row in rows:
        found.setdefault(row.pile_id, []).append(
            live_connector(row, gun=row.gun, connector_no=row.connector_no)
        )
    return found

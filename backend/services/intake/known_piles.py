"""The master data of piles in service, as the bridge keeps them in memory."""

from collections.abc import Collection, Mapping

from backend.domain.report import KnownConnector, KnownPile
from backend.models import Connector, Pile, Station
from backend.models.engine.database import reading


@reading
def load_piles(pile_nos: Collection[str]) -> dict[str, KnownPile]:
    """Those of the piles that are in service, by number; others are missing. Raises ServiceUnavailable."""
    rows = list(
        Pile.select(Pile, Station.station_no)
        .join(Station, on=(Station.id == Pile.station_id))
        .where(Pile.pile_no.in_(list(pile_nos)) & (Pile.is_retired == False))  # noqa: E712 - SQL
        .objects()
    )
    connectors: dict[int, dict[int, KnownConnector]] = {row.id: {} for row in rows}
    if rows:
        for row in Connector.select().where(Connector.pile_id.in_(list(connectors))):
            connectors[row.pile_id][row.gun] = KnownConnector(row.id, row.connector_no)
    return {row.pile_no: _known(row, connectors[row.id]) for row in rows}


def _known(row: Pile, connectors: Mapping[int, KnownConnector]) -> KnownPile:
    return KnownPile(
        id=row.id,
        pile_no=row.pile_no,
        station_id=row.station_id,
        station_no=row.station_no,  # type: ignore[attr-defined]  # joined from the station
        operator_id=row.operator_id,
        rated_w=row.rated_w,
        connectors=dict(connectors),
    )

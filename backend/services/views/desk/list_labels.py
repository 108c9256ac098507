"""What stands on the stickers of a pile, a gun or a whole station, for staff who print them."""

from collections.abc import Sequence
from typing import Final

from backend.domain.actor import Actor
from backend.domain.errors import ConnectorNotFound, PileNotFound, StationNotFound
from backend.gateways.pile_labels import Label
from backend.models import Connector, Operator, Pile, Station
from backend.models.engine.database import reading
from backend.services.access.scope import scoped
from backend.services.access.visible_stations import visible_stations

MOST_LABELS: Final = 2_000


@reading
def list_pile_labels(*, staff: Actor, pile_no: str, gun: int | None, public_url: str) -> list[Label]:
    """Of a pile in scope and in service; of one gun where it is named. Raises PileNotFound, ConnectorNotFound."""
    pile = scoped(
        Pile.select().where((Pile.pile_no == pile_no) & (Pile.is_retired == False)),  # noqa: E712 - SQL
        staff,
        operator=Pile.operator_id,
        station=Pile.station_id,
    ).first()
    if pile is None:
        raise PileNotFound
    labels = _labels(Station.get_by_id(pile.station_id), [pile], public_url)
    if gun is None:
        return labels
    found = [label for label in labels if label.gun == gun]
    if not found:
        raise ConnectorNotFound
    return found


@reading
def list_station_labels(*, staff: Actor, station_no: str, public_url: str) -> list[Label]:
    """Of all piles in service of a station in scope, by pile and gun. Raises StationNotFound, PileNotFound for none."""
    station = visible_stations(staff).where(Station.station_no == station_no).first()
    if station is None:
        raise StationNotFound
    piles = list(
        Pile.select()
        .where((Pile.station_id == station.id) & (Pile.is_retired == False))  # noqa: E712 - SQL
        .order_by(Pile.pile_no)
    )
    if not piles:
        raise PileNotFound
    return _labels(station, piles, public_url)


def _labels(station: Station, piles: Sequence[Pile], public_url: str) -> list[Label]:
    phone = station.service_phone or Operator.get_by_id(station.operator_id).service_phone
    rows: dict[int, list[Connector]] = {}
    for row in (
        Connector.select()
        .where(Connector.pile_id.in_([pile.id for pile in piles]))
        .order_by(Connector.gun)
        .limit(MOST_LABELS)
    ):
        rows.setdefault(row.pile_id, []).append(row)
    return [
        Label(
            link=f"{public_url}/p/{row.qr_token}",
            station_name=station.name,
            pile_name=pile.name,
            pile_no=pile.pile_no,
            gun=row.gun,
            connector_no=row.connector_no,
            service_phone=phone,
        )
        for pile in piles
        for row in rows.get(pile.id, [])
    ]

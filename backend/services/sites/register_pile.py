"""A new pile (充电桩) with its connectors. Its MQTT secret is given back once and kept only as a hash."""

from dataclasses import dataclass
from datetime import datetime

from backend.domain.connector import ConnectorStatus
from backend.domain.pile import PileKind, check_pile_no
from backend.gateways.ids import new_qr_token, new_token
from backend.gateways.passwords import broker_password_hash
from backend.models import Connector, ConnectorState, Pile, PileState, Station, Tariff
from backend.models.engine.database import transactional

STANDARDS = {PileKind.DC: "GB/T 20234.3", PileKind.AC: "GB/T 20234.2"}


@dataclass(frozen=True, slots=True)
class RegisteredPile:
    """`secret` is the pile's MQTT password; it cannot be asked for again."""

    pile: Pile
    secret: str


@transactional
def register_pile(
    *,
    station: Station,
    tariff: Tariff | None,
    pile_no: str,
    name: str,
    kind: PileKind,
    rated_w: int,
    guns: int,
    vendor: str,
    model: str,
    now: datetime,
) -> RegisteredPile:
    """A pile of a station, offline until it is heard. `tariff` overrides the station's. Raises InvalidInput."""
    check_pile_no(pile_no)
    secret = new_token()
    pile = Pile.create(
        pile_no=pile_no,
        operator_id=station.operator_id,
        station_id=station.id,
        name=name,
        kind=kind,
        rated_w=rated_w,
        vendor=vendor,
        model=model,
        tariff_id=None if tariff is None else tariff.id,
        broker_password_hash=broker_password_hash(secret),
        created_at=now,
    )
    PileState.insert(pile_id=pile.id).execute()
    for gun in range(1, guns + 1):
        connector = Connector.create(
            connector_no=f"{pile_no}{gun:02d}",
            operator_id=station.operator_id,
            station_id=station.id,
            pile_id=pile.id,
            gun=gun,
            qr_token=new_qr_token(),
            standard=STANDARDS[kind],
            rated_w=rated_w,
            created_at=now,
        )
        ConnectorState.insert(connector_id=connector.id, status=ConnectorStatus.OFFLINE).execute()
    return RegisteredPile(pile, secret)

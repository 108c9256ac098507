"""A new pile (充电桩) with its connectors. Its MQTT secret is given back once and kept only as a hash."""

from dataclasses import dataclass
from datetime import datetime

from backend.domain.connector import ConnectorStatus
from backend.domain.pile import STANDARDS, PileKind, check_pile_no, spelling
from backend.gateways.ids import new_qr_token, new_token
from backend.gateways.passwords import broker_password_hash
from backend.models import Connector, ConnectorState, Pile, PileState, Station, Tariff
from backend.models.engine.database import transactional


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
    is_issued: bool = True,
) -> RegisteredPile:
    """A pile of a station, offline until it is heard. `tariff` overrides the station's. Raises InvalidInput.

    `is_issued`: whoever calls shows the secret to an installer at once; else nobody knows it and one is issued later.
    """
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
        secret_issued_at=now if is_issued else None,
        created_at=now,
    )
    PileState.insert(pile_id=pile.id).execute()
    for gun in range(1, guns + 1):
        add_gun(pile=pile, gun=gun, now=now)
    return RegisteredPile(pile, secret)


@transactional
def add_gun(*, pile: Pile, gun: int, now: datetime) -> Connector:
    """The connector of this number of a pile, with a sticker's token of its own."""
    connector_no = f"{pile.pile_no}{gun:02d}"
    connector = Connector.create(
        connector_no=connector_no,
        typed_no=spelling(connector_no),
        operator_id=pile.operator_id,
        station_id=pile.station_id,
        pile_id=pile.id,
        gun=gun,
        qr_token=new_qr_token(),
        standard=STANDARDS[pile.kind],
        rated_w=pile.rated_w,
        created_at=now,
    )
    ConnectorState.insert(connector_id=connector.id, status=ConnectorStatus.OFFLINE).execute()
    return connector

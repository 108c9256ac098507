"""What prepaying one charge would buy: the amounts on offer, their energy at the coming prices, who may be paid through."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from backend.domain.estimate import estimate_energy
from backend.domain.payment import Channel
from backend.domain.units import Fen, Watt
from backend.models import Agreement
from backend.models.engine.database import reading
from backend.services.ground.operator_book import read_operators
from backend.services.payments.prepay_channels import list_prepay_channels
from backend.services.sites.find_connector import get_connector
from backend.services.tariffs.versions import get_version_for

OFFERED_FEN: Final = (2_000, 3_000, 5_000, 10_000)
LONGEST_ESTIMATE_S: Final = 86_400


class PrepayOffer(msgspec.Struct, frozen=True, kw_only=True):
    """`energy_wh` is what the amount buys from now on at the connector's rated power."""

    amount_fen: int
    energy_wh: int
    duration_s: int


class PrepayText(msgspec.Struct, frozen=True, kw_only=True):
    """A published text that whoever pays has to accept."""

    agreement_no: str
    title: str
    text: str


class PrepayQuote(msgspec.Struct, frozen=True, kw_only=True):
    """Any amount from `min_fen` to `max_fen` may be paid; `offers` are some of them. Nothing is paid by no `channels`."""

    connector_no: str
    min_fen: int
    max_fen: int
    offers: tuple[PrepayOffer, ...]
    channels: tuple[Channel, ...]
    texts: tuple[PrepayText, ...]


@reading
def quote_prepayment(*, connector_no: str, is_guest: bool, now: datetime) -> PrepayQuote:
    """Quote for a connector; a guest is offered only channels that take money of anybody.

    Raises ConnectorNotFound, TariffMissing.
    """
    connector, pile, station = get_connector(connector_no)
    _, version = get_version_for(pile=pile, station=station, now=now)
    operators = read_operators()
    hold = operators.policy_of(connector.operator_id).hold
    zone, power = ZoneInfo(station.time_zone), Watt(min(connector.rated_w, pile.rated_w))
    offers = []
    for amount_fen in OFFERED_FEN:
        if hold.min_fen <= amount_fen <= hold.cap_fen:
            found = estimate_energy(Fen(amount_fen), power, now, version, zone, LONGEST_ESTIMATE_S)
            offers.append(
                PrepayOffer(amount_fen=amount_fen, energy_wh=found.energy_wh, duration_s=found.duration_s)
            )
    ids = [text.agreement_id for text in operators.texts_for(connector.operator_id)]
    texts = {row.id: row for row in Agreement.select().where(Agreement.id.in_(ids))} if ids else {}
    return PrepayQuote(
        connector_no=connector_no,
        min_fen=hold.min_fen,
        max_fen=hold.cap_fen,
        offers=tuple(offers),
        channels=list_prepay_channels(operator_id=connector.operator_id, is_guest=is_guest),
        texts=tuple(
            PrepayText(agreement_no=texts[one].agreement_no, title=texts[one].title, text=texts[one].text)
            for one in ids
            if one in texts
        ),
    )

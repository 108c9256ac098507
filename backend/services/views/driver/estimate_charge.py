"""What a driver sees before confirming: balance, hold, price now and next, and the energy the money buys."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from backend.domain.actor import Actor
from backend.domain.errors import BalanceTooLow, DriverFrozen
from backend.domain.estimate import estimate_energy
from backend.domain.hold import size_hold
from backend.domain.units import Fen, Watt
from backend.models import Driver, PlugClaim
from backend.models.engine.database import reading
from backend.services.access.frozen_drivers import check_not_frozen
from backend.services.ground.operator_book import read_operators
from backend.services.ledger.wallets import find_balances
from backend.services.sites.find_connector import get_connector
from backend.services.tariffs.versions import get_version_for
from backend.services.views.driver.resolve_connector import Obstacle
from backend.services.views.price_view import PriceView, price_next, price_now

LONGEST_ESTIMATE_S: Final = 86_400


class ChargeEstimate(msgspec.Struct, frozen=True, kw_only=True):
    """`energy_wh` is what `hold_fen` buys from now on at the coming prices, at the connector's rated power.

    `is_plug_claimed`: another driver's car hangs on the connector still, so that this one's start would be refused.
    `obstacle` is what this driver may not do anywhere now, whatever the connector; what debt and balance forbid is told
    by the amounts. With a balance below `min_hold_fen`, `hold_fen` is 0, `short_fen` says how much is missing, and the estimate is
    of `min_hold_fen`.
    """

    connector_no: str
    rated_w: int
    price: PriceView
    next_price: PriceView | None
    available_fen: int
    debt_fen: int
    min_hold_fen: int
    max_hold_fen: int
    hold_fen: int
    short_fen: int
    energy_wh: int
    duration_s: int
    total_fen: int
    is_plug_claimed: bool
    obstacle: Obstacle | None = None


@reading
def estimate_charge(
    *, driver: Actor, connector_no: str, limit_fen: int | None, now: datetime
) -> ChargeEstimate:
    """Estimate a charge on a connector. Raises ConnectorNotFound, TariffMissing, LimitOutOfRange."""
    connector, pile, station = get_connector(connector_no)
    _, version = get_version_for(pile=pile, station=station, now=now)
    zone = ZoneInfo(station.time_zone)
    hold = read_operators().policy_of(connector.operator_id).hold
    wallet = find_balances(driver_no=driver.no)
    try:
        hold_fen = size_hold(Fen(wallet.available_fen), None if limit_fen is None else Fen(limit_fen), hold)
    except BalanceTooLow:
        hold_fen = Fen(0)
    claim = PlugClaim.get_or_none(PlugClaim.connector_id == connector.id, PlugClaim.until_at > now)
    rated_w = min(connector.rated_w, pile.rated_w)
    estimate = estimate_energy(
        hold_fen or hold.min_fen, Watt(rated_w), now, version, zone, LONGEST_ESTIMATE_S
    )
    return ChargeEstimate(
        connector_no=connector.connector_no,
        rated_w=rated_w,
        price=price_now(version, now, zone),
        next_price=price_next(version, now, zone),
        available_fen=wallet.available_fen,
        debt_fen=wallet.debt_fen,
        min_hold_fen=hold.min_fen,
        max_hold_fen=hold.cap_fen,
        hold_fen=hold_fen,
        short_fen=max(0, hold.min_fen - wallet.available_fen),
        energy_wh=estimate.energy_wh,
        duration_s=estimate.duration_s,
        total_fen=estimate.total_fen,
        is_plug_claimed=claim is not None and claim.driver_id != driver.id,
        obstacle=_find_obstacle(driver),
    )


def _find_obstacle(driver: Actor) -> Obstacle | None:
    try:
        check_not_frozen(Driver.get_by_id(driver.id))
    except DriverFrozen as frozen:
        return Obstacle(code=frozen.code, phone=str(frozen.data["service_phone"]))
    return None

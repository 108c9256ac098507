"""What charging costs at a station: the tariffs in use there, the cheapest first."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from backend.domain.tariff import TariffVersion
from backend.models import Station
from backend.services.views.current_tariffs import prices_of
from backend.services.views.price_view import PriceView


class StationPrices(NamedTuple):
    """The cheapest tariff's price now and next, None without a tariff; `has_other_prices`: others cost more."""

    price: PriceView | None
    next_price: PriceView | None
    has_other_prices: bool


def find_prices(
    station: Station, own: Iterable[int | None], versions: Mapping[int, TariffVersion], *, now: datetime
) -> StationPrices:
    """`own` are its piles' tariffs as in `tariffs_in_use`; a tariff without a version in force has no price."""
    prices = sorted(
        (
            prices_of(versions[tariff_id], now=now, time_zone=station.time_zone)
            for tariff_id in tariffs_in_use(station, own)
            if tariff_id in versions
        ),
        key=lambda price: price[0].total_e5,
    )
    if not prices:
        return StationPrices(None, None, has_other_prices=False)
    cheapest, dearest = prices[0], prices[-1]
    return StationPrices(*cheapest, has_other_prices=cheapest[0].total_e5 != dearest[0].total_e5)


def tariffs_in_use(station: Station, own: Iterable[int | None]) -> list[int]:
    """Row ids, smallest first. `own` are its piles' tariffs, None where a pile has the station's."""
    used = {tariff_id or station.tariff_id for tariff_id in own} or {station.tariff_id}
    return sorted(tariff_id for tariff_id in used if tariff_id is not None)

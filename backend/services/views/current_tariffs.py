"""The tariffs in force now, many in one query, and their prices now and next.

The version in force is looked up each time; published versions and revisions of the calendar never change and are kept in memory.
"""

import functools
from collections.abc import Iterable
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from backend.domain.errors import InvalidTariff, TariffMissing
from backend.domain.tariff import TariffVersion, floor_half_hour
from backend.services.tariffs.versions import find_all_frozen, get_version
from backend.services.views.price_view import PriceView, price_next, price_now, prices_coming

PRICES_KEPT: Final = 1_024


def find_versions(tariff_ids: Iterable[int | None], *, now: datetime) -> dict[int, TariffVersion]:
    """Tariff row id → its version in force; a tariff without a usable published version is left out, None is dropped."""
    found: dict[int, TariffVersion] = {}
    for tariff_id, frozen in find_all_frozen(tariff_ids, now=now).items():
        try:
            found[tariff_id] = get_version(*frozen)
        except (TariffMissing, InvalidTariff):
            continue
    return found


def prices_of(version: TariffVersion, *, now: datetime, time_zone: str) -> tuple[PriceView, PriceView | None]:
    """The price now and the one after it, at a station of this zone. Prices change on half-hours only."""
    return _prices(version, floor_half_hour(now), time_zone)


def coming_prices_of(version: TariffVersion, *, now: datetime, time_zone: str) -> tuple[PriceView, ...]:
    """The prices after the present one, one after the other, as far as they are told."""
    return _coming(version, floor_half_hour(now), time_zone)


@functools.lru_cache(maxsize=PRICES_KEPT)
def _prices(version: TariffVersion, at: datetime, time_zone: str) -> tuple[PriceView, PriceView | None]:
    zone = ZoneInfo(time_zone)
    return price_now(version, at, zone), price_next(version, at, zone)


@functools.lru_cache(maxsize=PRICES_KEPT)
def _coming(version: TariffVersion, at: datetime, time_zone: str) -> tuple[PriceView, ...]:
    return prices_coming(version, at, ZoneInfo(time_zone))

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
from backend.services.tariffs.versions import find_frozen_ahead, get_version
from backend.services.views.price_view import PriceView, price_next, price_now, prices_coming

PRICES_KEPT: Final = 1_024


def find_versions(tariff_ids: Iterable[int | None], *, now: datetime) -> dict[int, TariffVersion]:
    """Tariff row id → its version in force; a tariff without a usable published version is left out, None is dropped."""
    return find_versions_ahead(tariff_ids, now=now, until=now)[0]


def find_versions_ahead(
    tariff_ids: Iterable[int | None], *, now: datetime, until: datetime
) -> tuple[dict[int, TariffVersion], dict[int, datetime]]:
    """The same, and tariff row id → when its next version comes into force, where one does up to `until`."""
    frozen, changes = find_frozen_ahead(tariff_ids, now=now, until=until)
    found: dict[int, TariffVersion] = {}
    for tariff_id, one in frozen.items():
        try:
            found[tariff_id] = get_version(*one)
        except (TariffMissing, InvalidTariff):
            continue
    return found, changes


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

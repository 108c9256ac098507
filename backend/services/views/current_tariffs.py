"""The tariffs in force now, many in one query, and their prices now and next.

The version in force is looked up each time; published versions never change and are kept in memory.
"""

import functools
from collections.abc import Iterable
from datetime import datetime
from typing import Final, cast
from zoneinfo import ZoneInfo

from backend.domain.errors import InvalidTariff, TariffMissing
from backend.domain.tariff import TariffVersion, floor_half_hour
from backend.models import TariffVersion as TariffVersionRow
from backend.services.tariffs.versions import get_version
from backend.services.views.price_view import PriceView, price_next, price_now

PRICES_KEPT: Final = 1_024


def find_versions(tariff_ids: Iterable[int | None], *, now: datetime) -> dict[int, TariffVersion]:
    """Tariff row id → its version in force; a tariff without a usable published version is left out, None is dropped."""
    wanted = sorted({tariff_id for tariff_id in tariff_ids if tariff_id is not None})
    if not wanted:
        return {}
    row = TariffVersionRow
    rows = (
        row.select(row.tariff_id, row.id)
        .where(
            row.tariff_id.in_(wanted) & row.published_at.is_null(is_null=False) & (row.effective_from <= now)
        )
        .order_by(row.effective_from, row.version)
        .tuples()
    )
    newest = dict(cast("Iterable[tuple[int, int]]", rows))  # the last of each tariff is the newest
    found: dict[int, TariffVersion] = {}
    for tariff_id, version_id in newest.items():
        try:
            found[tariff_id] = get_version(version_id)
        except (TariffMissing, InvalidTariff):
            continue
    return found


def prices_of(version: TariffVersion, *, now: datetime, time_zone: str) -> tuple[PriceView, PriceView | None]:
    """The price now and the one after it, at a station of this zone. Prices change on half-hours only."""
    return _prices(version, floor_half_hour(now), time_zone)


@functools.lru_cache(maxsize=PRICES_KEPT)
def _prices(version: TariffVersion, at: datetime, time_zone: str) -> tuple[PriceView, PriceView | None]:
    zone = ZoneInfo(time_zone)
    return price_now(version, at, zone), price_next(version, at, zone)

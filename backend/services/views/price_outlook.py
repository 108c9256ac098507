"""What a usual charge costs now and, where that is markedly less, from a later start on: shown before each confirmation.

Told of one version of a tariff: beyond its end nobody is promised a price, nor a start at a station that is shut then.
"""

import functools
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from backend.domain.outlook import USUAL_WH, LaterStart, bill_energy, find_cheapest_start, is_worth_waiting
from backend.domain.tariff import TariffVersion, floor_half_hour
from backend.domain.units import Watt
from backend.models import Station
from backend.services.tariffs.versions import find_changes
from backend.services.views.station_open import look_at_station

STARTS_KEPT: Final = 1_024
_INSTANT: Final = timedelta(milliseconds=1)


class LaterPrice(msgspec.Struct, frozen=True, kw_only=True):
    """The same charge begun at `start_at`."""

    start_at: datetime
    total_fen: int
    saved_fen: int


class PriceOutlook(msgspec.Struct, frozen=True, kw_only=True):
    """What `energy_wh` cost if they are taken from now on at `rated_w`; `later` only where waiting saves markedly."""

    energy_wh: int
    rated_w: int
    electricity_fen: int
    service_fen: int
    total_fen: int
    later: LaterPrice | None


def look_ahead(
    version: TariffVersion, *, tariff_id: int, station: Station, rated_w: int, now: datetime
) -> PriceOutlook | None:
    """The outlook of a connector; None where it would take longer than a day."""
    if rated_w <= 0:
        return None
    bill = bill_energy(USUAL_WH, Watt(rated_w), now, version, ZoneInfo(station.time_zone))
    if bill is None:
        return None
    later = _cheapest_start(version, floor_half_hour(now), rated_w, station.time_zone)
    is_told = (
        later is not None
        and is_worth_waiting(bill.total_fen, later.total_fen)
        and look_at_station(station, now=later.start_at).is_open
        and not find_changes([tariff_id], from_at=now, until=later.start_at + _INSTANT)
    )
    return PriceOutlook(
        energy_wh=USUAL_WH,
        rated_w=rated_w,
        electricity_fen=bill.electricity_fen,
        service_fen=bill.service_fen,
        total_fen=bill.total_fen,
        later=None
        if later is None or not is_told
        else LaterPrice(
            start_at=later.start_at,
            total_fen=later.total_fen,
            saved_fen=bill.total_fen - later.total_fen,
        ),
    )


@functools.lru_cache(maxsize=STARTS_KEPT)
def _cheapest_start(
    version: TariffVersion, border: datetime, rated_w: int, time_zone: str
) -> LaterStart | None:
    return find_cheapest_start(USUAL_WH, Watt(rated_w), border, version, ZoneInfo(time_zone))

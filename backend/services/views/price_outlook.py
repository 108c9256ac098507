"""What a usual charge costs now and, where that is markedly less, from a later start on: shown before each confirmation.

Told of one version of a tariff: beyond its end nobody is promised a price, nor a start at a station that is shut then.
"""

import functools
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from backend.domain.fees import Bill
from backend.domain.outlook import (
    LATER_STARTS,
    USUAL_WH,
    LaterStart,
    bill_energy,
    find_cheapest_start,
    is_worth_waiting,
)
from backend.domain.tariff import SLOT, TariffVersion, floor_half_hour
from backend.domain.units import Watt
from backend.services.sites.find_connector import StationTimes
from backend.services.views.station_open import look_at_station

STARTS_KEPT: Final = 1_024
BILLS_KEPT: Final = 4_096
FORESEEN: Final = SLOT * LATER_STARTS
"""A change of the tariff further ahead than this touches no later start."""


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
    version: TariffVersion, *, changes_at: datetime | None, station: StationTimes, rated_w: int, now: datetime
) -> PriceOutlook | None:
    """The outlook of a connector; None where it would take longer than a day.

    `changes_at` is when the tariff's next version comes into force, None where none does within `FORESEEN`. What is told
    for now is told for this minute.
    """
    if rated_w <= 0:
        return None
    bill = _bill(version, now.replace(second=0, microsecond=0), rated_w, station.time_zone)
    if bill is None:
        return None
    later = _cheapest_start(version, floor_half_hour(now), rated_w, station.time_zone)
    is_told = (
        later is not None
        and is_worth_waiting(bill.total_fen, later.total_fen)
        and (changes_at is None or changes_at > later.start_at)
        and look_at_station(station, now=later.start_at).is_open
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


@functools.lru_cache(maxsize=BILLS_KEPT)
def _bill(version: TariffVersion, minute: datetime, rated_w: int, time_zone: str) -> Bill | None:
    return bill_energy(USUAL_WH, Watt(rated_w), minute, version, ZoneInfo(time_zone))


@functools.lru_cache(maxsize=STARTS_KEPT)
def _cheapest_start(
    version: TariffVersion, border: datetime, rated_w: int, time_zone: str
) -> LaterStart | None:
    return find_cheapest_start(USUAL_WH, Watt(rated_w), border, version, ZoneInfo(time_zone))

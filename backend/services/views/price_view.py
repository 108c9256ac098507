"""A price as screens show it: electricity and service apart and as a sum, and until when it holds."""

from datetime import datetime, timedelta, tzinfo
from typing import Final

import msgspec

from backend.domain.tariff import RateBand, TariffPeriod, TariffVersion, next_change, period_at

COMING: Final = timedelta(hours=12)
"""How far ahead prices are told before a start."""


class PriceView(msgspec.Struct, frozen=True, kw_only=True):
    """Prices per kWh in 1e-5 yuan; `until` is when the next one begins, None where it never changes."""

    rate_band: RateBand
    electricity_e5: int
    service_e5: int
    total_e5: int
    until: datetime | None


def price_now(version: TariffVersion, now: datetime, zone: tzinfo) -> PriceView:
    """The price at this moment."""
    change = next_change(version, now, zone)
    return _view(period_at(version, now, zone), None if change is None else change[0])


def price_next(version: TariffVersion, now: datetime, zone: tzinfo) -> PriceView | None:
    """The price after the present one; None where there is only one price all day."""
    change = next_change(version, now, zone)
    if change is None:
        return None
    starts_at, period = change
    after = next_change(version, starts_at, zone)
    return _view(period, None if after is None else after[0])


def prices_coming(version: TariffVersion, now: datetime, zone: tzinfo) -> tuple[PriceView, ...]:
    """The prices that begin within COMING, each where the one before ends."""
    found: list[PriceView] = []
    change = next_change(version, now, zone)
    while change is not None and change[0] <= now + COMING:
        after = next_change(version, change[0], zone)
        found.append(_view(change[1], None if after is None else after[0]))
        change = after
    return tuple(found)


def _view(period: TariffPeriod, until: datetime | None) -> PriceView:
    return PriceView(
        rate_band=period.rate_band,
        electricity_e5=period.electricity_e5,
        service_e5=period.service_e5,
        total_e5=period.total_e5,
        until=until,
    )

"""Bills of history: a charge at one power, cut at half-hours and priced by the product's tariff versions.

The product's own pricing knows readings, clocks and zones; here all power is even and all seconds are whole, which makes
millions of bills a matter of minutes. That both agree to the fen is tested by the oracle of bills.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from backend.domain.fees import FeeComponent
from backend.domain.tariff import TariffVersion
from backend.domain.units import WH_E5_PER_FEN, PriceE5, Wh, fee_fen, round_half_up
from backend.services.tariffs.versions import get_version

DAY_S: Final = 86_400
SLOT_S: Final = 1_800
ZONE: Final = ZoneInfo("Asia/Shanghai")
"""All of the demo's places keep it."""
ZONE_S: Final = 8 * 3_600
"""What it is ahead; it has known no summer time since 1991."""
_FIRST_DAY: Final = date(1970, 1, 1)
_ELECTRICITY, _SERVICE = FeeComponent.ELECTRICITY.value, FeeComponent.SERVICE.value


class Line(NamedTuple):
    """A fee line in the order of its columns."""

    local_date: str
    start_slot: int
    end_slot: int
    rate_band: str
    component: str
    energy_wh: int
    price_e5: int
    fee_fen: int


class Priced(NamedTuple):
    """A bill: seconds and Wh of what it was cut into, its lines, their sums."""

    segments: Sequence[tuple[int, int, int]]
    lines: Sequence[Line]
    energy_wh: int
    electricity_fen: int
    service_fen: int

    @property
    def total_fen(self) -> int:
        return self.electricity_fen + self.service_fen


class _Period(NamedTuple):
    """What a line says of its period."""

    start_slot: int
    end_slot: int
    rate_band: str
    electricity_e5: PriceE5
    service_e5: PriceE5


def instant(at_s: int) -> datetime:
    """The aware time of so many seconds since 1970."""
    return datetime.fromtimestamp(at_s, UTC)


def day_of(at_s: int) -> int:
    """Days since 1970 on the calendar of the place."""
    return (at_s + ZONE_S) // DAY_S


@cache
def date_of(day: int) -> date:
    """The date of such a day."""
    return _FIRST_DAY + timedelta(days=day)


def begin_of(day: date) -> int:
    """The second in which a date begins at the place."""
    return (day - _FIRST_DAY).days * DAY_S - ZONE_S


class PriceBook:
    """Prices of tariff versions by row id, at one revision of the calendar."""

    def __init__(self, calendar_revision: int) -> None:
        self.version = cache(lambda version_id: get_version(version_id, calendar_revision))
        self._slots = cache(self._read_slots)
        self._dearest = cache(self._read_dearest)

    def limit_wh(self, version_id: int, at_s: int, fen: int) -> int:
        """What `fen` buy at the dearest price of that day and the next."""
        day = day_of(at_s)
        dearest = max(self._dearest(version_id, day), self._dearest(version_id, day + 1))
        return fen * WH_E5_PER_FEN // dearest

    def price(self, version_id: int, started_s: int, ended_s: int, energy_wh: int) -> Priced:
        """The bill of an even charge between two seconds."""
        segments = _cut(started_s, ended_s, energy_wh)
        energies: dict[tuple[int, _Period], int] = {}
        for from_s, _, wh in segments:
            day, second = divmod(from_s + ZONE_S, DAY_S)
            key = day, self._slots(version_id, day)[second // SLOT_S]
            energies[key] = energies.get(key, 0) + wh
        lines: list[Line] = []
        for (day, period), wh in energies.items():
            if wh:
                lines += _lines(date_of(day).isoformat(), period, wh)
        electricity = sum(line.fee_fen for line in lines[::2])
        return Priced(segments, lines, energy_wh, electricity, sum(line.fee_fen for line in lines[1::2]))

    def _read_slots(self, version_id: int, day: int) -> list[_Period]:
        version: TariffVersion = self.version(version_id)
        return [
            _Period(
                period.start_slot,
                period.end_slot,
                period.rate_band.value,
                period.electricity_e5,
                period.service_e5,
            )
            for period in version.plan_on(date_of(day)).periods
            for _ in range(period.start_slot, period.end_slot)
        ]

    def _read_dearest(self, version_id: int, day: int) -> int:
        return max(period.electricity_e5 + period.service_e5 for period in self._slots(version_id, day))


def _cut(started_s: int, ended_s: int, energy_wh: int) -> list[tuple[int, int, int]]:
    """From, to and Wh of each half-hour, the register at a border being rounded."""
    lasted_s = ended_s - started_s
    from_s, from_wh, segments = started_s, 0, []
    while from_s < ended_s:
        to_s = min(ended_s, (from_s // SLOT_S + 1) * SLOT_S)
        to_wh = round_half_up(energy_wh * (to_s - started_s), lasted_s)
        segments.append((from_s, to_s, to_wh - from_wh))
        from_s, from_wh = to_s, to_wh
    return segments


def _lines(local_date: str, period: _Period, wh: int) -> tuple[Line, Line]:
    """Electricity and service of one period of one date."""
    start, end, band, electricity_e5, service_e5 = period
    energy = Wh(wh)
    return (
        Line(local_date, start, end, band, _ELECTRICITY, wh, electricity_e5, fee_fen(energy, electricity_e5)),
        Line(local_date, start, end, band, _SERVICE, wh, service_e5, fee_fen(energy, service_e5)),
    )

"""The sums that the product keeps beside its orders, added up while history is written."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from backend.models import ConnectorDay, DriverTotal, PlatformDay, StationHour, StationTotal
from scripts.local.demo.years.people import Person
from scripts.local.demo.years.places import Gun, Site
from scripts.local.demo.years.prices import ZONE_S, date_of, day_of
from scripts.local.demo.years.sheets import Sheet, moment

_DAY: Final = ("orders", "energy_wh", "total_fen", "duration_s")
_HOUR_S: Final = 3_600
_HOURS: Final = 24
_Sums = defaultdict[tuple[int, ...], list[int]]


class Sums:
    """`close_days` writes what no later order can change; `close` the rest."""

    def __init__(self) -> None:
        self._hour_rows = Sheet(
            StationHour,
            (
                "station_id",
                "local_date",
                "local_hour",
                "operator_id",
                *_DAY,
                "electricity_fen",
                "service_fen",
            ),
        )
        self._day_rows = Sheet(
            ConnectorDay, ("connector_id", "local_date", "station_id", "operator_id", *_DAY)
        )
        self._total_rows = Sheet(StationTotal, ("station_id", "operator_id", *_DAY))
        self._driver_rows = Sheet(
            DriverTotal, ("driver_id", "operator_id", "charges", "energy_wh", "total_fen", "last_ended_at")
        )
        self._platform_rows = Sheet(PlatformDay, ("local_date", "top_ups", "top_up_fen", "new_drivers"))
        self.sheets = (
            self._hour_rows,
            self._day_rows,
            self._total_rows,
            self._driver_rows,
            self._platform_rows,
        )
        self._hours: _Sums = defaultdict(lambda: [0] * 6)
        self._days: _Sums = defaultdict(lambda: [0] * 4)
        self._totals: _Sums = defaultdict(lambda: [0] * 4)
        self._drivers: _Sums = defaultdict(lambda: [0] * 4)
        self._platform: _Sums = defaultdict(lambda: [0] * 3)

    def add_charge(
        self,
        site: Site,
        gun: Gun,
        person: Person,
        started_s: int,
        ended_s: int,
        sums: tuple[int, int, int],
    ) -> None:
        """A charge of so many Wh, and fen for electricity and for service."""
        energy_wh, electricity_fen, service_fen = sums
        total_fen, lasted_s = electricity_fen + service_fen, ended_s - started_s
        day, hour = day_of(ended_s), (ended_s + ZONE_S) // _HOUR_S % _HOURS
        of_hour = self._hours[day, site.id, hour, site.operator_id]
        for kept in (
            of_hour,
            self._days[day, gun.id, site.id, site.operator_id],
            self._totals[site.id, site.operator_id],
        ):
            kept[0] += 1
            kept[1] += energy_wh
            kept[2] += total_fen
            kept[3] += lasted_s
        of_hour[4] += electricity_fen
        of_hour[5] += service_fen
        self.add_driver(site, person, ended_s, energy_wh, total_fen)

    def add_driver(self, site: Site, person: Person, ended_s: int, energy_wh: int, total_fen: int) -> None:
        """An order of a driver at the site's operator."""
        kept = self._drivers[person.id, site.operator_id]
        kept[0] += 1
        kept[1] += energy_wh
        kept[2] += total_fen
        kept[3] = max(kept[3], ended_s)

    def add_top_up(self, at_s: int, fen: int) -> None:
        """Money that came in."""
        kept = self._platform[day_of(at_s),]
        kept[0] += 1
        kept[1] += fen

    def add_new_driver(self, at_s: int) -> None:
        """An account that was opened."""
        self._platform[day_of(at_s),][2] += 1

    def close_days(self, before: int) -> None:
        """Write the hours and days before this day."""
        for key in [key for key in self._hours if key[0] < before]:
            day, station_id, hour, operator_id = key
            self._hour_rows.add(
                (station_id, date_of(day).isoformat(), hour, operator_id, *self._hours.pop(key))
            )
        for key in [key for key in self._days if key[0] < before]:
            day, connector_id, station_id, operator_id = key
            self._day_rows.add(
                (connector_id, date_of(day).isoformat(), station_id, operator_id, *self._days.pop(key))
            )

    def close(self) -> None:
        """Write everything that is left."""
        self.close_days(max((key[0] for key in self._hours), default=0) + 1)
        for key, sums in self._totals.items():
            self._total_rows.add((*key, *sums))
        for (driver_id, operator_id), (charges, energy_wh, total_fen, last_s) in sorted(
            self._drivers.items()
        ):
            last_at = moment(last_s)
            self._driver_rows.add((driver_id, operator_id, charges, energy_wh, total_fen, last_at))
        for (day,), sums in self._platform.items():
            self._platform_rows.add((date_of(day).isoformat(), *sums))

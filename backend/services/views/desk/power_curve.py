"""The power of 24 hours, a point a quarter of an hour: as the jobs kept it (facts/keep_power.py), None where they did not run."""

from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from peewee import fn

from backend.domain.actor import Actor
from backend.domain.fact import ALL_OPERATORS, ALL_STATIONS, quarter_of
from backend.models import PowerQuarter
from backend.services.access.visible_stations import visible_stations

QUARTER: Final = timedelta(minutes=15)
POINTS: Final = 96


class PowerPoint(msgspec.Struct, frozen=True, kw_only=True):
    at: datetime
    power_w: int | None


def list_power(staff: Actor, *, until_at: datetime) -> tuple[PowerPoint, ...]:
    """The points of 24 hours that end with the quarter of `until_at`; of what `staff` may see."""
    last = quarter_of(until_at)
    first = last - (POINTS - 1) * QUARTER
    looked = _read(_of_all(), first, last)
    seen = looked if _sees_all(staff) else _read(_of_staff(staff), first, last)
    points = (first + number * QUARTER for number in range(POINTS))
    return tuple(PowerPoint(at=at, power_w=seen.get(at, 0) if at in looked else None) for at in points)


def _sees_all(staff: Actor) -> bool:
    return staff.is_platform and staff.station_ids is None


def _of_all() -> Any:
    return (PowerQuarter.operator_id == ALL_OPERATORS) & (PowerQuarter.station_id == ALL_STATIONS)


def _of_staff(staff: Actor) -> Any:
    if staff.station_ids is None:
        return (PowerQuarter.operator_id == staff.operator_id) & (PowerQuarter.station_id == ALL_STATIONS)
    own = [(row.operator_id, row.id) for row in visible_stations(staff)]
    operators, stations = {operator for operator, _ in own}, {station for _, station in own}
    return PowerQuarter.operator_id.in_(sorted(operators)) & PowerQuarter.station_id.in_(sorted(stations))


def _read(condition: Any, first: datetime, last: datetime) -> dict[datetime, int]:
    rows: Any = (
        PowerQuarter.select(PowerQuarter.at, fn.SUM(PowerQuarter.power_w))
        .where(condition & PowerQuarter.at.between(first, last))
        .group_by(PowerQuarter.at)
        .tuples()
    )
    return {at: int(power_w) for at, power_w in rows}

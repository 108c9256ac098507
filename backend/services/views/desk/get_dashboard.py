"""The desk's first page: a day beside those before it and all time from the roll-ups, what the connectors do now,
the best stations, and what waits for a person.

Days are the platform's local days. Sums of top-ups and drivers belong to no station: only the platform's own
staff see them, for others they are None.
"""

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from typing import Any, Final

import msgspec
from peewee import Case, fn

from backend.domain.actor import Actor
from backend.domain.connector import ConnectorStatus, DeskGroup, desk_group_of, group_of
from backend.domain.errors import UnfitInput
from backend.domain.fact import FactFamily, hour_value
from backend.models import Connector, ConnectorState, Pile, PileState, PlatformDay, Station, StationHour
from backend.models.engine.database import reading
from backend.services.access.scope import scoped, sees_platform
from backend.services.ground.roll_ups import PLATFORM_ZONE
from backend.services.views.analysis.cut import Chosen, cut_of
from backend.services.views.analysis.fact_sums import read_days
from backend.services.views.analysis.ranges import DayRange
from backend.services.views.desk.all_time import get_all_time
from backend.services.views.desk.list_piles_for_staff import is_heard
from backend.services.views.desk.power_curve import QUARTER, PowerPoint, list_power
from backend.services.views.desk.power_now import power_of_connector
from backend.services.views.desk.station_views import GroupCounts
from backend.services.views.desk.waiting_work import WaitingWork, count_waiting


class DaySums(msgspec.Struct, frozen=True, kw_only=True):
    """What a day brought by the end of charging; `top_up_fen` by the time of payment, None where not known.

    `idle_fen` is no part of `charging_fen` and some seconds behind it.
    """

    top_up_fen: int | None
    charging_fen: int
    idle_fen: int
    energy_wh: int
    charges: int
    duration_s: int


class TotalSums(msgspec.Struct, frozen=True, kw_only=True):
    """All time."""

    drivers: int | None
    top_up_fen: int | None
    charging_fen: int
    energy_wh: int
    charges: int
    duration_s: int


class TopStation(msgspec.Struct, frozen=True, kw_only=True):
    station_no: str
    name: str
    charging_fen: int
    energy_wh: int
    charges: int


class Dashboard(msgspec.Struct, frozen=True, kw_only=True):
    """`today` is the day that was asked for, `local_date`; the others are those before it, a day and a week.

    `…_until_now` ends with the clock hour that runs now, and is None of a past day; top-ups are kept by the day, so it
    has none. `power` is of the 24 hours up to now, or of the day.
    """

    local_date: date
    today: DaySums
    yesterday: DaySums
    yesterday_until_now: DaySums | None
    last_week: DaySums
    last_week_until_now: DaySums | None
    total: TotalSums
    connectors: GroupCounts
    power_w: int
    power: tuple[PowerPoint, ...]
    top_stations: tuple[TopStation, ...]
    waiting: WaitingWork
    as_of: datetime


MOST_STATIONS: Final = 10
_WEEK: Final = timedelta(days=7)
_DAY: Final = timedelta(days=1)
_LAST_HOUR: Final = 23
_FIRST_DAY: Final = date(2010, 1, 1)


@reading
def get_dashboard(*, staff: Actor, now: datetime, day: date | None = None) -> Dashboard:
    """The sums of every station in scope, of today or a past day. Raises UnfitInput for a day to come."""
    local = now.astimezone(PLATFORM_ZONE)
    shown = local.date() if day is None else day
    if not _FIRST_DAY <= shown <= local.date():
        raise UnfitInput(field="date", reason="应是今天或以前的日期")
    hour = local.hour if shown == local.date() else None
    connectors, power_w = _connectors_now(staff, now)
    ends_at = datetime.combine(shown + _DAY, time_of_day(), PLATFORM_ZONE).astimezone(UTC) - QUARTER
    return Dashboard(
        local_date=shown,
        today=_day(staff, shown),
        yesterday=_day(staff, shown - _DAY),
        yesterday_until_now=_until(staff, shown - _DAY, hour),
        last_week=_day(staff, shown - _WEEK),
        last_week_until_now=_until(staff, shown - _WEEK, hour),
        total=_total(staff),
        connectors=connectors,
        power_w=power_w,
        power=list_power(staff, until_at=now if hour is not None else ends_at),
        top_stations=_top_stations(staff, shown),
        waiting=count_waiting(staff),
        as_of=now,
    )


def _until(staff: Actor, day: date, hour: int | None) -> DaySums | None:
    return None if hour is None else _day(staff, day, until_hour=hour)


def _day(staff: Actor, day: date, *, until_hour: int | None = None) -> DaySums:
    """A whole day, or its hours up to one of them, which have no top-ups."""
    hours = StationHour.select(
        *_sums(StationHour.total_fen, StationHour.energy_wh, StationHour.orders, StationHour.duration_s)
    ).where(
        (StationHour.local_date == day)
        & (StationHour.local_hour <= (_LAST_HOUR if until_hour is None else until_hour))
    )
    charging_fen, energy_wh, charges, duration_s = _one(
        scoped(hours, staff, operator=StationHour.operator_id, station=StationHour.station_id)
    )
    top_up_fen = None
    if until_hour is None and sees_platform(staff):
        (top_up_fen,) = _one(
            PlatformDay.select(*_sums(PlatformDay.top_up_fen)).where(PlatformDay.local_date == day)
        )
    return DaySums(
        top_up_fen=top_up_fen,
        charging_fen=charging_fen,
        idle_fen=_idle_fen(staff, day, until_hour),
        energy_wh=energy_wh,
        charges=charges,
        duration_s=duration_s,
    )


def _idle_fen(staff: Actor, day: date, until_hour: int | None) -> int:
    family = FactFamily.DAY if until_hour is None else FactFamily.HOUR
    last = "" if until_hour is None else hour_value(day, until_hour)
    sums = read_days(cut_of(staff, Chosen()), family, DayRange(day, day), by=("value",))
    return sum(counted.idle_fen for (value,), counted in sums.items() if value <= last)


def _top_stations(staff: Actor, day: date) -> tuple[TopStation, ...]:
    money = fn.SUM(StationHour.total_fen)
    query = (
        StationHour.select(
            StationHour.station_id, money, fn.SUM(StationHour.energy_wh), fn.SUM(StationHour.orders)
        )
        .where(StationHour.local_date == day)
        .group_by(StationHour.station_id)
        .order_by(money.desc(), StationHour.station_id)
        .limit(MOST_STATIONS)
    )
    rows: Any = list(
        scoped(query, staff, operator=StationHour.operator_id, station=StationHour.station_id).tuples()
    )
    stations = {row.id: row for row in Station.select().where(Station.id.in_([row[0] for row in rows]))}
    return tuple(
        TopStation(
            station_no=stations[station_id].station_no,
            name=stations[station_id].name,
            charging_fen=int(charging_fen),
            energy_wh=int(energy_wh),
            charges=int(charges),
        )
        for station_id, charging_fen, energy_wh, charges in rows
        if charges
    )


def _total(staff: Actor) -> TotalSums:
    charged = get_all_time(staff)
    drivers = top_up_fen = None
    if sees_platform(staff):
        drivers, top_up_fen = _one(
            PlatformDay.select(*_sums(PlatformDay.new_drivers, PlatformDay.top_up_fen))
        )
    return TotalSums(
        drivers=drivers,
        top_up_fen=top_up_fen,
        charging_fen=charged.charging_fen,
        energy_wh=charged.energy_wh,
        charges=charged.charges,
        duration_s=charged.duration_s,
    )


def _sums(*columns: Any) -> list[Any]:
    return [fn.COALESCE(fn.SUM(column), 0) for column in columns]


def _one(query: Any) -> tuple[int, ...]:
    """The only row of a sum; MariaDB sums integers into Decimals."""
    return tuple(int(value) for value in query.tuples().get())


def _connectors_now(staff: Actor, now: datetime) -> tuple[GroupCounts, int]:
    """Connectors in service by group, and the power of those whose meter is fresh, in one query."""
    heard = Case(None, [(is_heard(now), 1)], 0)
    was_heard = Case(None, [(PileState.last_seen_at.is_null(), 0)], 1)
    query = (
        Connector.select(
            ConnectorState.status,
            heard,
            was_heard,
            fn.COUNT(Connector.id),
            *_sums(power_of_connector(now)),
        )
        .join(Pile, on=(Pile.id == Connector.pile_id))
        .join_from(Connector, ConnectorState, on=(ConnectorState.connector_id == Connector.id))
        .join_from(Pile, PileState, on=(PileState.pile_id == Pile.id))
        .where(Pile.is_retired == False)  # noqa: E712 - SQL
        .group_by(ConnectorState.status, heard, was_heard)
    )
    rows: Any = scoped(query, staff, operator=Connector.operator_id, station=Connector.station_id).tuples()
    counts: Counter[DeskGroup] = Counter()
    power_w = 0
    for status, is_online, is_known, count, watts in rows:
        group = group_of(ConnectorStatus(status), online=bool(is_online))
        counts[desk_group_of(group, was_heard=bool(is_known))] += count
        power_w += int(watts)
    return GroupCounts.of(counts), power_w

"""The desk's first page: today, yesterday and all time from the roll-ups, what the connectors do now,
and what waits for a person.

Days are the platform's local days. Sums of top-ups and drivers belong to no station: only the platform's own
staff see them, for others they are None.
"""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import msgspec
from peewee import Case, Expression, fn

from backend.domain.actor import Actor
from backend.domain.connector import ConnectorGroup, ConnectorStatus, DeskGroup, desk_group_of, group_of
from backend.domain.station import METER_INTERVAL_S, STALE_INTERVALS
from backend.models import Connector, ConnectorState, Pile, PileState, PlatformDay, StationHour
from backend.models.engine.database import reading
from backend.services.access.scope import scoped, sees_platform
from backend.services.ground.roll_ups import PLATFORM_ZONE
from backend.services.views.desk.all_time import get_all_time
from backend.services.views.desk.list_piles_for_staff import STATUSES, is_heard
from backend.services.views.desk.station_views import GroupCounts
from backend.services.views.desk.waiting_work import WaitingWork, count_waiting


class DaySums(msgspec.Struct, frozen=True, kw_only=True):
    """What a day brought by the end of charging; `top_up_fen` by the time of payment, None where not known."""

    top_up_fen: int | None
    charging_fen: int
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


class Dashboard(msgspec.Struct, frozen=True, kw_only=True):
    """`yesterday_until_now` ends with the clock hour that runs now; top-ups are kept by the day, so it has none."""

    local_date: date
    today: DaySums
    yesterday: DaySums
    yesterday_until_now: DaySums
    total: TotalSums
    connectors: GroupCounts
    power_w: int
    waiting: WaitingWork
    as_of: datetime


@reading
def get_dashboard(*, staff: Actor, now: datetime) -> Dashboard:
    """The sums of every station in scope."""
    local = now.astimezone(PLATFORM_ZONE)
    today, yesterday = local.date(), local.date() - timedelta(days=1)
    until_now = (StationHour.local_date == yesterday) & (StationHour.local_hour <= local.hour)
    connectors, power_w = _connectors_now(staff, now)
    return Dashboard(
        local_date=today,
        today=_day(staff, StationHour.local_date == today, top_up_on=today),
        yesterday=_day(staff, StationHour.local_date == yesterday, top_up_on=yesterday),
        yesterday_until_now=_day(staff, until_now, top_up_on=None),
        total=_total(staff),
        connectors=connectors,
        power_w=power_w,
        waiting=count_waiting(staff),
        as_of=now,
    )


def _day(staff: Actor, when: Expression, *, top_up_on: date | None) -> DaySums:
    hours = StationHour.select(
        *_sums(StationHour.total_fen, StationHour.energy_wh, StationHour.orders, StationHour.duration_s)
    ).where(when)
    charging_fen, energy_wh, charges, duration_s = _one(
        scoped(hours, staff, operator=StationHour.operator_id, station=StationHour.station_id)
    )
    top_up_fen = None
    if top_up_on is not None and sees_platform(staff):
        (top_up_fen,) = _one(
            PlatformDay.select(*_sums(PlatformDay.top_up_fen)).where(PlatformDay.local_date == top_up_on)
        )
    return DaySums(
        top_up_fen=top_up_fen,
        charging_fen=charging_fen,
        energy_wh=energy_wh,
        charges=charges,
        duration_s=duration_s,
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
    fresh_since = now - timedelta(seconds=STALE_INTERVALS * METER_INTERVAL_S)
    heard = Case(None, [(is_heard(now), 1)], 0)
    was_heard = Case(None, [(PileState.last_seen_at.is_null(), 0)], 1)
    delivers = ConnectorState.status.in_(STATUSES[ConnectorGroup.CHARGING])
    power = Case(None, [(delivers & (ConnectorState.meter_at >= fresh_since), ConnectorState.power_w)], 0)
    query = (
        Connector.select(ConnectorState.status, heard, was_heard, fn.COUNT(Connector.id), *_sums(power))
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
        power_w += int(watts) if is_online else 0
    return GroupCounts.of(counts), power_w

"""Facts compared with the orders, and mended: the last days of every station each night, and all of the past in turn.

A station whose past was never counted goes first, month by month from the present one back. What is found wrong is
told, but for what events that still wait would have mended.
"""

from datetime import date, datetime, timedelta
from typing import Any, Final

import structlog
from peewee import fn

from backend.domain.fact import EVERYWHERE, FactFamily, first_of_month, next_month
from backend.models import AreaFact, FactPlace, Order, Session, Station
from backend.models.engine.database import reading, transactional
from backend.services.facts.fact_repairs import mend_area_month, mend_station_month
from backend.services.facts.recount_facts import recount_facts
from backend.services.ground.roll_ups import PLATFORM_ZONE
from backend.services.views.analysis.freshness import find_waiting_since

EVERY_S: Final = 60
PAST_MONTHS_PER_CALL: Final = 10
"""Of stations whose past is not counted yet: some ten thousand in a day."""
NIGHTLY_PER_CALL: Final = 20
NIGHT_HOUR: Final = 3
NIGHTLY_DAYS: Final = 3
_DAY: Final = timedelta(days=1)
_FAMILIES: Final = tuple(FactFamily)
_log = structlog.get_logger(__name__)


def compare_facts(*, now: datetime) -> int:
    """A sweep: returns how many sums were wrong and are right now. Raises ServiceUnavailable."""
    return _count_past(now) + _compare_nightly(now) + _compare_in_turn(now)


def compare_month(*, station_id: int, month: date, now: datetime) -> int:
    """Compare one month of a station with its orders, then its month with its days; returns what was wrong."""
    last = min(next_month(month) - _DAY, now.astimezone(PLATFORM_ZONE).date() + _DAY)
    wrong = recount_facts(station_id=station_id, from_date=month, to_date=last)
    return wrong + mend_station_month(station_id=station_id, month=month)


def _count_past(now: datetime) -> int:
    changed = 0
    for _ in range(PAST_MONTHS_PER_CALL):
        place = _find_partial()
        if place is None:
            break
        month = place.next_month or first_of_month(now.astimezone(PLATFORM_ZONE).date() + _DAY)
        changed += compare_month(station_id=place.station_id, month=month, now=now)
        _note_counted(place.station_id, month)
    return changed


@reading
def _find_partial() -> Any:
    return (
        FactPlace.select()
        .join(Station, on=(Station.id == FactPlace.station_id))
        .where(FactPlace.is_whole == False)  # noqa: E712 - SQL
        .order_by(FactPlace.station_id)
        .first()
    )


@transactional
def _note_counted(station_id: int, month: date) -> None:
    before = first_of_month(month - _DAY)
    first = first_day(station_id)
    is_whole = first is None or before < first_of_month(first)
    FactPlace.update(next_month=None if is_whole else before, is_whole=is_whole).where(
        FactPlace.station_id == station_id
    ).execute()


@reading
def first_day(station_id: int) -> date | None:
    """A day before which a station has neither orders nor starts; None where it has none at all."""
    order = Order.select(fn.MIN(Order.ended_at)).where(Order.station_id == station_id).scalar()
    start = Session.select(fn.MIN(Session.created_at)).where(Session.station_id == station_id).scalar()
    known = [one for one in (order, start) if one is not None]
    return (min(known) - _DAY).date() if known else None


def _compare_nightly(now: datetime) -> int:
    local = now.astimezone(PLATFORM_ZONE)
    if local.hour < NIGHT_HOUR:
        return 0
    wrong = 0
    for station_id in _list_due(local.date()):
        from_date, to_date = local.date() - NIGHTLY_DAYS * _DAY, local.date() - _DAY
        found = recount_facts(station_id=station_id, from_date=from_date, to_date=to_date)
        _tell(found, station_id=station_id, month=None)
        wrong += found
        _note_compared(station_id, local.date())
    return wrong


@reading
def _list_due(today: date) -> list[int]:
    is_due = FactPlace.compared_on.is_null() | (FactPlace.compared_on < today)
    rows = FactPlace.select(FactPlace.station_id).join(Station, on=(Station.id == FactPlace.station_id))
    return [row.station_id for row in rows.where(is_due).limit(NIGHTLY_PER_CALL)]


@transactional
def _note_compared(station_id: int, today: date) -> None:
    FactPlace.update(compared_on=today).where(FactPlace.station_id == station_id).execute()


def _compare_in_turn(now: datetime) -> int:
    """One month of one station, and one family's of one area, by the minute, so that all have their turn."""
    turn = int(now.timestamp()) // EVERY_S
    stations, areas = _list_stations(), list_areas()
    if not stations:
        return 0
    station_id = stations[turn % len(stations)]
    first = first_day(station_id)
    wrong = 0
    if first is not None:
        month = _month_of_turn(turn // len(stations), first, now)
        wrong = compare_month(station_id=station_id, month=month, now=now)
        _tell(wrong, station_id=station_id, month=month)
    rounds, place = divmod(turn, len(areas))
    oldest = _first_of_all()
    if oldest is not None:
        area, family = areas[place], _FAMILIES[rounds % len(_FAMILIES)]
        month = _month_of_turn(rounds // len(_FAMILIES), oldest, now)
        found = mend_area_month(area_code=area, month=month, families=[family])
        _tell(found, area=area, month=month)
        wrong += found
    return wrong


def _month_of_turn(turn: int, first: date, now: datetime) -> date:
    months = list_months(first, now)
    return months[turn % len(months)]


def list_months(first: date, now: datetime) -> list[date]:
    """Every month from a day's to the present one, by their first."""
    months = [first_of_month(first)]
    while next_month(months[-1]) <= now.astimezone(PLATFORM_ZONE).date() + _DAY:
        months.append(next_month(months[-1]))
    return months


@reading
def _list_stations() -> list[int]:
    whole = FactPlace.select(FactPlace.station_id).where(FactPlace.is_whole)
    return [row.station_id for row in whole.order_by(FactPlace.station_id)]


@reading
def list_areas() -> list[str]:
    """Every area that has sums."""
    codes = AreaFact.select(AreaFact.area_code).distinct().order_by(AreaFact.area_code)
    return [row.area_code for row in codes] or [EVERYWHERE]


@reading
def _first_of_all() -> date | None:
    first = Order.select(fn.MIN(Order.ended_at)).scalar()
    return None if first is None else (first - _DAY).date()


@reading
def _waiting_since() -> datetime | None:
    return find_waiting_since()


def _tell(wrong: int, **where: Any) -> None:
    if wrong and _waiting_since() is None:
        _log.warning("facts_wrong", sums=wrong, **where)

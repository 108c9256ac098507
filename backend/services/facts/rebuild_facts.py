"""Count facts anew, all of them or some stations' or some days': each station's month in a transaction of its own.

Of all stations, the areas' sums are made from the stations' once those are there; of some, the differences are added.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from backend.domain.fact import EVERYWHERE, areas_of, next_month
from backend.models import FactPlace, Station
from backend.models.engine.database import reading, transactional
from backend.services.facts.compare_facts import first_day, list_areas, list_months
from backend.services.facts.fact_repairs import mend_area_month, mend_station_month
from backend.services.facts.move_facts import move_station
from backend.services.facts.recount_facts import recount_facts

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Done:
    """So many of the stations, then of the areas, are counted; `wrong` sums were mended by this one."""

    place: str
    number: int
    of: int
    wrong: int


@reading
def list_rebuilt_stations(*, station_no: str | None) -> list[int]:
    """The stations of this number, or all. Raises ServiceUnavailable."""
    query = Station.select(Station.id).order_by(Station.id)
    if station_no is not None:
        query = query.where(Station.station_no == station_no)
    return [row.id for row in query]


def rebuild_facts(
    stations: Sequence[int], *, from_date: date, to_date: date, now: datetime
) -> Iterator[Done]:
    """Does the work as it is gone through. Raises ServiceUnavailable."""
    are_all = len(stations) == len(list_rebuilt_stations(station_no=None))
    oldest = now.date()
    for number, station_id in enumerate(stations, 1):
        move_station(station_id=station_id)
        first = first_day(station_id)
        wrong = 0
        for month in list_months(max(first, from_date), now) if first is not None else ():
            oldest = min(oldest, month)
            last = min(next_month(month) - _DAY, to_date)
            if last < month:
                break
            wrong += recount_facts(
                station_id=station_id,
                from_date=max(month, from_date),
                to_date=last,
                with_areas=not are_all,
            )
            wrong += mend_station_month(station_id=station_id, month=month)
        if first is None or from_date <= first:
            _note_whole(station_id)
        yield Done("充电站", number, len(stations), wrong)
    if are_all:
        yield from _rebuild_areas(oldest, to_date, now)


def _rebuild_areas(oldest: date, to_date: date, now: datetime) -> Iterator[Done]:
    areas = sorted({*list_areas(), *_list_places()})
    for number, area_code in enumerate(areas, 1):
        wrong = sum(
            mend_area_month(area_code=area_code, month=month)
            for month in list_months(oldest, now)
            if month <= to_date
        )
        yield Done("区域", number, len(areas), wrong)


@reading
def _list_places() -> set[str]:
    codes = {row.division_code for row in FactPlace.select(FactPlace.division_code).distinct()}
    return {EVERYWHERE, *(area for code in codes for area in areas_of(code))}


@transactional
def _note_whole(station_id: int) -> None:
    FactPlace.update(is_whole=True, next_month=None).where(FactPlace.station_id == station_id).execute()

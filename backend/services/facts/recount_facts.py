"""Recount some local days of one station: the one way in which facts come about and are mended.

Counted whole each time, so that a repeat, a correction, or an event that came late or never needs no thought.
"""

from datetime import date
from zoneinfo import ZoneInfo

from peewee import IntegrityError

from backend.models import FactPlace, Station
from backend.models.engine.database import RetryTransaction, transactional
from backend.services.facts.fact_counts import count_days
from backend.services.facts.fact_rows import keep_days, pass_gate


@transactional
def recount_facts(*, station_id: int, from_date: date, to_date: date, with_areas: bool = True) -> int:
    """Make these days' facts what the orders say; returns how many sums were not.

    `with_areas` False: the areas' sums are made anew by whoever calls, once the stations' are.
    """
    pass_gate()
    station = Station.select(Station.id, Station.time_zone, Station.division_code).where(
        Station.id == station_id
    )
    row = station.get()
    counts = count_days(
        station_id=station_id, zone=ZoneInfo(row.time_zone), from_date=from_date, to_date=to_date
    )
    return keep_days(
        station_id=station_id,
        division_code=_place_of(row),
        from_date=from_date,
        to_date=to_date,
        counts=counts,
        with_areas=with_areas,
    )


def _place_of(station: Station) -> str:
    """The division under which its sums are in the areas': as it was when they came there."""
    place = FactPlace.get_or_none(FactPlace.station_id == station.id)
    if place is not None:
        return str(place.division_code)
    try:
        FactPlace.insert(station_id=station.id, division_code=station.division_code).execute()
    except IntegrityError as error:
        raise RetryTransaction from error
    return station.division_code

"""A station whose division was changed takes its sums from its old areas to its new ones."""

from datetime import date, datetime
from typing import Final

import structlog
from peewee import JOIN

from backend.domain.fact import EVERYWHERE, areas_of
from backend.models import FactPlace, Station
from backend.models.engine.database import reading, transactional
from backend.services.facts.fact_rows import add_to_areas, pass_gate, read_stations

STATIONS_PER_CALL: Final = 20
_EVER: Final = (date(2000, 1, 1), date(9999, 12, 31))
_log = structlog.get_logger(__name__)


def move_facts(*, now: datetime) -> int:
    """A sweep: move what has to be moved, and give new stations their place; returns how many stations that were."""
    del now
    moved = _list_moved()
    for station_id in moved:
        move_station(station_id=station_id)
    return len(moved)


@transactional
def move_station(*, station_id: int) -> None:
    """Move one station's sums; harmless to repeat."""
    pass_gate()
    station = Station.get_by_id(station_id)
    place = FactPlace.get_or_none(FactPlace.station_id == station_id)
    if place is None:
        FactPlace.insert(station_id=station_id, division_code=station.division_code).execute()
        return
    if place.division_code == station.division_code:
        return
    before, after = set(areas_of(place.division_code)), set(areas_of(station.division_code))
    changes = read_stations(station_id, *_EVER)
    add_to_areas(sorted(after - before), changes)
    add_to_areas(sorted(before - after), {key: [-one for one in sums] for key, sums in changes.items()})
    FactPlace.update(division_code=station.division_code).where(FactPlace.station_id == station_id).execute()
    _log.info("facts_moved", station_no=station.station_no, areas=sorted(after - {EVERYWHERE}))


@reading
def _list_moved() -> list[int]:
    query = Station.select(Station.id).join(
        FactPlace, JOIN.LEFT_OUTER, on=(FactPlace.station_id == Station.id)
    )
    is_elsewhere = FactPlace.station_id.is_null() | (FactPlace.division_code != Station.division_code)
    return [row.id for row in query.where(is_elsewhere).order_by(Station.id).limit(STATIONS_PER_CALL)]

"""What staff do to stations."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Final

import msgspec

from backend.domain.actor import Actor
from backend.domain.station_facts import StationChange
from backend.models import Operator, Station
from backend.services.stations.change_station import change_station
from backend.services.stations.create_station import create_station
from backend.services.stations.edit_station import edit_station
from backend.services.stations.facts import StationFacts
from tests.faults.armed import Act
from tests.faults.service_cases.beginnings import Prepare, somebody
from tests.scenario import Scenario
from tests.station_desk import station_facts


def build(world: Scenario) -> Act:
    operator_no = Operator.get().operator_no
    return partial(
        create_station,
        staff=somebody(world),
        operator_no=operator_no,
        facts=_facts(),
        idempotency_key="build",
        now=world.now,
    )


def edit(world: Scenario) -> Act:
    """By somebody who looks again before each try, as a person does."""
    return partial(_save, staff=somebody(world), station_no=Station.get().station_no, now=world.now)


def close(world: Scenario) -> Act:
    station_no = Station.get().station_no
    return partial(
        change_station,
        staff=somebody(world),
        station_no=station_no,
        change=StationChange.CLOSE,
        reason="停电",
        now=world.now,
    )


CASES: Final[Mapping[str, Prepare]] = {
    "create_station.create_station": build,
    "edit_station.edit_station": edit,
    "change_station.change_station": close,
}


def fingerprint() -> list[tuple[object, ...]]:
    """What anybody can tell of the stations."""
    return [
        (row.name, row.division_code, row.hours, row.is_visible, row.closed_at)
        for row in Station.select().order_by(Station.id)
    ]


def _save(*, staff: Actor, station_no: str, now: datetime) -> None:
    seen = Station.get(Station.station_no == station_no).row_version
    edit_station(staff=staff, station_no=station_no, row_version=seen, facts=_facts(), now=now)


def _facts() -> StationFacts:
    return msgspec.convert(station_facts(), StationFacts)

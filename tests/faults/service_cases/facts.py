"""Facts behind the analysis: counted behind events, compared, mended and moved, and the power that the jobs keep."""

from collections.abc import Mapping
from datetime import timedelta
from functools import partial
from typing import Any, Final

from peewee import fn

from backend.domain.fact import EVERYWHERE
from backend.jobs.events import CONSUMERS, run_events
from backend.models import (
    AreaFact,
    ConnectorFact,
    EventConsumer,
    FactPlace,
    PowerQuarter,
    Station,
    StationFact,
)
from backend.services.facts.compare_facts import compare_facts
from backend.services.facts.fact_repairs import mend_area_month, mend_station_month
from backend.services.facts.keep_power import keep_power
from backend.services.facts.move_facts import move_facts
from tests.faults.armed import Act
from tests.faults.service_cases.beginnings import Prepare
from tests.scenario import NOON, Scenario

MONTH: Final = NOON.date().replace(day=1)


def count_a_charge(world: Scenario) -> Act:
    """Its event is heard by whoever comes after the one that died."""
    _charge(world)
    return partial(_count, world)


def mend_a_station(world: Scenario) -> Act:
    """There is nothing to mend: what is broken by hand violates I59 until it is mended."""
    _charge(world)
    _count(world)
    return partial(mend_station_month, station_id=world.station.id, month=MONTH)


def mend_an_area(world: Scenario) -> Act:
    _charge(world)
    _count(world)
    return partial(mend_area_month, area_code=EVERYWHERE, month=MONTH)


def move_a_station(world: Scenario) -> Act:
    _charge(world)
    _count(world)
    Station.update(division_code="320508").execute()
    return partial(move_facts, now=world.now)


def compare_all(world: Scenario) -> Act:
    """A station whose past was never counted, in a night."""
    _charge(world)
    move_facts(now=world.now)
    return partial(_compare, world)


def keep_a_quarter(world: Scenario) -> Act:
    return partial(keep_power, now=world.now)


CASES: Final[Mapping[str, Prepare]] = {
    "count_facts.count_facts": count_a_charge,
    "recount_facts.recount_facts": count_a_charge,
    "fact_repairs.mend_station_month": mend_a_station,
    "fact_repairs.mend_area_month": mend_an_area,
    "move_facts.move_station": move_a_station,
    "compare_facts._note_counted": compare_all,
    "compare_facts._note_compared": compare_all,
    "keep_power.keep_power": keep_a_quarter,
}


def fingerprint() -> list[tuple[Any, ...]]:
    """What a page could tell apart."""
    found: list[tuple[Any, ...]] = []
    tables: Any = (StationFact, AreaFact, ConnectorFact)
    for table in tables:
        columns = (table.orders, table.energy_wh, table.total_fen, table.firsts, table.began)
        sums = table.select(*(fn.COALESCE(fn.SUM(column), 0) for column in columns)).tuples().get()
        found.append((table.__name__, *map(int, sums)))
    places = [(row.division_code, row.is_whole, row.compared_on) for row in FactPlace.select()]
    return [*found, *places, *((row.at, row.power_w) for row in PowerQuarter.select())]


def _charge(world: Scenario) -> None:
    _count(world)  # whoever counts has begun
    session_no = world.start(world.driver()).session_no
    world.say_started(session_no)
    world.after(minutes=30).say_ended(session_no, 1_000)


def _count(world: Scenario) -> None:
    del world
    EventConsumer.update(claimed_until=None).execute()  # that of a killed process has run out
    facts = [consumer for consumer in CONSUMERS if consumer.name == "facts"]
    for _ in range(3):
        run_events(facts)


def _compare(world: Scenario) -> None:
    """Until the whole past is counted, which takes as long as there are months."""
    for minute in range(3):
        compare_facts(now=world.now + timedelta(minutes=minute))

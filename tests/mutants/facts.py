"""The mutants of facts (tests/mutants/table.py): what a defect in counting would leave behind."""

from zoneinfo import ZoneInfo

from backend.domain.fact import FactFamily, FactGrain
from backend.jobs.events import CONSUMERS, run_events
from backend.models import AreaFact, EventConsumer, FactPlace, StationFact
from backend.models.engine.database import transact
from backend.services.facts.fact_counts import count_days
from backend.services.facts.fact_rows import keep_days
from tests.mutants.world import HealthyWorld


def count_all(world: HealthyWorld) -> None:
    """As the jobs would, until no event waits."""
    del world
    facts = [consumer for consumer in CONSUMERS if consumer.name == "facts"]
    run_events(facts)
    # from the first event on, so that there is no past without any
    EventConsumer.update(batch=0, event_id=0).execute()
    run_events(facts)
    FactPlace.update(is_whole=True).execute()


def a_charge_is_counted_that_nobody_made(world: HealthyWorld) -> None:
    """In all sums alike, as only a wrong count would do it."""
    count_all(world)
    row = StationFact.get((StationFact.grain == FactGrain.DAY) & (StationFact.family == FactFamily.DAY))
    counts = count_days(
        station_id=row.station_id,
        zone=ZoneInfo("Asia/Shanghai"),
        from_date=row.local_date,
        to_date=row.local_date,
    )
    for key, sums in counts.stations.items():
        if key.family is FactFamily.DAY:
            sums[0] += 1
    division_code = FactPlace.get_by_id(row.station_id).division_code
    transact(
        lambda: keep_days(
            station_id=row.station_id,
            division_code=division_code,
            from_date=row.local_date,
            to_date=row.local_date,
            counts=counts,
        )
    )


def a_month_is_more_than_its_days(world: HealthyWorld) -> None:
    count_all(world)
    assert StationFact.update(orders=99).where(StationFact.grain == FactGrain.MONTH).execute()


def an_area_is_less_than_its_stations(world: HealthyWorld) -> None:
    """Its months as well, so that it agrees with itself."""
    count_all(world)
    assert AreaFact.update(orders=0).where(AreaFact.orders > 0).execute()

"""Facts behind the analysis pages: equal to the rows they sum, by every chart and filter, and mended where they are not."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any, Final

import pytest

from backend.domain.actor import Actor
from backend.domain.fact import ALL_OPERATORS, SUMS, FactFamily, FactGrain
from backend.domain.fees import Segment
from backend.domain.order import OrderState
from backend.domain.permission import ActorKind
from backend.domain.pile import PileKind
from backend.domain.session import FailureReason
from backend.domain.units import Wh
from backend.jobs.events import run_events
from backend.models import (
    AreaFact,
    ConnectorFact,
    Event,
    EventConsumer,
    FactPlace,
    Session,
    Station,
    StationFact,
)
from backend.models.engine.database import Row, locked, transact
from backend.services.charging.correct_order import correct_order
from backend.services.charging.fail_session import fail_session
from backend.services.facts.compare_facts import compare_facts, compare_month, list_areas
from backend.services.facts.fact_repairs import mend_area_month
from backend.services.facts.move_facts import move_facts
from backend.services.facts.rebuild_facts import list_rebuilt_stations, rebuild_facts
from backend.services.views.analysis.cut import Chosen
from backend.services.views.analysis.get_bands import get_bands
from tests.fact_charts import CHECKS, Question, check_trend
from tests.fact_world import NOW, FactWorld, day_of
from tests.invariants import check_invariants
from tests.scenario import Scenario

TODAY: Final = day_of(NOW)
TABLES: Final[tuple[type[Row], ...]] = (StationFact, AreaFact, ConnectorFact)
RANGES: Final = (
    (date(2026, 10, 1), date(2026, 10, 31)),
    (date(2026, 9, 20), date(2026, 11, 14)),
    (date(2026, 11, 3), date(2026, 11, 9)),
)


@pytest.fixture
def world(database: str) -> FactWorld:
    del database
    run_events()  # whoever counts has begun
    world = FactWorld(orders=60)
    world.charge(is_test=True)
    world.charge(state=OrderState.OPEN)
    move_facts(now=NOW)
    _count()
    return world


def _count() -> None:
    """Every event that waits is taken."""
    for _ in range(20):
        run_events()
        if not Event.select().where(Event.batch == 0).exists():
            break
    run_events()


def _staff(world: FactWorld, who: str) -> Actor:
    owner = world.other if who == "operator" else world.platform
    return Actor(
        kind=ActorKind.STAFF,
        id=1,
        no="staff",
        operator_id=owner.id,
        is_platform=who != "operator",
        station_ids=frozenset({world.stations[0].id, world.stations[3].id}) if who == "stations" else None,
    )


def _questions(world: FactWorld) -> Iterator[Question]:
    filters = [
        Chosen(),
        Chosen(operator_no=world.other.operator_no),
        Chosen(station_no=world.stations[1].station_no),
        Chosen(division="33"),
        Chosen(division="3301", pile_kind=PileKind.AC),
        Chosen(division="330106"),
        Chosen(pile_kind=PileKind.DC, operator_no=world.platform.operator_no),
    ]
    for place, chosen in enumerate(filters):
        yield Question(world, _staff(world, "platform"), chosen, RANGES[place % len(RANGES)])
    yield Question(world, _staff(world, "operator"), Chosen(), RANGES[1])
    yield Question(world, _staff(world, "operator"), Chosen(division="33"), RANGES[0])
    yield Question(world, _staff(world, "stations"), Chosen(), RANGES[1])


def test_every_total_of_every_chart_is_the_sum_of_its_rows(world: FactWorld) -> None:
    for question in _questions(world):
        for check in CHECKS:
            check(question)


def _kept() -> dict[tuple[Any, ...], tuple[int, ...]]:
    """All facts that are not nothing."""
    found = {}
    for table in TABLES:
        keys: Any = table._meta.primary_key
        rows: Any = table.select().dicts()
        for row in rows:
            if any(row[name] for name in SUMS):
                key = (table.__name__, *(str(row[name]) for name in keys.field_names))
                found[key] = tuple(row[name] for name in SUMS)
    return found


def test_facts_are_the_same_told_again_rebuilt_counted_by_the_jobs_or_mended(world: FactWorld) -> None:
    before = _kept()
    assert len(before) > 500
    for step in (_tell_again, _rebuild, _count_the_past, *(_break(table) for table in TABLES)):
        step(world)
        assert _kept() == before, step
    _move(world)


def _tell_again(world: FactWorld) -> None:
    del world
    EventConsumer.update(batch=0, event_id=0).where(EventConsumer.name == "facts").execute()
    _count()


def _forget() -> None:
    for table in TABLES:
        table.delete().execute()


def _rebuild(world: FactWorld) -> None:
    _forget()
    everything = list_rebuilt_stations(station_no=None)
    done = list(rebuild_facts(everything, from_date=date(2000, 1, 1), to_date=TODAY, now=NOW))
    assert sum(one.wrong for one in done) > 0
    one = list_rebuilt_stations(station_no=world.stations[0].station_no)
    assert (
        sum(one.wrong for one in rebuild_facts(one, from_date=date(2000, 1, 1), to_date=TODAY, now=NOW)) == 0
    )


def _count_the_past(world: FactWorld) -> None:
    """The jobs do, of what no event tells, and say until then that sums lack it."""
    _forget()
    FactPlace.update(is_whole=False).execute()
    asked = Question(world, _staff(world, "platform"), Chosen(), RANGES[0]).asked
    assert get_bands(**asked, compare=None).is_behind
    # a turn counts a few months of stations
    for minute in range(len(world.stations)):
        compare_facts(now=NOW + timedelta(minutes=minute))
    assert not get_bands(**asked, compare=None).is_behind


def _break(table: type[Row]) -> Callable[[FactWorld], None]:
    return lambda world: _break_and_mend(world, table)


def _break_and_mend(world: FactWorld, table: type[Row]) -> None:
    """A row of each family, of days and of months."""
    before = _kept()
    broken: set[tuple[Any, ...]] = set()
    rows: Any = list(table.select())
    for row in rows:
        kind = (getattr(row, "family", None), row.grain)
        if kind not in broken:
            broken.add(kind)
            for name in SUMS:
                setattr(row, name, getattr(row, name) + 11)
            row.save()
    assert len(broken) == (2 if table is ConnectorFact else 10)
    assert _kept() != before
    months = [date(2026, month, 1) for month in range(9, 12)]
    for month in months:
        for station in world.stations:
            compare_month(station_id=station.id, month=month, now=NOW)
    for area_code in list_areas():
        for month in months:
            mend_area_month(area_code=area_code, month=month)


def _move(world: FactWorld) -> None:
    """To another division, whose sums it is in then."""
    station = world.stations[0]
    Station.update(division_code="320505").where(Station.id == station.id).execute()
    assert move_facts(now=NOW) == 1
    assert move_facts(now=NOW) == 0
    for division in (None, "33", "3301", "32", "3205", "320505"):
        check_trend(Question(world, _staff(world, "platform"), Chosen(division=division), RANGES[1]))


def test_a_charge_counts_where_its_correction_moved_it_and_a_failed_start_where_it_was_asked_for(
    database: str,
) -> None:
    del database
    run_events()
    world = Scenario()
    move_facts(now=world.now)
    session_no = world.start(world.driver()).session_no
    world.say_started(session_no)
    world.after(minutes=30).say_ended(session_no, 5_000)
    failed_no = world.start(world.driver(), gun=2).session_no
    fail = locked(Session.select().where(Session.session_no == failed_no))
    transact(lambda: fail_session(session=fail.get(), reason=FailureReason.FAULT, now=world.now))
    _count()
    assert _days() == {(TODAY, 1, 5_000, 1)}
    yesterday = world.now - timedelta(days=1)
    transact(lambda: _correct(world, session_no, yesterday))
    _count()
    assert _days() == {(TODAY - timedelta(days=1), 1, 6_000, 0), (TODAY, 0, 0, 1)}
    check_invariants()


def _days() -> set[tuple[date, int, int, int]]:
    """Of all stations: day, charges, energy, failed starts."""
    rows = AreaFact.select().where(
        (AreaFact.area_code == "")
        & (AreaFact.operator_id == ALL_OPERATORS)
        & (AreaFact.family == FactFamily.DAY)
        & (AreaFact.grain == FactGrain.DAY)
    )
    told = {(row.local_date, row.orders, row.energy_wh, row.failed) for row in rows}
    return {one for one in told if any(one[1:])}


def _correct(world: Scenario, session_no: str, ended_at: datetime) -> None:
    """Its late record says that it ended the day before, with more."""
    order = world.order(session_no)
    session = locked(Session.select().where(Session.session_no == session_no)).get()
    started_at = ended_at - timedelta(minutes=30)
    session.started_at, session.ended_at = started_at, ended_at
    session.register_end_wh = (session.register_start_wh or 0) + 6_000
    session.save()
    correct_order(
        session=session,
        order=order,
        segments=(Segment(started_at, ended_at, Wh(6_000)),),
        is_estimated=False,
        now=world.now,
    )

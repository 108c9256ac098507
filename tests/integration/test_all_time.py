"""All-time sums: kept with the orders, made from the hours where the rows are new, and recounted once a day."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playhouse.migrations import Runner

from backend.domain.actor import Actor
from backend.domain.permission import ActorKind
from backend.models import Order, Station, StationTotal
from backend.models.engine import database as db
from backend.models.engine import migrations
from backend.services.upkeep.recount_stations import TURN_S, TURNS, recount_station, recount_stations
from backend.services.views.desk.all_time import AllTime, get_all_time
from tests.builders import TEN_O_CLOCK, a_driver, a_pile, a_station, an_operator
from tests.desk import an_ended_charge

EVERYBODY = Actor(kind=ActorKind.STAFF, id=1, no="staff", operator_id=0, is_platform=True)


def _orders(station: Station, hours: Sequence[int] = (0, 5, 700)) -> None:
    pile, driver = a_pile(station=station, now=TEN_O_CLOCK), a_driver(now=TEN_O_CLOCK, balance_fen=100_000)
    for hour in hours:
        an_ended_charge(pile=pile, ended_at=TEN_O_CLOCK + timedelta(hours=hour), driver=driver)


def _raw(operator_id: int | None = None) -> AllTime:
    orders = [row for row in Order.select() if operator_id in {None, row.operator_id}]
    return AllTime(
        charges=len(orders),
        energy_wh=sum(row.energy_wh for row in orders),
        charging_fen=sum(row.total_fen for row in orders),
        duration_s=sum(int((row.ended_at - row.started_at).total_seconds()) for row in orders),
    )


@pytest.mark.usefixtures("database")
def test_a_station_that_changed_hands_counts_for_whoever_it_charged_for() -> None:
    former, present = an_operator(now=TEN_O_CLOCK), an_operator(now=TEN_O_CLOCK)
    station = a_station(now=TEN_O_CLOCK, operator=former)
    _orders(station)
    station.operator_id = present.id
    station.save()
    _orders(station, hours=(1, 6, 701))
    assert get_all_time(EVERYBODY) == _raw()
    for operator in (former, present):
        staff = Actor(kind=ActorKind.STAFF, id=2, no="staff", operator_id=operator.id)
        assert get_all_time(staff) == _raw(operator.id)
        assert get_all_time(staff).charges == 3


@pytest.mark.usefixtures("database")
def test_a_recount_finds_what_an_older_program_left_out_and_nothing_else() -> None:
    stations = [a_station(now=TEN_O_CLOCK, operator=an_operator(now=TEN_O_CLOCK)) for _ in range(3)]
    for station in stations:
        _orders(station)
    unknown, behind, _ = stations
    StationTotal.delete().where(StationTotal.station_id == unknown.id).execute()
    StationTotal.update(orders=1, energy_wh=5).where(StationTotal.station_id == behind.id).execute()
    assert sum(_recount_for_a_day(TEN_O_CLOCK)) == 2
    assert get_all_time(EVERYBODY) == _raw()
    assert sum(_recount_for_a_day(TEN_O_CLOCK)) == 0
    assert [recount_station(station_id=station.id) for station in stations] == [0, 0, 0]


def _recount_for_a_day(now: datetime) -> list[int]:
    return [recount_stations(now=now + timedelta(seconds=TURN_S * turn)) for turn in range(TURNS)]


def test_the_migration_sums_what_is_there(mariadb_url: str) -> None:
    _migrate_over_old_orders(mariadb_url)


def test_the_migration_sums_what_is_there_in_sqlite(tmp_path: Path) -> None:
    _migrate_over_old_orders(f"sqlite:///{tmp_path / 'old.sqlite'}")


def _migrate_over_old_orders(url: str) -> None:
    db.connect(url)
    try:
        migrations.apply_migrations()
        _orders(a_station(now=TEN_O_CLOCK, operator=an_operator(now=TEN_O_CLOCK)))
        _orders(a_station(now=TEN_O_CLOCK, operator=an_operator(now=TEN_O_CLOCK)))
        db.database.drop_tables([StationTotal])
        runner = Runner(db.database.obj, str(migrations.FOLDER), table_name=migrations.HISTORY_TABLE)
        runner.History.delete().where(runner.History.name == "0002_station_total").execute()
        assert migrations.apply_migrations() == ["0002_station_total"]
        assert get_all_time(EVERYBODY) == _raw()
        assert StationTotal.select().count() == 2
    finally:
        db.close()

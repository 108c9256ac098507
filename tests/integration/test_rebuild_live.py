"""A Redis that was lost and came back is filled from the database; what the bridge wrote since is kept."""

from collections.abc import Iterator

import pytest

from backend import live
from backend.domain.connector import ConnectorStatus
from backend.live import live_status, nearby
from backend.live.nearby import Search
from backend.services.upkeep.rebuild_live import rebuild_live, restore_live
from tests.real_parts import Redis
from tests.scenario import Scenario

HERE = (31_300_000, 120_600_000)
NEAR = Search(*HERE, radius_m=5_000, limit=10)


@pytest.fixture
def empty_redis(redis_server: Redis) -> Iterator[None]:
    live.connect(redis_server.url)
    live.connection.call(lambda client: client.flushall(), otherwise=None)
    yield
    live.close()


@pytest.mark.usefixtures("database", "empty_redis")
def test_an_empty_redis_is_filled_and_newer_values_are_kept() -> None:
    world = Scenario()
    assert nearby.find_nearest([NEAR]) is None
    assert restore_live(now=world.now) == 2
    assert nearby.find_nearest([NEAR]) == [[world.station.station_no]]
    (pile,) = live_status.get_many([world.pile.pile_no]).values()
    assert (pile.is_online, pile.station_no) == (True, world.station.station_no)
    assert [(one.gun, one.status, one.is_plugged) for one in pile.connectors] == [
        (1, ConnectorStatus.PLUGGED, True),
        (2, ConnectorStatus.PLUGGED, True),
    ]

    pile.boot = 99
    live_status.put_many([pile])
    assert restore_live(now=world.now) == 0
    assert rebuild_live(now=world.now) == 1
    assert live_status.get_many([world.pile.pile_no])[world.pile.pile_no].boot == 99


@pytest.mark.usefixtures("database", "empty_redis")
def test_a_station_made_while_the_set_is_not_whole_does_not_hide_the_others() -> None:
    world = Scenario()
    nearby.put_stations([("Z-NEW", *HERE)])
    assert nearby.find_nearest([NEAR]) is None
    rebuild_live(now=world.now)
    nearby.put_stations([("Z-NEW", *HERE)])
    (found,) = nearby.find_nearest([NEAR]) or [[]]
    assert set(found) == {world.station.station_no, "Z-NEW"}


@pytest.mark.usefixtures("database")
def test_without_redis_there_is_nothing_to_rebuild() -> None:
    live.connect(None)
    assert rebuild_live(now=Scenario().now) == 0

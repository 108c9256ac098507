"""When the live feed reads what is watched, by a clock of the test's own; nobody tells the hub what changed."""

import msgspec
import pytest

from backend.api.feed.hub import POLL_S, READ_GAP_S, Hub, Kind
from backend.api.feed.topics import Topic, parse_topic
from backend.api.http.lanes import Lane
from backend.models import SessionProgress
from tests.builders import actor_of
from tests.desk import WatchedCharge
from tests.feed_server import in_loop, until

pytestmark = [
    pytest.mark.usefixtures("database"),
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]


class Listener:
    """Keeps the energy that each frame told."""

    def __init__(self) -> None:
        self.told: list[object] = []

    def hear(self, topic: Topic, kind: Kind, data: msgspec.Raw) -> None:
        self.told.append(msgspec.json.decode(data).get("energy_wh"))

    def refuse(self, topic: Topic, error: Exception) -> None:
        raise AssertionError(f"{topic.text} was refused") from error


def charge_on(world: WatchedCharge, energy_wh: int) -> None:
    own = SessionProgress.session_id == world.session.id
    SessionProgress.update(energy_wh=energy_wh).where(own).execute()


@in_loop
async def test_a_topic_is_swept_so_long_after_its_own_last_read() -> None:
    now_s = 100.0
    world, lane = WatchedCharge(), Lane("one", threads=1, queue_cap=10)
    driver, charge, station = actor_of(world.driver), Listener(), Listener()
    hub = Hub(lane, lambda: now_s)
    hub.start()
    hub.join(parse_topic(world.topic), driver, charge)
    await until(lambda: charge.told == [1_000])

    read_at_s = now_s = 100.0 + POLL_S - 0.1
    charge_on(world, 1_100)
    hub.mark([world.topic])
    await until(lambda: charge.told == [1_000, 1_100])

    now_s = read_at_s + READ_GAP_S + 0.05  # a poll of all would be due by now
    charge_on(world, 1_200)
    hub.join(parse_topic(f"station:{world.station.station_no}"), driver, station)
    await until(lambda: len(station.told) == 1)
    assert charge.told == [1_000, 1_100]

    now_s = read_at_s + POLL_S
    await until(lambda: charge.told == [1_000, 1_100, 1_200])
    await hub.close()
    lane.close()

"""The live feed `/ws` over real connections: who hears what, and when."""

from collections.abc import Iterator
from typing import Any

import pytest

from backend import live
from backend.domain.connector import ConnectorStatus
from backend.domain.feed_topics import pile_topics
from backend.domain.permission import Permission
from backend.gateways.clock import utc_now
from backend.live import feed as live_feed
from backend.models import (
    ConnectorState,
    Pile,
    Session,
    SessionProgress,
    Station,
)
from backend.services.charging.stop_session import stop_session
from backend.services.views.desk.watch_piles_for_staff import MOST_PILES
from tests.builders import (
    a_driver,
    a_pile,
    a_station,
    actor_of,
    an_operator,
    connectors_of,
)
from tests.desk import WatchedCharge, hear, many_piles
from tests.feed_server import in_loop, running_feed, subscribe
from tests.real_parts import Redis

pytestmark = pytest.mark.usefixtures("database")

PAGE = "https://admin.example.cn"


@pytest.fixture(params=["no_redis", "redis"])
def live_view(request: pytest.FixtureRequest) -> Iterator[None]:
    """The feed in both worlds: told of changes, and polling."""
    if request.param == "redis":
        server: Redis = request.getfixturevalue("redis_server")
        live.connect(server.url)
        live.connection.call(lambda client: client.flushall(), otherwise=None)
    yield
    live.close()


def _charge_on(session: Session, energy_wh: int) -> None:
    SessionProgress.update(energy_wh=energy_wh, meter_at=utc_now()).where(
        SessionProgress.session_id == session.id
    ).execute()


def _has(key: str, value: object) -> Any:
    return lambda frame: frame.get("data", {}).get(key) == value


@pytest.mark.usefixtures("live_view")
@in_loop
async def test_a_driver_watches_his_charge_from_snapshot_to_stop() -> None:
    world = WatchedCharge()
    async with running_feed() as server:
        client = await server.connect(world.driver_token())
        first = await subscribe(client, world.topic)
        assert (first["topic"], first["seq"], first["kind"]) == (world.topic, 1, "snapshot")
        assert (first["data"]["state"], first["data"]["energy_wh"]) == ("charging", 1_000)

        _charge_on(world.session, 2_000)
        live_feed.publish([world.topic])
        frame = await client.read_until(_has("energy_wh", 2_000))
        assert frame["kind"] == "delta"
        assert frame["seq"] > 1
        assert "station_name" not in frame["data"]

        stop_session(driver=actor_of(world.driver), session_no=world.session.session_no, now=utc_now())
        stopped = await client.read_until(_has("state", "stopping"))
        assert stopped["data"]["allowed_actions"] == []
        assert stopped["seq"] > frame["seq"]


@in_loop
async def test_frames_of_a_subscription_are_counted_without_a_gap() -> None:
    world = WatchedCharge()
    async with running_feed() as server:
        client = await server.connect(world.driver_token())
        seqs = [(await subscribe(client, world.topic))["seq"]]
        for energy_wh in (2_000, 3_000):
            _charge_on(world.session, energy_wh)
            wanted = _has("energy_wh", energy_wh)
            frame = await client.read()
            while not wanted(frame):
                seqs.append(frame["seq"])
                frame = await client.read()
            seqs.append(frame["seq"])
        assert seqs == list(range(1, len(seqs) + 1))
        again = await subscribe(client, world.topic)
        assert (again["seq"], again["kind"], again["data"]["energy_wh"]) == (1, "snapshot", 3_000)


@pytest.mark.usefixtures("live_view")
@in_loop
async def test_staff_watch_their_piles_and_hear_only_of_those_that_changed() -> None:
    world = WatchedCharge()
    other = a_pile(station=world.station, now=utc_now(), status=ConnectorStatus.IDLE)
    hidden = a_pile(station=a_station(now=utc_now()), now=utc_now())
    async with running_feed() as server:
        client = await server.connect(world.staff_token(Permission.PILE_READ))
        first = await subscribe(client, "piles")
        assert [pile["pile_no"] for pile in first["data"]["piles"]] == [world.pile.pile_no, other.pile_no]
        assert first["data"]["is_truncated"] is False

        ConnectorState.update(status=ConnectorStatus.FAULTED, fault_codes="E12").where(
            ConnectorState.connector_id == connectors_of(other)[0].id
        ).execute()
        hear(pile=hidden, now=utc_now())
        live_feed.publish(pile_topics(pile_no=other.pile_no, operator_id=other.operator_id))
        frame = await client.read_until(lambda found: found["kind"] == "delta")
        (changed,) = frame["data"]["piles"]
        assert changed["pile_no"] == other.pile_no
        assert changed["connectors"][0]["fault_codes"] == "E12"
        assert frame["data"]["gone"] == []

        Pile.update(is_retired=True).where(Pile.id == other.id).execute()
        live_feed.publish(pile_topics(pile_no=other.pile_no, operator_id=other.operator_id))
        frame = await client.read_until(lambda found: found["data"].get("gone"))
        assert frame["data"] == {"piles": [], "gone": [other.pile_no]}


@pytest.mark.usefixtures("live_view")
@in_loop
async def test_staff_watch_one_pile_and_nobody_elses() -> None:
    world = WatchedCharge()
    hidden = a_pile(station=a_station(now=utc_now()), now=utc_now())
    async with running_feed() as server:
        client = await server.connect(world.staff_token(Permission.PILE_READ))
        first = await subscribe(client, f"pile:{world.pile.pile_no}")
        assert first["data"]["pile"]["pile_no"] == world.pile.pile_no

        ConnectorState.update(status=ConnectorStatus.FAULTED, fault_codes="E12").execute()
        live_feed.publish(pile_topics(pile_no=world.pile.pile_no, operator_id=world.pile.operator_id))
        frame = await client.read_until(lambda found: found["kind"] == "delta")
        assert frame["data"]["pile"]["connectors"][0]["fault_codes"] == "E12"

        await client.send(op="sub", topic=f"pile:{hidden.pile_no}")
        assert (await client.read_until(lambda found: found.get("op") == "error"))["code"] == "pile_not_found"
        driver = await server.connect(world.driver_token())
        await driver.send(op="sub", topic=f"pile:{world.pile.pile_no}")
        assert (await driver.read())["code"] == "forbidden"


@in_loop
async def test_the_watched_piles_are_bounded() -> None:
    world = WatchedCharge()
    many_piles(world)
    async with running_feed() as server:
        client = await server.connect(world.staff_token())
        data = (await subscribe(client, "piles"))["data"]
        assert (len(data["piles"]), data["is_truncated"]) == (MOST_PILES, True)


@in_loop
async def test_a_station_is_shown_to_any_driver_and_to_staff_with_all_its_piles() -> None:
    world = WatchedCharge()
    topic = f"station:{world.station.station_no}"
    async with running_feed() as server:
        anybody = await server.connect(world.driver_token(a_driver(now=utc_now())))
        staff = await server.connect(world.staff_token())
        assert (await subscribe(anybody, topic))["data"]["station"]["connectors_total"] == 2
        assert len((await subscribe(staff, topic))["data"]["piles"]) == 1
        Station.update(parking_fee="全天免费").where(Station.id == world.station.id).execute()
        frame = await staff.read_until(_has("parking_fee", "全天免费"))
        assert frame["kind"] == "delta"
        assert "piles" not in frame["data"]


@in_loop
async def test_one_bad_topic_is_an_error_frame_and_the_others_go_on() -> None:
    world = WatchedCharge()
    stranger = world.driver_token(a_driver(now=utc_now()))
    async with running_feed() as server:
        client = await server.connect(stranger)
        cases = {
            world.topic: "session_not_found",
            "session:nothing": "session_not_found",
            "station:nothing": "station_not_found",
            "piles": "forbidden",
            "wallet:D1": "invalid_input",
            "session:": "invalid_input",
        }
        for topic, code in cases.items():
            frame = await subscribe(client, topic)
            assert (frame["op"], frame["code"]) == ("error", code), topic
            assert frame["message"].endswith("。")
        good = f"station:{world.station.station_no}"
        assert (await subscribe(client, good))["kind"] == "snapshot"


@in_loop
async def test_staff_hear_nothing_outside_their_operator_or_without_the_permission() -> None:
    world = WatchedCharge()
    async with running_feed() as server:
        outsider = await server.connect(world.staff_token(operator=an_operator(now=utc_now())))
        assert (await subscribe(outsider, world.topic))["code"] == "session_not_found"
        station = f"station:{world.station.station_no}"
        assert (await subscribe(outsider, station))["code"] == "station_not_found"
        assert (await subscribe(outsider, "piles"))["data"]["piles"] == []
        narrow = await server.connect(world.staff_token(Permission.PILE_READ))
        assert (await subscribe(narrow, world.topic))["code"] == "forbidden"
        assert (await subscribe(narrow, station))["code"] == "forbidden"


@in_loop
async def test_two_who_share_a_topic_are_shown_their_own_buttons() -> None:
    world = WatchedCharge()
    async with running_feed() as server:
        reader = await server.connect(world.staff_token(Permission.ORDER_READ))
        stopper = await server.connect(world.staff_token(Permission.ORDER_READ, Permission.SESSION_STOP))
        actions = [
            (await subscribe(client, world.topic))["data"]["session"]["allowed_actions"]
            for client in (reader, stopper)
        ]
        assert actions == [[], ["stop"]]


@in_loop
async def test_after_unsub_nothing_more_is_heard() -> None:
    world = WatchedCharge()
    station = f"station:{world.station.station_no}"
    async with running_feed() as server:
        client = await server.connect(world.driver_token())
        await subscribe(client, world.topic)
        await client.send(op="unsub", topic=world.topic)
        await client.send(op="unsub", topic="piles")
        _charge_on(world.session, 9_000)
        await client.send(op="sub", topic=station)
        frames = [await client.read() for _ in range(1)]
        Station.update(name="新名字").where(Station.id == world.station.id).execute()
        while "station" not in frames[-1]["data"] or frames[-1]["kind"] == "snapshot":
            frames.append(await client.read())
        assert {frame["topic"] for frame in frames} == {station}

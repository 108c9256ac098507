"""Connections of the live feed: who gets in, what each may use, and how it ends."""

import asyncio
import contextlib
import json
import socket
import threading
from datetime import timedelta
from urllib.parse import urlsplit

import msgspec
import pytest
import structlog

from backend.api.feed.door import FeedLimits
from backend.api.feed.hub import Hub, Kind
from backend.api.feed.topics import Topic, parse_topic
from backend.api.http.lanes import Lane
from backend.domain.permission import Permission
from backend.gateways.clock import utc_now
from backend.gateways.ids import hash_token
from backend.models import (
    AuthToken,
)
from tests.builders import (
    a_token,
    actor_of,
)
from tests.desk import WatchedCharge, many_piles
from tests.feed_server import in_loop, running_feed, subscribe, until

# nothing here depends on the kind of database
FRAMES_NOBODY_READS = 100
pytestmark = [
    pytest.mark.usefixtures("database"),
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]

PAGE = "https://admin.example.cn"


def _raw_client(url: str) -> socket.socket:
    """A connection after its handshake, with a small buffer for what comes."""
    address = urlsplit(url)
    raw = socket.socket()
    raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
    raw.connect((address.hostname, address.port))
    raw.sendall(
        b"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    return raw


def _masked(frame: dict[str, str]) -> bytes:
    """A client's text frame, masked with zeros."""
    payload = json.dumps(frame).encode()
    return bytes([0x81, 0x80 | len(payload)]) + bytes(4) + payload


@pytest.mark.parametrize(
    "first",
    [
        {"op": "sub", "topic": "piles"},
        {"op": "auth", "token": "not-a-token"},
        {"op": "auth"},
        {"op": "dance"},
        {"op": "auth", "token": "x" * 300},
    ],
)
@in_loop
async def test_without_a_valid_token_first_the_connection_ends_with_4401(first: dict[str, str]) -> None:
    async with running_feed() as server:
        client = await server.connect()
        await client.send(**first)
        assert await client.close_code() == 4401


@in_loop
async def test_silence_instead_of_a_token_ends_with_4401() -> None:
    async with running_feed(limits=FeedLimits(auth_s=0.1)) as server:
        client = await server.connect()
        assert await client.close_code() == 4401


@in_loop
async def test_a_token_that_is_revoked_later_ends_with_4401() -> None:
    world = WatchedCharge()
    token = world.driver_token()
    async with running_feed(limits=FeedLimits(recheck_s=0.1)) as server:
        client = await server.connect(token)
        await subscribe(client, world.topic)
        AuthToken.update(revoked_at=utc_now()).where(AuthToken.token_hash == hash_token(token)).execute()
        assert await client.close_code() == 4401


@in_loop
async def test_an_expired_token_ends_with_4401() -> None:
    world = WatchedCharge()
    token = a_token(owner=world.driver, now=utc_now(), lasts=timedelta(seconds=-1))
    async with running_feed() as server:
        assert await (await server.connect(token)).close_code() == 4401


@in_loop
async def test_staff_without_a_permission_for_any_topic_end_with_4403() -> None:
    world = WatchedCharge()
    async with running_feed() as server:
        client = await server.connect(world.staff_token(Permission.DASHBOARD_READ))
        assert await client.close_code() == 4403


@pytest.mark.parametrize(
    "origin", ["https://evil.example.cn", "null", "http://admin.example.cn", f"{PAGE}:8443"]
)
@in_loop
async def test_a_page_of_another_site_ends_with_4403(origin: str) -> None:
    world = WatchedCharge()
    async with running_feed(allowed_origins=(PAGE,)) as server:
        client = await server.connect(headers={"Origin": origin})
        assert await client.close_code() == 4403
        own = "http://" + urlsplit(server.url).netloc
        for allowed in (PAGE, own):
            client = await server.connect(world.driver_token(), headers={"Origin": allowed})
            assert (await subscribe(client, world.topic))["kind"] == "snapshot"


@in_loop
async def test_too_many_frames_end_with_4429() -> None:
    world = WatchedCharge()
    async with running_feed(limits=FeedLimits(frames_per_s=0.001, frames_burst=5)) as server:
        client = await server.connect(world.driver_token())
        for _ in range(5):
            await client.send(op="unsub", topic="piles")
        assert await client.close_code() == 4429


@in_loop
async def test_too_many_topics_end_with_4429() -> None:
    world = WatchedCharge()
    async with running_feed(limits=FeedLimits(topics=2)) as server:
        client = await server.connect(world.driver_token())
        station = f"station:{world.station.station_no}"
        await subscribe(client, station)
        await subscribe(client, world.topic)
        await subscribe(client, station)
        await client.send(op="sub", topic="session:another")
        assert await client.close_code() == 4429


@in_loop
async def test_too_many_connections_of_one_person_end_with_4429_and_leaving_makes_room() -> None:
    world = WatchedCharge()
    async with running_feed(limits=FeedLimits(connections_per_actor=1)) as server:
        first = await server.connect(world.driver_token())
        await subscribe(first, world.topic)
        second = await server.connect(world.driver_token())
        assert await second.close_code() == 4429
        first.close()
        await first.close_code()
        third = await server.connect(world.driver_token())
        assert (await subscribe(third, world.topic))["kind"] == "snapshot"


@in_loop
async def test_too_many_connections_of_all_end_with_4429() -> None:
    async with running_feed(limits=FeedLimits(connections=1)) as server:
        await server.connect()
        assert await (await server.connect()).close_code() == 4429


@in_loop
async def test_a_client_that_does_not_read_is_cut_off_and_one_that_reads_is_not() -> None:
    world = WatchedCharge()
    many_piles(world)
    limits = FeedLimits(unsent_bytes=1_000_000, frames_burst=1_000_000)
    async with running_feed(limits=limits) as server:
        quick = await server.connect(world.staff_token())
        with _raw_client(server.url) as slow:
            slow.sendall(_masked({"op": "auth", "token": world.staff_token()}))
            await until(lambda: server.feed.connections == 2)
            for _ in range(FRAMES_NOBODY_READS):
                with contextlib.suppress(OSError):  # it may be cut off just now
                    slow.sendall(_masked({"op": "sub", "topic": "piles"}))
                assert (await subscribe(quick, "piles"))["kind"] == "snapshot"
            # Tornado gives it a few seconds to read the reason
            await until(lambda: server.feed.connections == 1)
        assert (await subscribe(quick, "piles"))["kind"] == "snapshot"


@in_loop
async def test_a_frame_that_is_too_long_ends_the_connection() -> None:
    world = WatchedCharge()
    async with running_feed() as server:
        client = await server.connect(world.driver_token())
        await client.send(op="sub", topic="x" * 5_000)
        assert await client.close_code() == 1009


@in_loop
async def test_a_second_login_and_nonsense_are_error_frames() -> None:
    world = WatchedCharge()
    token = world.driver_token()
    async with running_feed() as server:
        client = await server.connect(token)
        for frame in (
            {"op": "auth", "token": token},
            {"op": "dance"},
            {"op": "sub"},
            {"op": "sub", "topic": 1},
        ):
            await client.send(**frame)
            assert (await client.read())["code"] == "invalid_input"
        await client.connection.write_message("{")
        assert (await client.read())["code"] == "invalid_input"
        await client.connection.write_message(b"\xff\xfe", binary=True)
        assert (await client.read())["code"] == "invalid_input"


@in_loop
async def test_at_shutdown_everybody_is_sent_away_with_1001() -> None:
    world = WatchedCharge()
    async with running_feed() as server:
        clients = [await server.connect(world.driver_token()), await server.connect()]
        await subscribe(clients[0], world.topic)
        closing = asyncio.create_task(server.feed.close())
        assert [await client.close_code() for client in clients] == [1001, 1001]
        await closing
        assert await (await server.connect()).close_code() == 1001


@in_loop
async def test_a_client_that_vanishes_leaves_nothing_behind() -> None:
    world = WatchedCharge()
    async with running_feed() as server:
        with _raw_client(server.url) as raw:
            frames = ({"op": "auth", "token": world.driver_token()}, {"op": "sub", "topic": world.topic})
            raw.sendall(b"".join(_masked(frame) for frame in frames))
            await until(lambda: server.feed.topics == 1)
        await until(lambda: (server.feed.connections, server.feed.topics) == (0, 0))


class _Heard:
    """What a listener was told."""

    def __init__(self) -> None:
        self.kinds: list[str] = []
        self.errors: list[Exception] = []

    def hear(self, topic: Topic, kind: Kind, data: msgspec.Raw) -> None:
        self.kinds.append(kind)

    def refuse(self, topic: Topic, error: Exception) -> None:
        self.errors.append(error)


@in_loop
async def test_a_topic_that_cannot_be_read_now_is_read_as_soon_as_it_can() -> None:
    world = WatchedCharge()
    lane = Lane("one", threads=1, queue_cap=1)
    hub = Hub(lane)
    heard = _Heard()
    gate = threading.Event()
    busy = asyncio.ensure_future(lane.run(gate.wait))
    await asyncio.sleep(0)  # the lane is taken from here on
    hub.start()
    with structlog.testing.capture_logs() as logs:
        hub.join(parse_topic(world.topic), actor_of(world.driver), heard)
        await until(lambda: any(entry["event"] == "lane_full" for entry in logs))
    assert (heard.kinds, heard.errors) == ([], [])
    gate.set()
    await busy
    await until(lambda: heard.kinds == ["snapshot"])
    await hub.close()
    lane.close()

"""Sockets of the live feed that never say whose they are: bounded for a network and in all, whoever else comes in."""

import asyncio
import socket
from typing import Final
from urllib.parse import urlsplit

import pytest

from backend.api.feed.door import FeedLimits
from tests.desk import WatchedCharge
from tests.feed_server import FeedServer, in_loop, running_feed, subscribe, until
from tests.security.tally import nothing_through
from tests.waiting import LIMIT_S

pytestmark = [
    pytest.mark.usefixtures("database"),
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]

TRIES: Final = 30
FEW: Final = FeedLimits(auth_s=600.0, newcomers_per_network=5, newcomers=12)
HANDSHAKE: Final = (
    b"GET /ws HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)
STRANGER: Final = "127.0.1.1"


class Loiterer:
    """A connection from an address of 127/8 that has shaken hands and says nothing."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def come(cls, server: FeedServer, address: str) -> "Loiterer":
        """Connect; the server has counted it, or closed, when this returns."""
        where = urlsplit(server.url)
        reader, writer = await asyncio.open_connection(
            where.hostname, where.port, local_addr=(address, 0), family=socket.AF_INET
        )
        writer.write(HANDSHAKE)
        await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), LIMIT_S)
        return cls(reader, writer)

    async def close_code(self) -> int:
        """The code that the server closes with."""
        head = await asyncio.wait_for(self._reader.readexactly(4), LIMIT_S)
        return int.from_bytes(head[2:4], "big")

    async def leave(self) -> None:
        self._writer.close()
        await self._writer.wait_closed()


async def crowd(server: FeedServer, addresses: list[str]) -> list[Loiterer]:
    """One after another, so that it is known who came first."""
    return [await Loiterer.come(server, address) for address in addresses]


@in_loop
async def test_silent_sockets_of_one_network_are_few_and_keep_no_other_out() -> None:
    world = WatchedCharge()
    async with running_feed(limits=FEW) as server:
        there = await crowd(server, [STRANGER] * TRIES)
        inside, outside = there[: FEW.newcomers_per_network], there[FEW.newcomers_per_network :]
        codes = [await one.close_code() for one in outside]
        through = [code for code in codes if code != 4429]
        nothing_through("WebSocket: silent sockets of one network", tried=len(outside), through=through)
        assert server.feed.connections == len(inside)
        client = await server.connect(world.driver_token())
        assert (await subscribe(client, world.topic))["kind"] == "snapshot"
        await asyncio.gather(*(one.leave() for one in there))


@in_loop
async def test_silent_sockets_of_many_networks_are_bounded_in_all() -> None:
    async with running_feed(limits=FEW) as server:
        there = await crowd(server, [f"127.0.2.{number}" for number in range(1, TRIES + 1)])
        codes = [await one.close_code() for one in there[FEW.newcomers :]]
        through = [code for code in codes if code != 4429]
        nothing_through("WebSocket: silent sockets of many networks", tried=len(codes), through=through)
        assert server.feed.connections == FEW.newcomers
        await asyncio.gather(*(one.leave() for one in there))


@in_loop
async def test_who_has_said_a_token_or_has_left_makes_room_in_their_network() -> None:
    world = WatchedCharge()
    async with running_feed(limits=FEW) as server:
        for _ in range(2 * FEW.newcomers_per_network):
            client = await server.connect(world.driver_token())
            assert (await subscribe(client, world.topic))["kind"] == "snapshot"
        for _ in range(2 * FEW.newcomers_per_network):
            one = await Loiterer.come(server, "127.0.0.1")
            assert server.feed.connections == 2 * FEW.newcomers_per_network + 1
            await one.leave()
            await until(lambda: server.feed.connections == 2 * FEW.newcomers_per_network)

"""The connections of a bench's fleet, against a real mosquitto with the shipped configuration and topic rules."""

import asyncio
import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.benches.pile_connection import PileConnection
from scripts.benches.pile_connections import PileConnections
from scripts.benches.servers import SECRET, running_broker
from tests.mqtt_client import BrokerClient, wait_for
from tests.waiting import LIMIT_S

PILE_NOS = ("32050000000001", "32050000000002", "32050000000003")
BOOT = 100


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[tuple[int, int]]:
    """Port and process id of a broker that knows the piles."""
    with running_broker(tmp_path / "broker", PILE_NOS) as (port, pid):
        yield port, pid


@pytest.fixture
def bridge(broker: tuple[int, int]) -> Iterator[BrokerClient]:
    client = BrokerClient(broker[0], "bridge", SECRET)
    client.subscribe("cp/v1/+/up/#")
    yield client
    client.leave()


def no_answer(_: PileConnection, __: str, ___: bytes) -> None:
    """For piles that are asked nothing."""


def test_every_pile_tells_its_birth_and_all_it_says_is_acknowledged(
    broker: tuple[int, int], bridge: BrokerClient
) -> None:
    async def speak() -> tuple[int, int, int]:
        piles = PileConnections(PILE_NOS, BOOT, no_answer)
        await piles.connect(broker[0], SECRET)
        for pile in piles:
            pile.say("heartbeat", at_ms=1_790_000_000_000, uptime_s=60)
        await piles.wait_acked(LIMIT_S)
        counted = piles.sent, piles.acked, piles.broken
        piles.close()
        await piles.wait_ended()
        return counted

    assert asyncio.run(speak()) == (6, 6, 0)
    wait_for(lambda: len(bridge.messages) == len(PILE_NOS) * 2, "births and heartbeats")
    for pile_no in PILE_NOS:
        (birth,) = map(json.loads, bridge.payloads(f"cp/v1/{pile_no}/up/online"))
        (heartbeat,) = map(json.loads, bridge.payloads(f"cp/v1/{pile_no}/up/heartbeat"))
        assert birth["online"] is True
        assert (heartbeat["boot"], heartbeat["at"]) == (BOOT, "2026-09-21T14:13:20.000Z")
        assert heartbeat["seq"] > birth["seq"]


def test_a_command_reaches_the_pile_it_is_for_and_no_other(
    broker: tuple[int, int], bridge: BrokerClient
) -> None:
    async def listen() -> tuple[str, str, bytes]:
        heard: asyncio.Future[tuple[str, str, bytes]] = asyncio.get_running_loop().create_future()
        piles = PileConnections(PILE_NOS, BOOT, lambda pile, *said: heard.set_result((pile.pile_no, *said)))
        await piles.connect(broker[0], SECRET)
        bridge.publish(f"cp/v1/{PILE_NOS[1]}/down/command", b"do it")
        found = await asyncio.wait_for(heard, LIMIT_S)
        piles.close()
        await piles.wait_ended()
        return found

    assert asyncio.run(listen()) == (PILE_NOS[1], "command", b"do it")


def test_a_pile_that_breaks_off_leaves_its_will_and_comes_back_as_a_new_connection(
    broker: tuple[int, int], bridge: BrokerClient
) -> None:
    async def come_and_go() -> int:
        piles = PileConnections(PILE_NOS[:1], BOOT, no_answer)
        await piles.connect(broker[0], SECRET)
        await piles.wait_acked(LIMIT_S)
        piles.abort()
        await piles.wait_ended()
        await piles.connect(broker[0], SECRET)
        await piles.wait_acked(LIMIT_S)
        piles.close()
        await piles.wait_ended()
        return piles.broken

    assert asyncio.run(come_and_go()) == 0
    wait_for(lambda: len(bridge.messages) == 3, "birth, will, birth")
    birth, will, return_ = (json.loads(payload) for _, payload in bridge.messages)
    assert (birth["online"], will["online"], return_["online"]) == (True, False, True)
    assert birth["conn"] == will["conn"] != return_["conn"]
    assert return_["seq"] > birth["seq"]


def test_a_connection_that_the_broker_ends_is_counted_as_broken(broker: tuple[int, int]) -> None:
    async def lose() -> int:
        piles = PileConnections(PILE_NOS, BOOT, no_answer)
        await piles.connect(broker[0], SECRET)
        os.kill(broker[1], signal.SIGKILL)
        await piles.wait_ended()
        return piles.broken

    assert asyncio.run(lose()) == len(PILE_NOS)


@pytest.mark.parametrize(("pile_no", "secret"), [(PILE_NOS[0], "a wrong one"), ("32059999999999", SECRET)])
def test_a_pile_that_the_broker_does_not_let_in_is_an_error(
    broker: tuple[int, int], pile_no: str, secret: str
) -> None:
    async def try_it() -> None:
        pile = PileConnection(pile_no, BOOT, no_answer, lambda _: None)
        try:
            await pile.connect(broker[0], secret)
        finally:
            await pile.wait_ended()

    with pytest.raises(ConnectionRefusedError, match=pile_no):
        asyncio.run(try_it())

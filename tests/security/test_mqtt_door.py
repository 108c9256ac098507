"""The broker's door: guessed names and secrets, taken-over client ids, and bytes that are no MQTT."""

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from backend.gateways.passwords import broker_password_hash
from tests.brokers import BROKER_KINDS, BrokerHandle, start_broker
from tests.mqtt_client import BrokerClient, wait_for
from tests.security.mqtt_door import (
    connect_packet,
    field,
    knock,
    packet,
    publish_packet,
    subscribe_packet,
    throw,
)
from tests.security.tally import SCALE, SEED, nothing_through

SECRETS: Final = {"A1": "secret of A1", "B2": "secret of B2", "bridge": "secret of the bridge"}
GUESSES: Final = 300
BROKEN_FRAMES: Final = 300
ACCEPTED: Final = 0


@pytest.fixture(params=BROKER_KINDS)
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[BrokerHandle]:
    handle = start_broker(request.param, tmp_path / "broker", SECRETS)
    yield handle
    handle.stop()


class Bystander:
    """A pile and the bridge that work all the while; `check` says whether they still do."""

    def __init__(self, broker: BrokerHandle) -> None:
        self.pile = BrokerClient(broker.port, "A1", SECRETS["A1"])
        self.bridge = BrokerClient(broker.port, "bridge", SECRETS["bridge"])
        self.pile.subscribe("cp/v1/A1/down/#")
        self.bridge.subscribe("cp/v1/+/up/#")

    def check(self) -> None:
        """Both were never thrown out, they reach one another, and nobody else was heard."""
        self.pile.publish_acked("cp/v1/A1/up/meter", b"own")
        self.bridge.publish_acked("cp/v1/A1/down/command", b"own")
        wait_for(lambda: bool(self.pile.messages and self.bridge.messages), "their own messages")
        assert self.pile.messages == [("cp/v1/A1/down/command", b"own")]
        assert self.bridge.messages == [("cp/v1/A1/up/meter", b"own")]
        assert (self.pile.lost, self.bridge.lost) == (0, 0)

    def leave(self) -> None:
        self.pile.leave()
        self.bridge.leave()


@pytest.fixture
def bystander(broker: BrokerHandle) -> Iterator[Bystander]:
    found = Bystander(broker)
    yield found
    found.leave()


def guesses(count: int) -> list[tuple[bytes, bytes | None, bytes | None]]:
    """(client id, name, secret): all the near misses, then random ones."""
    right = SECRETS["A1"].encode()
    near: list[bytes | None] = [None, b"", b"A1", b"123456", b"admin", right[:-1], right + b" "]
    near += [
        right.upper(),
        b" " + right,
        SECRETS["B2"].encode(),
        broker_password_hash("x").encode(),
        b"x" * 60_000,
    ]
    found: list[tuple[bytes, bytes | None, bytes | None]] = [(b"A1", b"A1", secret) for secret in near]
    names = (
        None,
        b"",
        b"a1",
        b"A1 ",
        b"A1\x00",
        b"+",
        b"#",
        b"A1/../A1",
        b"A1:x",
        b"*",
        b"root",
        b"\xff\xfe",
        b"B2",
    )
    found += [(b"A1", name, right) for name in names]
    found += [(b"bridge", b"bridge", secret) for secret in (b"bridge", b"", b"mqtt", right)]
    rng = random.Random(SEED)
    while len(found) < count:
        secret = rng.randbytes(rng.randrange(1, 40)).hex().encode()
        found.append((b"A1", rng.choice([b"A1", b"bridge", str(rng.randrange(10**14)).encode()]), secret))
    return found


def test_no_guess_is_let_in_and_the_working_pile_notices_nothing(
    broker: BrokerHandle, bystander: Bystander
) -> None:
    tried = guesses(GUESSES * SCALE)
    through = [guess for guess in tried if knock(broker.port, connect_packet(*guess)) == ACCEPTED]
    nothing_through("MQTT: guessed logins", tried=len(tried), through=through)
    bystander.check()
    assert knock(broker.port, connect_packet(b"B2", b"B2", SECRETS["B2"].encode())) == ACCEPTED


def test_the_owner_of_one_pile_cannot_take_anothers_client_id_or_its_waiting_messages(
    broker: BrokerHandle, bystander: Bystander
) -> None:
    away = BrokerClient(broker.port, "B2", SECRETS["B2"], client_id="B2", clean=False)
    away.leave()
    ids = ["A1", "bridge", "a1", "A1 ", "A1\u200b", "", "+", "#", "../A1", "A1/up", "x" * 200]
    heard: list[object] = []
    for client_id in ids * SCALE:
        for clean in (True, False) if client_id else (True,):
            thief = BrokerClient(broker.port, "B2", SECRETS["B2"], client_id=client_id, clean=clean)
            if thief.is_in:
                thief.subscribe("cp/v1/A1/down/#", "cp/v1/+/up/#", "#")
            heard += thief.messages
            thief.leave()
    bystander.check()
    nothing_through("MQTT: client id takeover", tried=2 * len(ids) * SCALE, through=heard)


def broken_frames(count: int) -> list[bytes]:
    """What may follow a CONNECT of B2 and is wrong, first by hand, then sound packets with bytes changed."""
    sound = [
        publish_packet(b"cp/v1/B2/up/meter", b"{}"),
        subscribe_packet(b"cp/v1/B2/down/#"),
        packet(0x40, b"\x00\x01"),
        b"\xc0\x00",
    ]
    found = [
        publish_packet(b"cp/v1/A1/down/command", b"forged"),
        publish_packet(b"cp/v1/+/down/command", b"forged"),
        publish_packet(b"cp/v1/A1/down/#", b"forged"),
        publish_packet(b"cp/v1/B2/up/\xff\xfe", b"forged"),
        publish_packet(b"cp/v1/B2/up/\x00", b"forged"),
        publish_packet(b"cp/v1/B2/up/\xed\xa0\x80", b"forged"),
        publish_packet(b"", b"forged"),
        publish_packet(b"cp/v1/A1/up/meter", b"forged", packet_id=0),
        publish_packet(b"cp/v1/A1/up/meter", b"forged", flags=0x36),
        publish_packet(b"/" * 60_000, b"forged"),
        subscribe_packet(b"cp/v1/A1/#/x"),
        subscribe_packet(b"\xff"),
        packet(0x80, b"\x00\x01" + field(b"#") + b"\x01"),
        packet(0x82, b"\x00\x01" + field(b"#") + b"\x03"),
        packet(0x82, b"\x00\x01"),
        packet(0x32, b"\xff\xff"),
        connect_packet(b"A1", b"B2", SECRETS["B2"].encode()),
        b"\x32\xff\xff\xff\xff\x7f",
        b"\x30\xff\xff\xff\x7f",
        bytes(64),
        b"GET / HTTP/1.1\r\n\r\n",
    ]
    found += [packet(kind << 4 | flags, b"\x00\x01x") for kind in range(16) for flags in (0, 2, 15)]
    rng = random.Random(SEED)
    while len(found) < count:
        frame = bytearray(rng.choice(sound))
        for _ in range(rng.randrange(1, 4)):
            frame[rng.randrange(len(frame))] = rng.randrange(256)
        found.append(bytes(frame[: rng.randrange(1, len(frame) + 1)]))
    return found


def test_bytes_that_are_no_mqtt_cost_their_sender_the_connection_at_most(
    broker: BrokerHandle, bystander: Bystander
) -> None:
    hello = connect_packet(b"B2", b"B2", SECRETS["B2"].encode())
    frames = broken_frames(BROKEN_FRAMES * SCALE)
    for frame in frames:
        throw(broker.port, hello + frame)
        throw(broker.port, frame)
    # B2 may say under its own name what it likes
    bystander.bridge.messages[:] = [one for one in bystander.bridge.messages if "/B2/" not in one[0]]
    forged = [*bystander.bridge.messages, *bystander.pile.messages]
    nothing_through("MQTT: broken frames", tried=2 * len(frames), through=forged)
    bystander.check()

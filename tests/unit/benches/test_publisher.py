import re
import socket
import threading
from collections.abc import Iterator
from typing import BinaryIO

import pytest
from typing_extensions import override

from mqtt_bridge import messages
from scripts.benches.publisher import FIRST_SEQ, Load, encode_length, make_voices
from tests.waiting import LIMIT_S

PILES = [("32050000000001", "S20261123120000ABCDEFGHJK"), ("32050000000002", "S20261123120000ABCDEFGHJM")]
BOOT = 100
# when the sessions began, in seconds since 1970
LONG_AGO = 1_790_000_000.0


class Broker(threading.Thread):
    """Takes PUBLISH packets from a socket, keeps them and acknowledges each."""

    def __init__(self, connection: socket.socket, count: int) -> None:
        super().__init__(daemon=True)
        self.packets: list[tuple[str, int, bytes]] = []
        self._connection = connection
        self._count = count

    @override
    def run(self) -> None:
        with self._connection.makefile("rb") as stream:
            while len(self.packets) < self._count:
                assert stream.read(1) == b"\x32"
                body = stream.read(_read_length(stream))
                topic_end = 2 + int.from_bytes(body[:2], "big")
                packet_id = int.from_bytes(body[topic_end : topic_end + 2], "big")
                self.packets.append((body[2:topic_end].decode(), packet_id, body[topic_end + 2 :]))
                self._connection.sendall(b"\x40\x02" + packet_id.to_bytes(2, "big"))


def _read_length(stream: BinaryIO) -> int:
    length = shift = 0
    while True:
        byte = stream.read(1)[0]
        length |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return length


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


@pytest.mark.parametrize("rate", [0, 5_000])
def test_every_message_is_sent_once_and_is_one_the_bridge_takes(
    ends: tuple[socket.socket, socket.socket], rate: int
) -> None:
    count = 501
    broker = Broker(ends[1], count)
    broker.start()
    load = Load(ends[0], make_voices(PILES), BOOT, LONG_AGO)
    began_s, ended_s = load.run(count, window=50, rate=rate)
    broker.join(LIMIT_S)
    assert began_s < ended_s
    assert [id_ for _, id_, _ in broker.packets] == [*range(1, count + 1)]
    for number, (topic, _, payload) in enumerate(broker.packets):
        meter = messages.decode(topic, payload)
        assert isinstance(meter, messages.Meter)
        pile_no, session_no = PILES[number % len(PILES)]
        assert topic == f"cp/v1/{pile_no}/up/meter"
        assert (meter.seq, meter.boot, meter.session_no) == (FIRST_SEQ + number, BOOT, session_no)


def test_a_second_turn_goes_on_where_the_first_ended(ends: tuple[socket.socket, socket.socket]) -> None:
    broker = Broker(ends[1], 6)
    broker.start()
    load = Load(ends[0], make_voices(PILES), BOOT, LONG_AGO)
    load.run(2, window=10, rate=0)
    load.run(4, window=10, rate=0)
    broker.join(LIMIT_S)
    told = [int(re.findall(rb'"seq":(\d+)', payload)[0]) for _, _, payload in broker.packets]
    assert told == [*range(FIRST_SEQ, FIRST_SEQ + 6)]


@pytest.mark.parametrize(
    ("length", "encoded"),
    [(0, b"\x00"), (127, b"\x7f"), (128, b"\x80\x01"), (16_383, b"\xff\x7f"), (16_384, b"\x80\x80\x01")],
)
def test_lengths_are_written_as_mqtt_wants(length: int, encoded: bytes) -> None:
    assert encode_length(length) == encoded

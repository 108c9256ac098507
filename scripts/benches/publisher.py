"""Worker: publishes meter messages of many piles at QoS 1 over one raw MQTT 3.1.1 connection, as fast as asked.

Each `go` sends the next `count` messages, round and round the piles. Every payload of a pile has the same length,
so that a packet is one `%` and three joins.
"""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from scripts.benches.worker import read_task, say_answer, say_ready, wait_for_go
from scripts.benches.world import FIRST_REGISTER_WH, as_text

FIRST_SEQ = 10_000_000
MESSAGES_PER_WRITE = 200
PACKET_IDS = 65_000
POWER_W = 30_000
ANSWER_LIMIT_S = 60.0
SHORTEST_NAP_S = 0.0005
READ_BYTES = 65_536
ACK_BYTES = 4
PUBLISH_QOS_1 = 0x32
PUBACK = 0x40
_BODY = (
    '{"id":"%%d-%%d","at":"%%s","seq":%%d,"boot":%%d,"connector":1,"session_no":"%s","register_wh":%%d,'
    '"power_w":30000,"voltage_mv":400000,"current_ma":75000,"soc_percent":41,"temperature_c":31,'
    '"elapsed_s":1830,"remaining_s":1800,"reported_fen_e4":450000,"signal_dbm":-71,"phase":"constant_current",'
    '"cell_max_mv":4120,"cell_min_mv":4098,"vendor_text":"abcdefghijklmnopqrstuvwxyz"}'
)


@dataclass(frozen=True, slots=True)
class Voice:
    """One pile's packet before and after the packet id; `body` is still to be formatted."""

    head: bytes
    body: bytes


def main() -> None:
    """Serve the bench until it closes our input."""
    task = read_task()
    began_s = datetime.fromisoformat(task["began_at"]).timestamp()
    with _connect(task["port"], task["username"], task["password"]) as connection:
        load = Load(connection, make_voices(task["piles"]), task["boot"], began_s)
        say_ready()
        for count, window, rate in task["turns"]:
            if not wait_for_go():
                return
            first_s, last_s = load.run(count, window=window, rate=rate)
            say_answer({"began_s": first_s, "ended_s": last_s, "last_seq": FIRST_SEQ + load.sent - 1})


class Load:
    """The connection and how far it has come."""

    def __init__(
        self, connection: socket.socket, voices: Sequence[Voice], boot: int, session_began_s: float
    ) -> None:
        self.sent = 0
        self._connection = connection
        self._voices = voices
        self._boot = boot
        self._session_began_s = session_began_s
        self._half_ack = 0

    def run(self, count: int, *, window: int, rate: int) -> tuple[float, float]:
        """Send `count` more, `rate` a second (0: as fast as it goes); when it began and was all acknowledged.

        At most `window` are unacknowledged at a time. Raises TimeoutError when the broker falls silent.
        """
        sent = acked = 0
        began_s = heard_s = time.monotonic()
        while acked < count:
            due = count if not rate else min(count, int((time.monotonic() - began_s) * rate) + 1)
            ready = min(due - sent, window - (sent - acked), MESSAGES_PER_WRITE)
            if ready > 0:
                self._connection.sendall(self._packets(ready))
                sent += ready
            nap_s = 0.0 if ready > 0 else _nap_s(began_s, sent, count, rate)
            if select.select([self._connection], [], [], nap_s)[0]:
                acked += self._read_acks()
                heard_s = time.monotonic()
            elif sent > acked and time.monotonic() - heard_s > ANSWER_LIMIT_S:
                raise TimeoutError(f"{sent - acked} messages were not acknowledged")
        return began_s, time.monotonic()

    def _packets(self, count: int) -> bytes:
        now = datetime.now(UTC)  # noqa: TID251 - a pile's own clock
        at = as_text(now).encode()
        elapsed_s = now.timestamp() - self._session_began_s
        register_wh = FIRST_REGISTER_WH + int(elapsed_s * POWER_W / 3600)
        voices, boot = self._voices, self._boot
        parts: list[bytes] = []
        for number in range(self.sent, self.sent + count):
            voice = voices[number % len(voices)]
            seq = FIRST_SEQ + number
            parts += (
                voice.head,
                (number % PACKET_IDS + 1).to_bytes(2, "big"),
                voice.body % (boot, seq, at, seq, boot, register_wh),
            )
        self.sent += count
        return b"".join(parts)

    def _read_acks(self) -> int:
        data = self._connection.recv(READ_BYTES)
        if not data:
            raise ConnectionError("the broker closed the load's connection")
        whole, self._half_ack = divmod(self._half_ack + len(data), ACK_BYTES)
        return whole


def make_voices(piles: Sequence[tuple[str, str]]) -> list[Voice]:
    """A voice for each (pile_no, session_no)."""
    voices = []
    sample = (100, FIRST_SEQ, b"2026-01-01T00:00:00.000Z", FIRST_SEQ, 100, FIRST_REGISTER_WH)
    for pile_no, session_no in piles:
        topic = f"cp/v1/{pile_no}/up/meter".encode()
        body = (_BODY % session_no).encode()
        length = 2 + len(topic) + 2 + len(body % sample)
        head = bytes([PUBLISH_QOS_1]) + encode_length(length) + len(topic).to_bytes(2, "big") + topic
        voices.append(Voice(head, body))
    return voices


def encode_length(length: int) -> bytes:
    """MQTT's remaining length: seven bits a byte, the lowest first."""
    encoded = bytearray()
    while True:
        length, low = divmod(length, 128)
        encoded.append(low | 0x80 if length else low)
        if not length:
            return bytes(encoded)


def _nap_s(began_s: float, sent: int, count: int, rate: int) -> float:
    """How long to wait for an acknowledgement before the next message is due."""
    if not rate or sent >= count:
        return 1.0
    return max(SHORTEST_NAP_S, began_s + sent / rate - time.monotonic())


def _connect(port: int, username: str, password: str) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=ANSWER_LIMIT_S)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    fields = b"".join(len(text).to_bytes(2, "big") + text.encode() for text in (username, username, password))
    body = b"\x00\x04MQTT\x04\xc2\x00\x00" + fields
    connection.sendall(b"\x10" + encode_length(len(body)) + body)
    answer = connection.recv(4)
    if answer[:1] != b"\x20" or answer[3:4] != b"\x00":
        raise ConnectionError(f"the broker refused the load: {answer!r}")
    return connection


if __name__ == "__main__":
    main()

"""paho's client reading into the inbox: `BridgeClient` with paho's own packet reader, `FastClient` with ours.

Ours parses PUBLISH from one large read and leaves every other packet to paho, which then costs a sixth of the
time. It reaches into paho 2.2.0's private reader, so `works` proves it at each start, else the stock one serves.
"""

import time
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any, Final

import paho.mqtt.client as paho
import structlog
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.exception import MalformedPacket
from typing_extensions import override

from mqtt_bridge.batch import Incoming
from mqtt_bridge.inbox import Inbox

PAHO_VERSION: Final = "2.2.0"
READ_BYTES: Final = 262_144
MAX_PACKET_BYTES: Final = 1_048_576
FULL_WAIT_S: Final = 0.05
_PACKET_ID_BITS: Final = 16
_PUBLISH: Final = 0x30
_QOS: Final = 0x06
_log = structlog.get_logger(__name__)


class BridgeClient(paho.Client):
    """Puts what arrives into the inbox; does not read the socket while that is full or `is_paused`."""

    def __init__(self, inbox: Inbox, client_id: str) -> None:
        super().__init__(
            CallbackAPIVersion.VERSION2,
            client_id=client_id,
            clean_session=False,
            protocol=paho.MQTTv311,
            manual_ack=True,
        )
        self.is_paused = False
        self._inbox = inbox
        self._connection = 0
        self._read_from: Any = None
        self.on_message = self._take_message

    @property
    def is_running(self) -> bool:
        """Whether the network thread is alive."""
        return self._thread is not None and self._thread.is_alive()

    def end(self) -> None:
        """Disconnect, end the thread and close every socket: paho keeps the pair that wakes its thread for good."""
        self.disconnect()
        self.loop_stop()
        self._reset_sockets()

    def acknowledge(self, tokens: Sequence[int]) -> None:
        """Acknowledge these tokens in order with one write; those of earlier connections are left out."""
        current = self._connection
        packets = [
            b"\x40\x02" + (token & 0xFFFF).to_bytes(2, "big")
            for token in tokens
            if token >> _PACKET_ID_BITS == current and token & 0xFFFF
        ]
        if packets:
            self._packet_queue(paho.PUBACK, b"".join(packets), tokens[-1] & 0xFFFF, 1)

    @override
    def loop_read(self, max_packets: int = 1) -> MQTTErrorCode:
        if self._sock is not self._read_from:
            self._read_from = self._sock
            self._connection += 1
            self._forget_unread()
        if self.is_paused or (self._inbox.is_full and not self._inbox.wait_for_room(FULL_WAIT_S)):
            self._seem_heard()
            return MQTTErrorCode.MQTT_ERR_SUCCESS
        return self._read()

    def _read(self) -> MQTTErrorCode:
        return super().loop_read()

    def _forget_unread(self) -> None:
        """A new connection begins at a packet's first byte."""

    def _seem_heard(self) -> None:
        """Not reading, we cannot see the broker's ping answers: that must not look like a dead connection."""
        if self.is_paused:
            time.sleep(FULL_WAIT_S)  # the loop would spin on a readable socket
        with self._msgtime_mutex:
            self._last_bytes_received = time.monotonic()
        self._ping_t = 0.0

    def _token(self, packet_id: int) -> int:
        return self._connection << _PACKET_ID_BITS | packet_id

    def _take_message(self, _: paho.Client, __: Any, message: paho.MQTTMessage) -> None:
        topic = message._topic.decode(errors="backslashreplace")  # noqa: SLF001 - `topic` raises on bad UTF-8
        self._inbox.put([(topic, bytes(message.payload), self._token(message.mid))])


class FastClient(BridgeClient):
    """Parses PUBLISH packets itself."""

    _unread: bytes = b""

    @override
    def _forget_unread(self) -> None:
        self._unread = b""

    @override
    def _read(self) -> MQTTErrorCode:
        try:
            data = self._sock_recv(READ_BYTES)
        except BlockingIOError:
            return MQTTErrorCode.MQTT_ERR_SUCCESS
        except OSError:
            return self._loop_rc_handle(MQTTErrorCode.MQTT_ERR_CONN_LOST)
        if not data:
            return self._loop_rc_handle(MQTTErrorCode.MQTT_ERR_CONN_LOST)
        with self._msgtime_mutex:
            self._last_bytes_received = time.monotonic()
        arrived: list[Incoming] = []
        try:
            result = self._parse(self._unread + data if self._unread else data, arrived)
        finally:
            if arrived:
                self._inbox.put(arrived)
        return self._loop_rc_handle(result) if result else result

    def _parse(self, data: bytes, arrived: list[Incoming]) -> MQTTErrorCode:
        """Take the whole packets of `data`, keep the rest for the next read."""
        position, end = 0, len(data)
        first_token = self._connection << _PACKET_ID_BITS
        while True:
            header = _read_length(data, position, end)
            if header is None:
                break
            body, length = header
            if length > MAX_PACKET_BYTES:
                return MQTTErrorCode.MQTT_ERR_PROTOCOL
            after = body + length
            if after > end:
                break
            first = data[position]
            position = after
            if first & 0xF0 != _PUBLISH:
                result = self._hand_to_paho(first, data[body:after])
                if result or self._sock is None:
                    return result
                continue
            topic_end = body + 2 + (data[body] << 8 | data[body + 1])
            topic = data[body + 2 : topic_end].decode(errors="backslashreplace")
            if first & _QOS:
                token = first_token | data[topic_end] << 8 | data[topic_end + 1]
                arrived.append((topic, data[topic_end + 2 : after], token))
            else:
                arrived.append((topic, data[topic_end:after], first_token))
        self._unread = data[position:]
        return MQTTErrorCode.MQTT_ERR_SUCCESS

    def _hand_to_paho(self, first: int, body: bytes) -> MQTTErrorCode:
        """Have paho handle one packet as if it had read it."""
        self._in_packet = _in_packet(first, body)
        try:
            return self._packet_handle()
        except MalformedPacket:
            return MQTTErrorCode.MQTT_ERR_PROTOCOL
        finally:
            self._in_packet = _in_packet(0, b"")


def works(reader: type[FastClient] = FastClient) -> bool:
    """Whether `reader` does on this paho what it should; told in the log when not."""
    if version("paho-mqtt") != PAHO_VERSION:
        _log.warning("fast_reader_off", reason="paho version", found=version("paho-mqtt"))
        return False
    try:
        _prove(reader)
    except Exception as error:  # noqa: BLE001 - whatever it is, the stock reader serves
        _log.warning("fast_reader_off", reason=f"{type(error).__name__}: {error}")
        return False
    return True


def _prove(reader: type[FastClient]) -> None:
    """Read a stream in odd pieces from a socket that is none, and compare what comes out."""
    inbox = Inbox(cap=100)
    client = reader(inbox, "proof")
    payload = b"x" * 200
    publish = b"\x32\xcf\x01\x00\x03a/b\x01\x02" + payload
    stream = publish + b"\x40\x02\x00\x09" + b"\x30\x06\x00\x03a/bZ"
    client._sock = _Pieces([stream[:1], stream[1:4], stream[4:150], stream[150:]])  # type: ignore[assignment]  # noqa: SLF001 - a stand-in for the proof
    for _ in range(4):
        if client.loop_read():
            raise RuntimeError("the reader gave up")
    first = 1 << _PACKET_ID_BITS
    if inbox.take(10, 0) != [("a/b", payload, first | 0x0102), ("a/b", b"Z", first)]:
        raise RuntimeError("the reader misread")


class _Pieces:
    """Gives a stream in given pieces, one per read."""

    def __init__(self, pieces: list[bytes]) -> None:
        self._pieces = pieces

    def recv(self, size: int) -> bytes:
        del size
        return self._pieces.pop(0)

    def close(self) -> None:
        """Nothing is open; paho closes what it was given."""


def _read_length(data: bytes, position: int, end: int) -> tuple[int, int] | None:
    """Where the packet's body begins and how long it is; None while its header is incomplete."""
    length = shift = 0
    at = position + 1
    while at < end and shift <= 21:  # noqa: PLR2004 - four bytes of seven bits
        byte = data[at]
        at += 1
        length |= (byte & 0x7F) << shift
        if byte < 0x80:  # noqa: PLR2004 - the last byte of a length
            return at, length
        shift += 7
    return (at, MAX_PACKET_BYTES + 1) if shift > 21 else None  # noqa: PLR2004 - a fifth byte is malformed


def _in_packet(first: int, body: bytes) -> Any:
    """The state of paho's own reader after it has read this packet."""
    return {
        "command": first,
        "have_remaining": 1 if first else 0,
        "remaining_count": [],
        "remaining_mult": 1,
        "remaining_length": len(body),
        "packet": bytearray(body),
        "to_process": 0,
        "pos": 0,
    }

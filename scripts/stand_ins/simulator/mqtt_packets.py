"""MQTT 3.1.1 packets a pile needs, as bytes: CONNECT, PUBLISH, PUBACK, SUBSCRIBE, PINGREQ, DISCONNECT.

Source: OASIS MQTT Version 3.1.1, clauses 2.2 and 3.1 to 3.14. QoS 2 is never used.
"""

from __future__ import annotations

from collections.abc import Iterator

CONNACK, PUBLISH, PUBACK, SUBACK, PINGRESP = 2, 3, 4, 9, 13
PINGREQ_PACKET = b"\xc0\x00"
DISCONNECT_PACKET = b"\xe0\x00"
MAX_PACKET_BYTES = 65_536
SUBSCRIPTION_REFUSED = 0x80
_LENGTH_BYTES = 4
_CONNECT_FLAGS = 0b1110_1100  # user name, password, will retained, will QoS 1, will, keep the session


class PacketError(ValueError):
    """The broker sent what is not MQTT 3.1.1, or more than MAX_PACKET_BYTES at once."""


def connect_packet(
    client_id: str, password: str, keepalive_s: int, will_topic: str, will_payload: bytes
) -> bytes:
    """User name = client id; clean_session=False; the will is retained with QoS 1."""
    body = b"\x00\x04MQTT\x04" + bytes([_CONNECT_FLAGS]) + keepalive_s.to_bytes(2, "big")
    for part in (
        client_id.encode(),
        will_topic.encode(),
        will_payload,
        client_id.encode(),
        password.encode(),
    ):
        body += _field(part)
    return _packet(0x10, body)


def publish_packet(topic: str, payload: bytes, packet_id: int, *, retain: bool) -> bytes:
    flags = 0x32 | int(retain)
    return _packet(flags, _field(topic.encode()) + packet_id.to_bytes(2, "big") + payload)


def puback_packet(packet_id: int) -> bytes:
    return b"\x40\x02" + packet_id.to_bytes(2, "big")


def subscribe_packet(topic: str, packet_id: int) -> bytes:
    return _packet(0x82, packet_id.to_bytes(2, "big") + _field(topic.encode()) + b"\x01")


def parse_publish(flags: int, body: bytes) -> tuple[str, bytes, int]:
    """(topic, payload, packet id); the id is 0 for QoS 0."""
    topic_end = 2 + int.from_bytes(body[:2], "big")
    topic = body[2:topic_end].decode(errors="replace")
    if not flags & 0b0110:
        return topic, body[topic_end:], 0
    return topic, body[topic_end + 2 :], int.from_bytes(body[topic_end : topic_end + 2], "big")


class PacketReader:
    """Cuts a byte stream into packets."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[tuple[int, int, bytes]]:
        """Yield (type, flags, body) of every complete packet; PacketError when the stream makes no sense."""
        self._buffer += data
        while (found := self._header()) is not None:
            start, length = found
            if len(self._buffer) < start + length:
                return
            first, body = self._buffer[0], bytes(self._buffer[start : start + length])
            del self._buffer[: start + length]
            yield first >> 4, first & 0x0F, body

    def _header(self) -> tuple[int, int] | None:
        length = 0
        for index in range(_LENGTH_BYTES):
            if len(self._buffer) < index + 2:
                return None
            byte = self._buffer[index + 1]
            length |= (byte & 0x7F) << (7 * index)
            if not byte & 0x80:
                if length > MAX_PACKET_BYTES:
                    raise PacketError(f"a packet of {length} bytes")
                return index + 2, length
        raise PacketError("a packet length of more than four bytes")


def _field(part: bytes) -> bytes:
    return len(part).to_bytes(2, "big") + part


def _packet(first: int, body: bytes) -> bytes:
    header = bytearray([first])
    length = len(body)
    while True:
        length, byte = length >> 7, length & 0x7F
        header.append(byte | 0x80 if length else byte)
        if not length:
            return bytes(header) + body

"""Knocking at a broker with hand-made MQTT 3.1.1 bytes (OASIS MQTT 3.1.1, clause 3.1): no client library helps."""

import socket
from typing import Final

from tests.waiting import LIMIT_S

NO_ANSWER: Final = -1
_CONNACK: Final = 0x20


def field(value: bytes) -> bytes:
    """Two bytes of length and the value."""
    return len(value).to_bytes(2, "big") + value


def packet(first: int, body: bytes) -> bytes:
    """A control packet with its remaining length."""
    header, length = bytearray([first]), len(body)
    while True:
        length, byte = length >> 7, length & 0x7F
        header.append(byte | 0x80 if length else byte)
        if not length:
            return bytes(header) + body


def connect_packet(
    client_id: bytes, name: bytes | None, secret: bytes | None, *, is_clean: bool = True, level: int = 4
) -> bytes:
    """CONNECT; None leaves the user name or the password out."""
    flags = (0x80 if name is not None else 0) | (0x40 if secret is not None else 0) | (2 if is_clean else 0)
    body = b"\x00\x04MQTT" + bytes([level, flags, 0, 60]) + field(client_id)
    return packet(0x10, body + b"".join(field(value) for value in (name, secret) if value is not None))


def publish_packet(topic: bytes, payload: bytes, *, packet_id: int = 1, flags: int = 0x32) -> bytes:
    """PUBLISH with QoS 1 unless `flags` say otherwise."""
    return packet(flags, field(topic) + packet_id.to_bytes(2, "big") + payload)


def subscribe_packet(topic: bytes, *, packet_id: int = 1) -> bytes:
    return packet(0x82, packet_id.to_bytes(2, "big") + field(topic) + b"\x01")


def knock(port: int, connect: bytes, *, address: str = "127.0.0.1") -> int:
    """Ask to be let in on a new connection from this address: the code of the CONNACK, NO_ANSWER for a closed door."""
    with socket.create_connection(("127.0.0.1", port), LIMIT_S, source_address=(address, 0)) as raw:
        answer = b""
        try:
            raw.sendall(connect)
            while len(answer) < 4 and (part := raw.recv(4 - len(answer))):
                answer += part
        except ConnectionError:
            return NO_ANSWER
    return answer[3] if len(answer) == 4 and answer[0] == _CONNACK else NO_ANSWER


def throw(port: int, stones: bytes) -> None:
    """Send bytes on a new connection and wait until the broker has done with it; TimeoutError when it never does."""
    with socket.create_connection(("127.0.0.1", port), LIMIT_S) as raw:
        try:
            raw.sendall(stones)
            raw.shutdown(socket.SHUT_WR)
            while raw.recv(4_096):
                pass
        except TimeoutError:
            raise
        except OSError:
            return  # it hung up while we spoke

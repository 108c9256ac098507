"""MQTT 3.1.1 control packets in a byte stream: whole ones as frames, everything else as it came."""

from collections.abc import Iterator
from typing import Final, NamedTuple

PUBLISH: Final = 3
PUBACK: Final = 4
DISCONNECT: Final = 14
DUP: Final = 0x08
LARGEST_FRAME: Final = 64 * 1024
"""A longer packet is passed on piece by piece; ours are bounded by 20 KiB."""
_LONGEST_LENGTH: Final = 4


class Frame(NamedTuple):
    """One control packet as it came; `kind` 0 stands for bytes that are not known to be a whole one."""

    kind: int
    raw: bytes
    topic: str = ""
    packet_id: int = 0

    @property
    def is_publish_qos1(self) -> bool:
        return self.kind == PUBLISH and self.raw[0] & 0x06 == 0x02

    def as_repeat(self) -> "Frame":
        """The same PUBLISH marked as sent again."""
        return self._replace(raw=bytes([self.raw[0] | DUP]) + self.raw[1:])


class FrameReader:
    """Cuts what arrives into frames. Bytes that cannot be MQTT, and all after them, pass through untouched."""

    def __init__(self) -> None:
        self._held = b""
        self._passing = 0  # bytes of a long packet still to come
        self._is_foreign = False

    def feed(self, data: bytes) -> Iterator[Frame]:
        """The frames that are whole with these bytes, in order; a half one waits for the next call."""
        self._held += data
        while self._held:
            if self._is_foreign:
                yield self._take(len(self._held))
            elif self._passing:
                piece = self._take(min(self._passing, len(self._held)))
                self._passing -= len(piece.raw)
                yield piece
            else:
                head = _length(self._held)
                if head is None:
                    return
                size = sum(head)
                if size == 0:
                    self._is_foreign = True
                elif size > LARGEST_FRAME:
                    self._passing = size
                elif len(self._held) < size:
                    return
                else:
                    yield _parse(self._take(size).raw, head[0])

    def rest(self) -> bytes:
        """The beginning of a packet whose end never came."""
        return self._held

    def _take(self, count: int) -> Frame:
        taken, self._held = self._held[:count], self._held[count:]
        return Frame(0, taken)


def _length(data: bytes) -> tuple[int, int] | None:
    """Bytes of the fixed header and of the rest; None while they are not known, (0, 0) if that is no MQTT."""
    rest = 0
    for place, byte in enumerate(data[1 : 1 + _LONGEST_LENGTH]):
        rest |= (byte & 0x7F) << (7 * place)
        if not byte & 0x80:
            return place + 2, rest
    return (0, 0) if len(data) > _LONGEST_LENGTH else None


def _parse(raw: bytes, body_at: int) -> Frame:
    kind = raw[0] >> 4
    body = raw[body_at:]
    if kind == PUBACK and len(body) == 2:
        return Frame(PUBACK, raw, packet_id=int.from_bytes(body, "big"))
    if kind != PUBLISH:
        return Frame(kind, raw)
    topic_end = 2 + int.from_bytes(body[:2], "big")
    has_id = bool(raw[0] & 0x06)
    if len(body) < topic_end + 2 * has_id:
        return Frame(0, raw)
    topic = body[2:topic_end].decode(errors="replace")
    packet_id = int.from_bytes(body[topic_end : topic_end + 2], "big") if has_id else 0
    return Frame(PUBLISH, raw, topic, packet_id)

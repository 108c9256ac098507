"""One MQTT connection of one pile, as lean as a load of ten thousand needs: it says what it is told and counts.

Under the pile's own name and password, with its will, a session that the broker keeps, and QoS 1 both ways.
When something is said, and what a command is answered, is for the load that owns it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import TypeAlias, cast

from typing_extensions import override

from scripts.stand_ins.simulator import mqtt_packets as mqtt
from scripts.stand_ins.simulator.envelope import Envelope

KEEPALIVE_S = 60
CONNECT_LIMIT_S = 60.0
PACKET_IDS = 65_535

OnDown: TypeAlias = "Callable[[PileConnection, str, bytes], None]"
"""Called with the connection, the last part of the topic (`command`, `receipt`) and the payload."""
OnLost: TypeAlias = "Callable[[PileConnection], None]"


class PileConnection(asyncio.Protocol):
    """`sent` and `acked` count publishes since `connect`, which may be called again after an end.

    `on_lost` is called when it ends without `close` or `abort`. It never pings: a pile says something every 30 s.
    """

    __slots__ = (
        "_accepted",
        "_connects",
        "_drained",
        "_ended",
        "_is_ending",
        "_on_down",
        "_on_lost",
        "_reader",
        "_transport",
        "acked",
        "envelope",
        "pile_no",
        "sent",
    )

    def __init__(self, pile_no: str, boot: int, on_down: OnDown, on_lost: OnLost) -> None:
        self.pile_no = pile_no
        self.envelope = Envelope(boot, 0)
        self.sent = self.acked = 0
        self._on_down, self._on_lost = on_down, on_lost
        self._is_ending = False
        self._connects = 0
        self._reader = mqtt.PacketReader()
        self._transport: asyncio.Transport | None = None
        self._accepted: asyncio.Future[None] | None = None
        self._drained: asyncio.Future[None] | None = None
        self._ended: asyncio.Future[None] | None = None

    @property
    def unacked(self) -> int:
        """Publishes that the broker has not acknowledged."""
        return self.sent - self.acked

    async def connect(self, port: int, password: str) -> None:
        """Return once the broker took the pile and its subscription. Raises OSError or TimeoutError."""
        loop = asyncio.get_running_loop()
        self.sent = self.acked = 0
        self._is_ending = False
        self._connects += 1
        self._reader = mqtt.PacketReader()
        self._accepted = loop.create_future()
        will = self.envelope.stamp("online", now_ms(), online=False, conn=self._conn)
        packet = mqtt.connect_packet(
            self.pile_no, password, KEEPALIVE_S, self._up("online"), will.payload
        ) + mqtt.subscribe_packet(f"cp/v1/{self.pile_no}/down/#", 1)
        async with asyncio.timeout(CONNECT_LIMIT_S):
            await loop.create_connection(lambda: self, "127.0.0.1", port)
            self._write(packet)
            await self._accepted
        self._accepted = None

    async def wait_acked(self) -> None:
        """Return once every publish is acknowledged."""
        if self.unacked:
            self._drained = asyncio.get_running_loop().create_future()
            await self._drained

    async def wait_ended(self) -> None:
        """Return once the connection is gone, after `close` or `abort`."""
        if self._transport is not None:
            self._ended = asyncio.get_running_loop().create_future()
            await self._ended

    def say_birth(self) -> None:
        """The first thing that a connected pile says."""
        birth = self.envelope.stamp("online", now_ms(), online=True, conn=self._conn)
        self.publish("online", birth.payload, retain=True)

    def say(
        self, kind: str, *, connector: int | None = None, at_ms: int | None = None, **fields: object
    ) -> None:
        """Publish a message of the protocol, stamped with the next seq and `at_ms` (default: now)."""
        stamped = self.envelope.stamp(
            kind, now_ms() if at_ms is None else at_ms, connector=connector, **fields
        )
        self.publish(kind, stamped.payload)

    def publish(self, kind: str, payload: bytes, *, retain: bool = False) -> None:
        """Send at QoS 1 at once, whatever is unacknowledged."""
        self.sent += 1
        packet_id = (self.sent - 1) % PACKET_IDS + 1
        self._write(mqtt.publish_packet(self._up(kind), payload, packet_id, retain=retain))

    def close(self) -> None:
        """A clean end: the broker forgets the will."""
        self._write(mqtt.DISCONNECT_PACKET)
        self._end(lambda transport: transport.close())

    def abort(self) -> None:
        """Break off as a lost network does: the broker publishes the will."""
        self._end(lambda transport: transport.abort())

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is no subclass

    @override
    def data_received(self, data: bytes) -> None:
        for kind, flags, body in self._reader.feed(data):
            if kind == mqtt.PUBACK:
                self._count_ack()
            elif kind == mqtt.PUBLISH:
                topic, payload, packet_id = mqtt.parse_publish(flags, body)
                if packet_id:
                    self._write(mqtt.puback_packet(packet_id))
                self._on_down(self, topic.rpartition("/")[2], payload)
            elif kind in {mqtt.CONNACK, mqtt.SUBACK}:
                self._hear_answer(kind, body[-1])

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if self._ended is not None and not self._ended.done():
            self._ended.set_result(None)
        if self._accepted is not None and not self._accepted.done():
            self._accepted.set_exception(exc or ConnectionError(f"the broker left pile {self.pile_no}"))
        elif not self._is_ending:
            self._on_lost(self)

    @property
    def _conn(self) -> str:
        return f"c{self.envelope.boot}-{self._connects}"

    def _up(self, kind: str) -> str:
        return f"cp/v1/{self.pile_no}/up/{kind}"

    def _count_ack(self) -> None:
        self.acked += 1
        if self._drained is not None and not self._drained.done() and not self.unacked:
            self._drained.set_result(None)

    def _hear_answer(self, kind: int, code: int) -> None:
        if self._accepted is None or self._accepted.done():
            return
        is_refused = code == mqtt.SUBSCRIPTION_REFUSED if kind == mqtt.SUBACK else code != 0
        if is_refused:
            self._accepted.set_exception(ConnectionRefusedError(f"the broker refused pile {self.pile_no}"))
        elif kind == mqtt.SUBACK:
            self._accepted.set_result(None)

    def _write(self, packet: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(packet)

    def _end(self, end: Callable[[asyncio.Transport], None]) -> None:
        self._is_ending = True
        if self._transport is not None:
            end(self._transport)


def now_ms() -> int:
    """A pile's own clock: milliseconds since 1970."""
    return time.time_ns() // 1_000_000

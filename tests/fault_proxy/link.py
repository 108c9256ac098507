"""One connection through the proxy: two pumps, what they do to bytes on the way, and the ways it can end."""

import asyncio
import socket
import struct
from dataclasses import dataclass
from enum import Enum, auto
from random import Random
from typing import Final, Protocol

from tests.fault_proxy.frames import PUBACK, Frame, FrameReader
from tests.fault_proxy.mqtt_faults import FLUSH_S, MessageFaults, MqttFaults

READ_BYTES: Final = 64 * 1024
_ABORTIVE: Final = struct.pack("ii", 1, 0)


class Fate(Enum):
    """What becomes of a connection; "gone" sides are reset, the other side is left in the belief that all is well."""

    RESET = auto()
    BLACK_HOLE = auto()
    CLIENT_GONE = auto()
    SERVER_GONE = auto()


@dataclass(frozen=True, slots=True)
class Wire:
    """One direction. Each piece read waits `latency_s` and at most `jitter_s` more, and goes on in slices.

    A connection of which `limit_bytes` have passed is reset in the middle of whatever it says.
    """

    latency_s: float = 0.0
    jitter_s: float = 0.0
    slice_bytes: int = READ_BYTES
    limit_bytes: int | None = None


@dataclass(slots=True)
class Trap:
    """The first connection whose client sent pieces with all `patterns`, in this order, meets `fate` at the last.

    That piece is passed on before, or never is.
    """

    patterns: tuple[bytes, ...]
    fate: Fate
    is_passed_on: bool
    has_sprung: bool = False


@dataclass(slots=True)
class Conditions:
    """What holds for all connections now."""

    up: Wire
    down: Wire
    trap: Trap | None = None


class Side:
    """One end of a connection and the direction that leads to it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.written = 0

    def reset(self) -> None:
        """RST instead of a goodbye; what was not sent yet is lost."""
        plug = self.writer.get_extra_info("socket")
        if plug is not None and plug.fileno() >= 0:
            plug.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _ABORTIVE)
        self.writer.transport.abort()


class Passing(Protocol):
    """Takes what was read from one side; gives the pieces for the other side."""

    def feed(self, data: bytes) -> list[bytes]: ...

    def flush(self) -> list[bytes]: ...

    def end(self) -> list[bytes]: ...

    @property
    def is_waiting(self) -> bool: ...


class Plain:
    """Bytes as they came."""

    is_waiting = False

    def feed(self, data: bytes) -> list[bytes]:
        return [data]

    def flush(self) -> list[bytes]:
        return []

    end = flush


class Messages:
    """Frames in one direction; acknowledgements of the other direction's messages pass here too."""

    def __init__(self, own: MessageFaults, other: MessageFaults) -> None:
        self.own = own
        self._other = other
        self._reader = FrameReader()

    @property
    def is_waiting(self) -> bool:
        return self.own.is_waiting

    def feed(self, data: bytes) -> list[bytes]:
        return [frame.raw for one in self._reader.feed(data) for frame in self._take(one)]

    def flush(self) -> list[bytes]:
        return [frame.raw for frame in self.own.flush()]

    def release(self) -> list[bytes]:
        return [frame.raw for frame in self.own.release()]

    def end(self) -> list[bytes]:
        return [*self.release(), self._reader.rest()]

    def _take(self, frame: Frame) -> list[Frame]:
        if frame.kind == PUBACK:
            return [frame] if self._other.is_last_acknowledgement(frame) else []
        return self.own.take(frame)


class Link:
    """A client's connection and ours to the server. `run` returns when both directions have ended."""

    def __init__(
        self, client: Side, server: Side, conditions: Conditions, number: int, mqtt: MqttFaults | None
    ) -> None:
        self._client = client
        self._server = server
        self._conditions = conditions
        self._is_swallowing = False
        self._trap: Trap | None = None
        self._steps = 0
        self._jitter = Random(f"jitter/{number}")
        self.up, self.down = _passing(mqtt, number)

    async def run(self) -> None:
        """Carry bytes both ways until both sides have ended, or until cancelled."""
        pumps = [
            asyncio.create_task(self._pump(self._client, self._server, self.up, is_up=True)),
            asyncio.create_task(self._pump(self._server, self._client, self.down, is_up=False)),
        ]
        try:
            await asyncio.wait(pumps)
        finally:
            for pump in pumps:
                pump.cancel()

    def meet(self, fate: Fate) -> None:
        """End this connection in that way; a black hole ends it only for those who wait for an answer."""
        if fate in {Fate.RESET, Fate.CLIENT_GONE}:
            self._client.reset()
        if fate in {Fate.RESET, Fate.SERVER_GONE}:
            self._server.reset()
        self._is_swallowing = fate is not Fate.RESET

    def release(self) -> None:
        """Send on the messages that are held, in both directions."""
        for passing, target in ((self.up, self._server), (self.down, self._client)):
            if isinstance(passing, Messages):
                self._write(target, passing.release())

    async def _pump(self, source: Side, target: Side, passing: Passing, *, is_up: bool) -> None:
        """Until the source ends; then the target is told, unless one side is to believe in the connection."""
        try:
            while data := await source.reader.read(READ_BYTES):
                trap = self._sprung_trap(data) if is_up else None
                if trap is not None and not trap.is_passed_on:
                    self.meet(trap.fate)
                await self._send(target, passing.feed(data), is_up=is_up)
                if passing.is_waiting:
                    asyncio.get_running_loop().call_later(FLUSH_S, self._flush, target, passing)
                if trap is not None and trap.is_passed_on:
                    await target.writer.drain()
                    self.meet(trap.fate)
            self._write(target, passing.end())
        except OSError:
            if not self._is_swallowing:
                target.reset()
            return
        if not self._is_swallowing:
            target.writer.close()

    async def _send(self, target: Side, pieces: list[bytes], *, is_up: bool) -> None:
        wire = self._conditions.up if is_up else self._conditions.down
        if wire.latency_s or wire.jitter_s:  # one piece after the other: the order stays
            await asyncio.sleep(wire.latency_s + self._jitter.random() * wire.jitter_s)
        for piece in [] if self._is_swallowing else pieces:
            for start in range(0, len(piece), wire.slice_bytes):
                part = piece[start : start + wire.slice_bytes]
                if wire.limit_bytes is not None and target.written + len(part) > wire.limit_bytes:
                    self._write(target, [part[: wire.limit_bytes - target.written]])
                    await target.writer.drain()
                    self.meet(Fate.RESET)
                    return
                self._write(target, [part])
                await target.writer.drain()

    def _write(self, target: Side, pieces: list[bytes]) -> None:
        if self._is_swallowing or target.writer.transport.is_closing():
            return
        for piece in pieces:
            target.writer.write(piece)
            target.written += len(piece)

    def _flush(self, target: Side, passing: Passing) -> None:
        self._write(target, passing.flush())

    def _sprung_trap(self, data: bytes) -> Trap | None:
        trap = self._conditions.trap
        if trap is not self._trap:
            self._trap, self._steps = trap, 0
        if trap is None or trap.has_sprung or trap.patterns[self._steps] not in data:
            return None
        self._steps += 1
        trap.has_sprung = self._steps == len(trap.patterns)
        return trap if trap.has_sprung else None


def _passing(mqtt: MqttFaults | None, number: int) -> tuple[Passing, Passing]:
    if mqtt is None:
        return Plain(), Plain()
    up = MessageFaults(lambda: mqtt.up, _random(mqtt, number, "up"), mqtt.counts)
    down = MessageFaults(lambda: mqtt.down, _random(mqtt, number, "down"), mqtt.counts)
    return Messages(up, down), Messages(down, up)


def _random(mqtt: MqttFaults, number: int, direction: str) -> Random:
    return Random(f"{mqtt.seed}/{number}/{direction}")

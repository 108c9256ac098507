"""The proxy itself: it listens, keeps the connections and carries out what a test asks for on its own thread."""

import asyncio
import contextlib
import socket
from collections.abc import Callable
from typing import Final, Self

from tests.async_actors import LoopThread
from tests.fault_proxy.link import Conditions, Fate, Link, Side, Trap, Wire
from tests.fault_proxy.mqtt_faults import MqttFaults
from tests.waiting import LIMIT_S

HOST: Final = "127.0.0.1"


class FaultProxy:
    """`with FaultProxy(host, port) as wire:` listens on `wire.port` of 127.0.0.1. Every method is for any thread.

    New connections meet the conditions that hold when they come; `mqtt` adds faults of single messages.
    """

    def __init__(self, host: str, port: int, *, mqtt: MqttFaults | None = None) -> None:
        self.host = HOST
        self.port = 0
        self.mqtt = mqtt
        self.accepted = 0
        self._upstream = (host, port)
        self._conditions = Conditions(up=Wire(), down=Wire())
        self._links: set[Link] = set()
        self._served: set[asyncio.Task[None]] = set()
        self._is_black_hole = False
        self._listener: socket.socket | None = None

    def __enter__(self) -> Self:
        self._loop = LoopThread()
        self._loop.first(self._listen())
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.last(self._close())

    @property
    def open_links(self) -> int:
        """Connections that have not ended on either side."""
        return len(self._links)

    @property
    def trap_has_sprung(self) -> bool:
        """Whether the trap that was set last has met its piece."""
        trap = self._conditions.trap
        return trap is not None and trap.has_sprung

    def spoil(self, *, up: Wire | None = None, down: Wire | None = None) -> None:
        """From now on, for open connections too, treat what goes to the server (up) and comes back so."""
        self._conditions.up, self._conditions.down = up or Wire(), down or Wire()

    def trap(self, *patterns: bytes, fate: Fate, is_passed_on: bool = False) -> None:
        """Once: the connection whose client sends these, each in a piece, meets `fate` before or after the last."""
        self._conditions.trap = Trap(patterns, fate, is_passed_on)

    def cut(self, fate: Fate = Fate.RESET) -> None:
        """Let every open connection meet `fate` now; new ones are served."""
        self._each(lambda link: link.meet(fate))

    def black_hole(self) -> None:
        """Swallow everything on every connection, and on new ones, which are accepted and never answered."""
        self._is_black_hole = True
        self.cut(Fate.BLACK_HOLE)

    def refuse(self) -> None:
        """Reset every connection and listen no more, as a host does whose server is down."""
        self._loop.run(self._stop_listening())
        self.cut()

    def heal(self) -> None:
        """Serve new connections well again. What was swallowed stays lost: such connections are reset."""
        was_black_hole, self._is_black_hole = self._is_black_hole, False
        self.spoil()
        self._conditions.trap = None
        if was_black_hole:
            self.cut()
        self._loop.run(self._listen())

    def release(self) -> None:
        """Send on every message that a plan holds."""
        self._each(Link.release)

    def _each(self, act: Callable[[Link], None]) -> None:
        async def acted() -> None:
            for link in tuple(self._links):
                act(link)

        self._loop.run(acted())

    async def _listen(self) -> None:
        if self._listener is None:
            self._listener = socket.create_server((HOST, self.port))
            self._listener.setblocking(False)
            self.port = self._listener.getsockname()[1]
            asyncio.get_running_loop().add_reader(self._listener, self._accept, self._listener)

    async def _stop_listening(self) -> None:
        if self._listener is not None:
            asyncio.get_running_loop().remove_reader(self._listener)
            self._listener.close()
            self._listener = None

    async def _close(self) -> None:
        await self._stop_listening()
        for task in self._served:
            task.cancel()
        if self._served:
            await asyncio.wait(self._served, timeout=LIMIT_S)

    def _accept(self, listener: socket.socket) -> None:
        """One connection, ours from here on: asyncio's own server loses one that comes while it closes."""
        try:
            plug, _ = listener.accept()
        except OSError:  # gone again
            return
        self.accepted += 1
        task = asyncio.get_running_loop().create_task(self._serve(plug, self.accepted))
        self._served.add(task)
        task.add_done_callback(self._served.discard)
        task.add_done_callback(lambda _: plug.close())  # also of a task that was cancelled before it began

    async def _serve(self, plug: socket.socket, number: int) -> None:
        client = Side(*await asyncio.open_connection(sock=plug))
        try:
            with contextlib.suppress(OSError):  # nobody is there: the client is reset
                async with asyncio.timeout(LIMIT_S):
                    server = Side(*await asyncio.open_connection(*self._upstream))
                await self._carry(client, server, number)
        finally:
            client.reset()

    async def _carry(self, client: Side, server: Side, number: int) -> None:
        link = Link(client, server, self._conditions, number, self.mqtt)
        if self._is_black_hole:
            link.meet(Fate.BLACK_HOLE)
        self._links.add(link)
        try:
            await link.run()
        finally:
            self._links.discard(link)
            link.meet(Fate.RESET)

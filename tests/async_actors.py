"""A simulated pile and a listener to the live feed, each on a thread of its own, so that a test needs not be async."""

import asyncio
import json
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, Self, TypeVar

from tornado.websocket import WebSocketClientConnection, websocket_connect

from scripts.stand_ins.simulator import PileSettings, PileSpec, SimulatedPile
from scripts.stand_ins.simulator.envelope import UpMessage
from tests.waiting import LIMIT_S

T = TypeVar("T")


class LoopThread:
    """An event loop that runs until `end`."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._ended = asyncio.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def begin(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """What the coroutine gives; TimeoutError when that takes clearly more than LIMIT_S."""
        return self.begin(work).result(LIMIT_S + 5)

    def first(self, work: Coroutine[Any, Any, T]) -> T:
        """`run`, and an end when that fails: what a test enters either works or leaves nothing behind."""
        try:
            return self.run(work)
        except BaseException:
            self.end()
            raise

    def last(self, work: Coroutine[Any, Any, T]) -> T:
        """`run`, and an end whatever comes of it."""
        try:
            return self.run(work)
        finally:
            self.end()

    def end(self) -> None:
        """What still runs is cancelled, and has come to its end when this returns."""
        self._loop.call_soon_threadsafe(self._ended.set)
        self._thread.join(LIMIT_S)
        assert not self._thread.is_alive(), "the loop did not end"

    def _serve(self) -> None:
        with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
            runner.run(self._ended.wait())


class RunningPile:
    """A simulated pile; `said` is every message it handed to its connection."""

    def __init__(self, spec: PileSpec, host: str, port: int, settings: PileSettings) -> None:
        self.said: list[UpMessage] = []
        self._pile = SimulatedPile(spec, host, port, settings=settings, observe=self.said.append)

    def __enter__(self) -> Self:
        self._loop = LoopThread()
        self._loop.first(self._pile.__aenter__())
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.last(self._pile.__aexit__(None, None, None))

    def do(self, act: Callable[[SimulatedPile], T]) -> T:
        """Act on the pile, or look at it, on its own thread."""

        async def acted() -> T:
            return act(self._pile)

        return self._loop.run(acted())

    def wait(self, check: Callable[[SimulatedPile], bool]) -> None:
        """Return as soon as `check(pile)` holds; TimeoutError after LIMIT_S."""
        self._loop.run(self._pile.wait_until(check, LIMIT_S))

    def reconnect(self) -> None:
        """Lose the network for a moment."""
        self.do(lambda one: one.go_offline())
        self.do(lambda one: one.come_online())

    def messages(self, *names: str) -> list[UpMessage]:
        """What it said of these kinds, each message once however often it was sent."""
        said = {message.id: message for message in list(self.said) if message.name in names}
        return list(said.values())


class FeedListener:
    """A subscriber to one topic of `/ws`: `data` is the snapshot with all deltas laid over it."""

    def __init__(self, api_url: str, token: str, topic: str) -> None:
        self.data: dict[str, Any] = {}
        self.frames = 0
        self._url = f"ws{api_url.removeprefix('http')}/ws"
        self._first = ({"op": "auth", "token": token}, {"op": "sub", "topic": topic})
        self._topic = topic

    def __enter__(self) -> Self:
        self._loop = LoopThread()
        self._connection = self._loop.first(self._connect())
        self._listening = self._loop.begin(self._listen())
        return self

    def __exit__(self, *_: object) -> None:
        """Leave; raises what the listening met, such as a frame out of order."""
        try:
            self._loop.run(self._close())
            self._listening.result(LIMIT_S)
        finally:
            self._loop.end()

    async def _connect(self) -> WebSocketClientConnection:
        connection = await websocket_connect(self._url, connect_timeout=LIMIT_S)
        for frame in self._first:
            await connection.write_message(json.dumps(frame))
        return connection

    async def _listen(self) -> None:
        while isinstance(text := await self._connection.read_message(), str):
            frame = json.loads(text)
            self.frames += 1
            assert (frame["topic"], frame["seq"]) == (self._topic, self.frames), frame
            assert frame["kind"] == ("snapshot" if self.frames == 1 else "delta"), frame
            self.data = {**self.data, **frame["data"]}

    async def _close(self) -> None:
        self._connection.close()

"""The live feed's real server in the test's own loop, and a client that reads its frames with a deadline."""

import asyncio
import contextlib
import functools
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, ParamSpec

import tornado.httpclient
import tornado.httpserver
import tornado.netutil
from tornado.websocket import WebSocketClientConnection, websocket_connect

from backend.api.app import make_app
from backend.api.feed.door import FeedLimits
from backend.api.feed.live_feed import Feed
from backend.api.http.parts import Parts
from tests.waiting import LIMIT_S

P = ParamSpec("P")


def in_loop(test: Callable[P, Awaitable[None]]) -> Callable[P, None]:
    """Run an async test in a loop of its own."""

    @functools.wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        async def whole() -> None:
            await test(*args, **kwargs)

        asyncio.run(whole())

    return run


class FeedClient:
    """One connection; every wait ends in an assertion instead of hanging."""

    def __init__(self, connection: WebSocketClientConnection) -> None:
        self.connection = connection

    async def send(self, **frame: object) -> None:
        await self.connection.write_message(json.dumps(frame))

    async def read(self) -> Any:
        """The next frame; None when the server closed."""
        text = await asyncio.wait_for(self.connection.read_message(), LIMIT_S)
        return None if text is None else json.loads(text)

    async def read_until(self, accept: Callable[[Any], bool]) -> Any:
        """The first frame that `accept` takes; the ones before it are dropped."""
        while True:
            frame = await self.read()
            assert frame is not None, f"closed: {self.connection.close_code} {self.connection.close_reason}"
            if accept(frame):
                return frame

    async def close_code(self) -> int | None:
        """The code the server closes with; frames before it are dropped."""
        while await self.read() is not None:
            pass
        return self.connection.close_code

    def close(self) -> None:
        self.connection.close()


class FeedServer:
    """A running feed at `url`."""

    def __init__(self, url: str, feed: Feed) -> None:
        self.url = url
        self.feed = feed
        self._clients: list[FeedClient] = []

    async def connect(self, token: str | None = None, headers: Mapping[str, str] | None = None) -> FeedClient:
        """A connection; with a token it has sent its first frame."""
        request = tornado.httpclient.HTTPRequest(self.url, headers=dict(headers or {}))
        client = FeedClient(await asyncio.wait_for(websocket_connect(request), LIMIT_S))
        self._clients.append(client)
        if token is not None:
            await client.send(op="auth", token=token)
        return client

    def close_clients(self) -> None:
        for client in self._clients:
            client.close()


@contextlib.asynccontextmanager
async def running_feed(
    *, limits: FeedLimits | None = None, allowed_origins: tuple[str, ...] = ()
) -> AsyncIterator[FeedServer]:
    """A started server, stopped at the end."""
    (socket,) = tornado.netutil.bind_sockets(0, "127.0.0.1")
    port = socket.getsockname()[1]
    parts = Parts.make(f"http://127.0.0.1:{port}")
    feed = Feed(parts, allowed_origins=allowed_origins, limits=limits)
    server = tornado.httpserver.HTTPServer(make_app(parts, more_urls=feed.urls))
    server.add_sockets([socket])
    feed.start()
    running = FeedServer(f"ws://127.0.0.1:{port}/ws", feed)
    try:
        yield running
    finally:
        running.close_clients()
        server.stop()
        await feed.close()
        await server.close_all_connections()
        parts.lanes.close()


async def subscribe(client: FeedClient, topic: str) -> Any:
    """Ask for a topic and return the first frame about it."""
    await client.send(op="sub", topic=topic)
    return await client.read_until(lambda frame: frame.get("topic", topic) == topic)


async def until(is_true: Callable[[], bool]) -> None:
    """Return as soon as it holds; AssertionError when that takes longer than a frame may."""
    deadline = asyncio.get_running_loop().time() + LIMIT_S
    while not is_true():
        assert asyncio.get_running_loop().time() < deadline
        await asyncio.sleep(0.01)

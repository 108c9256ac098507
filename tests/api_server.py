"""The API's real server on a free port, in a thread of the test, over the database the test is bound to."""

import asyncio
import contextlib
import threading
from collections.abc import Iterable, Iterator

import tornado.httpserver
import tornado.netutil

from backend.api.app import URL_TABLE, make_app
from backend.api.http import limits
from backend.api.http.exchange import MAX_DROPPED_BYTES
from backend.api.http.parts import Parts
from backend.api.http.route import Route
from backend.api.http.transfers import Transfer
from backend.api.routes import TRANSFERS
from scripts.local.door import Door
from tests.waiting import LIMIT_S


class ApiClient(Door):
    """The connection of whoever the test is."""

    def as_owner_of(self, token: str) -> "ApiClient":
        """Another session with this token."""
        return ApiClient(self.base_url, token)


@contextlib.contextmanager
def running_api(
    routes: Iterable[Route] = URL_TABLE, *, transfers: Iterable[Transfer] = TRANSFERS
) -> Iterator[ApiClient]:
    """A started server with these routes, stopped at the end. Limits count anew for each server."""
    limits.forget_all()
    started = threading.Event()
    state: dict[str, object] = {}

    async def serve() -> None:
        (socket,) = tornado.netutil.bind_sockets(0, "127.0.0.1")
        base_url = f"http://127.0.0.1:{socket.getsockname()[1]}"
        parts = Parts.make(base_url)
        server = tornado.httpserver.HTTPServer(
            make_app(parts, routes=routes, transfers=transfers), max_body_size=MAX_DROPPED_BYTES
        )
        server.add_sockets([socket])
        stop = asyncio.Event()
        state.update(base_url=base_url, loop=asyncio.get_running_loop(), stop=stop)
        started.set()
        await stop.wait()
        server.stop()
        await server.close_all_connections()
        parts.lanes.close()

    thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
    thread.start()
    assert started.wait(LIMIT_S), "the API did not start"
    client = ApiClient(str(state["base_url"]))
    try:
        yield client
    finally:
        client.close()
        loop, stop = state["loop"], state["stop"]
        assert isinstance(loop, asyncio.AbstractEventLoop)
        assert isinstance(stop, asyncio.Event)
        loop.call_soon_threadsafe(stop.set)
        thread.join(LIMIT_S)
        assert not thread.is_alive(), "the API did not stop"

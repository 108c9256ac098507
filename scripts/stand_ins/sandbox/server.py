"""One process, one port, three logical hosts: the mini-program API, WeChat Pay and Alipay, the control addresses beside."""

import asyncio
import contextlib
import logging
import signal
from collections.abc import AsyncIterator

import tornado.web
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_sockets

from scripts.stand_ins.sandbox import alipay_api, alipay_cashier, control, pay_api, wechat_api
from scripts.stand_ins.sandbox.config import Identity
from scripts.stand_ins.sandbox.handler import NotFoundHandler
from scripts.stand_ins.sandbox.world import World, new_world

MAX_BODY_BYTES = 1_048_576
IDLE_LIMIT_S = 75
BODY_LIMIT_S = 30

_log = logging.getLogger("sandbox.requests")


@contextlib.asynccontextmanager
async def running(identity: Identity, host: str, port: int, speed: float) -> AsyncIterator[int]:
    """Serve while inside; gives the port. OSError when it cannot be bound."""
    sockets = bind_sockets(port, host)
    world = new_world(identity, speed)
    server = HTTPServer(
        _application(world),
        max_body_size=MAX_BODY_BYTES,
        max_buffer_size=2 * MAX_BODY_BYTES,
        idle_connection_timeout=IDLE_LIMIT_S,
        body_timeout=BODY_LIMIT_S,
    )
    server.add_sockets(sockets)
    try:
        yield sockets[0].getsockname()[1]
    finally:
        server.stop()
        await world.stop()
        await server.close_all_connections()


async def serve_until_signal(identity: Identity, host: str, port: int, speed: float) -> None:
    """Serve, say so in one line, and end at SIGTERM or SIGINT."""
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    async with running(identity, host, port, speed) as bound_port:
        shown_host = f"[{host}]" if ":" in host else host
        print(f"sandbox ready http://{shown_host}:{bound_port}", flush=True)
        await stopping.wait()


def _application(world: World) -> tornado.web.Application:
    urls = [*wechat_api.URLS, *pay_api.URLS, *alipay_api.URLS, *alipay_cashier.URLS, *control.URLS]
    urls.append((r".*", NotFoundHandler))
    return tornado.web.Application(
        [(pattern, handler, {"world": world}) for pattern, handler in urls], log_function=_log_request
    )


def _log_request(handler: tornado.web.RequestHandler) -> None:
    # The path without the query: that one carries the secret of the mini-program.
    request = handler.request
    _log.info("answered method=%s path=%s status=%s", request.method, request.path, handler.get_status())

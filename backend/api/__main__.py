"""`python -m backend.api`: the HTTP processes. Configuration errors and a taken port are one sentence each.

With `api.processes` > 1 the port is bound once and shared by forked children (processes.py); threads and
connections are made in the children only.
"""

import asyncio
import signal
import socket
import sys
from collections.abc import Coroutine
from typing import Any, Final, NoReturn

import structlog
import tornado.httpserver
import tornado.netutil

from backend import live
from backend.api.app import make_app
from backend.api.feed.live_feed import Feed
from backend.api.http.exchange import BODY_TIMEOUT_S, MAX_DROPPED_BYTES
from backend.api.http.parts import MapTiles, Parts
from backend.api.http.processes import fork_children
from backend.api.pages.static_web import admin_urls
from backend.collector import calm_collector
from backend.config import ConfigError, Settings, load
from backend.connect_gateways import (
    connect_files,
    connect_gateways,
    connect_pile_broker,
    connect_sealer,
)
from backend.log import configure_log
from backend.models.engine import database
from backend.self_check import require_safe

EXIT_CONFIG: Final = 2
STOP_LIMIT_S: Final = 8.0
IDLE_CONNECTION_S: Final = 75.0
MAX_HEADER_BYTES: Final = 16 * 1024
BACKLOG: Final = 1024
SWITCH_INTERVAL_S: Final = 0.0005
"""A query's thread that heard from the database waits no longer than this for the loop's. At Python's own 5 ms, a read
of six round trips beside a busy loop waited 30 ms for nothing."""

_log = structlog.get_logger(__name__)


def main() -> NoReturn:
    """Serve until SIGTERM or SIGINT; exit status 0, or 2 with one sentence when it cannot start."""
    try:
        settings = load()
        configure_log(level=settings.log.level, style=settings.log.format)
        require_safe(settings, "api")
        sockets = _bind(settings)
    except ConfigError as error:
        _refuse(str(error))
    if settings.api.processes > 1:
        fork_children(settings.api.processes, no_restart=frozenset({0, EXIT_CONFIG}))
    try:
        database.connect(settings.database_url)
        live.connect(settings.redis.url or None)
        connect_gateways(settings)
        connect_files(settings)
        connect_sealer(settings)
        connect_pile_broker(settings)
    except (ConfigError, ValueError) as error:
        _refuse(str(error))
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    _run(_serve(settings, sockets))
    sys.exit(0)


def _refuse(sentence: str) -> NoReturn:
    print(f"✗ {sentence}", file=sys.stderr)  # noqa: T201 - for the person at the terminal; logging may not be up
    sys.exit(EXIT_CONFIG)


def _bind(settings: Settings) -> list[socket.socket]:
    try:
        return tornado.netutil.bind_sockets(settings.api.port, settings.api.host or None, backlog=BACKLOG)
    except OSError as error:
        where = f"{settings.api.host}:{settings.api.port}"
        raise ConfigError(f"api: cannot listen on {where}: {error.strerror or error}") from None


def _run(work: Coroutine[Any, Any, None]) -> None:
    try:
        import uvloop  # noqa: PLC0415 - not on every platform
    except ImportError:
        asyncio.run(work)
    else:
        uvloop.run(work)


async def _serve(settings: Settings, sockets: list[socket.socket]) -> None:
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    tiles = MapTiles(settings.map.tiles_url, settings.map.tiles_system, settings.map.attribution)
    parts = Parts.make(settings.api.public_url, tiles)
    feed = Feed(parts, allowed_origins=settings.api.allowed_origins)
    server = tornado.httpserver.HTTPServer(
        make_app(parts, more_urls=[*feed.urls, *admin_urls(images_from=tiles.url)]),
        xheaders=settings.api.behind_proxy,
        max_header_size=MAX_HEADER_BYTES,
        max_body_size=MAX_DROPPED_BYTES,
        body_timeout=BODY_TIMEOUT_S,
        idle_connection_timeout=IDLE_CONNECTION_S,
    )
    server.add_sockets(sockets)
    feed.start()
    calm_collector()
    _log.info("api_ready", host=settings.api.host, port=settings.api.port)
    await stopping.wait()
    parts.traffic.is_draining = True
    server.stop()
    is_idle, _ = await asyncio.gather(parts.traffic.wait_idle(STOP_LIMIT_S), feed.close())
    if not is_idle:
        _log.warning("api_stopped_with_open_requests")
    await server.close_all_connections()
    parts.lanes.close()
    live.close()
    _log.info("api_stopped")


if __name__ == "__main__":
    main()

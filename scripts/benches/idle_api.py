"""The ceiling of the API bench: a Tornado handler that does nothing, on uvloop, in a process of its own."""

from __future__ import annotations

import asyncio
import sys

import tornado.httpserver
import tornado.web
import uvloop
from typing_extensions import override

READY = "idle_api_ready"
ANSWER = b'{"ok":true}'


class IdleHandler(tornado.web.RequestHandler):
    """Answers a constant."""

    @override
    def get(self) -> None:
        self.set_header("Content-Type", "application/json")
        self.finish(ANSWER)

    @override
    def compute_etag(self) -> None:
        """As our own handler: nothing is hashed."""


async def serve(port: int) -> None:
    """Until the process is ended."""
    server = tornado.httpserver.HTTPServer(
        tornado.web.Application([("/", IdleHandler)], log_function=_log_none)
    )
    server.listen(port, "127.0.0.1")
    print(READY, flush=True)
    await asyncio.Event().wait()


def _log_none(_: tornado.web.RequestHandler) -> None:
    """Our own handler writes no access log either."""


if __name__ == "__main__":
    uvloop.run(serve(int(sys.argv[1])))

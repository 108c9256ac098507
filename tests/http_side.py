"""The other side of an HTTP call in a test: a server on a free port, in a thread of its own."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from typing_extensions import override

POLL_S = 0.01
Answering = Callable[[BaseHTTPRequestHandler, bytes], None]
"""Answers a request with this body, on a thread of the request's own."""


@contextmanager
def serving(answer: Answering) -> Iterator[str]:
    """GET and POST; the value is the base URL, such as http://127.0.0.1:4711. At the end nothing is being answered."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self, self.rfile.read(int(self.headers.get("Content-Length") or 0)))

        do_POST = do_GET  # noqa: N815 - http.server finds methods by this name

        @override
        def log_message(self, format: str, *args: object) -> None:
            """Say nothing on the console of the tests."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = False  # closing waits for the others only
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": POLL_S})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def say_status(request: BaseHTTPRequestHandler, status: int, body: bytes = b"") -> None:
    """An answer, without a body if none is given."""
    request.send_response(status)
    if status != HTTPStatus.NO_CONTENT:
        request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    request.wfile.write(body)

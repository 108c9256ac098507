"""An S3-compatible store over real HTTP, in memory: it checks every signature by itself and shares no code with the product."""

import contextlib
import hashlib
import hmac
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from typing_extensions import override

ACCESS_KEY = "AKIATESTSTANDIN"
SECRET_KEY = "secret/of+the/stand-in"
REGION = "cn-test-1"
BUCKET = "xinxiang"


class S3StandIn:
    """`objects` by path; `refused` counts requests whose signature or digest was wrong. `status`: answer all with this."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.refused: list[str] = []
        self.puts = 0
        self.status = 0
        self.url = ""


@contextlib.contextmanager
def running_s3() -> Iterator[S3StandIn]:
    """A store on a free port of this machine, stopped at the end."""
    state = S3StandIn()

    class Handler(_Handler):
        store = state

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    store: S3StandIn

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self._is_admitted(body):
            self.store.objects[self.path] = body
            self.store.puts += 1
            self._answer(200)

    def do_HEAD(self) -> None:
        self._send()

    def do_GET(self) -> None:
        self._send()

    def do_DELETE(self) -> None:
        if self._is_admitted(b""):
            self.store.objects.pop(self.path, None)
            self._answer(204)

    @override
    def log_message(self, format: str, *args: Any) -> None:
        """Quietly."""

    def _send(self) -> None:
        if not self._is_admitted(b""):
            return
        body = self.store.objects.get(self.path)
        if body is None:
            self._answer(404)
            return
        wanted = self.headers.get("Range", "")
        if wanted:
            first, last = wanted.removeprefix("bytes=").split("-")
            body = body[int(first) : int(last) + 1 if last else None]
        self._answer(206 if wanted else 200, body)

    def _is_admitted(self, body: bytes) -> bool:
        if self.store.status:
            self._answer(self.store.status)
            return False
        is_sound = self.headers["x-amz-content-sha256"] == hashlib.sha256(body).hexdigest()
        if is_sound and hmac.compare_digest(self.headers["Authorization"], self._expected()):
            return True
        self.store.refused.append(self.path)
        self._answer(403)
        return False

    def _expected(self) -> str:
        """The signature by the recipe of AWS for a path without a query."""
        at = self.headers["x-amz-date"]
        digest = self.headers["x-amz-content-sha256"]
        lines = [self.command, self.path, "", f"host:{self.headers['Host']}"]
        lines += [f"x-amz-content-sha256:{digest}", f"x-amz-date:{at}", ""]
        lines += ["host;x-amz-content-sha256;x-amz-date", digest]
        scope = f"{at[:8]}/{REGION}/s3/aws4_request"
        hashed = hashlib.sha256("\n".join(lines).encode()).hexdigest()
        key = ("AWS4" + SECRET_KEY).encode()
        for part in [*scope.split("/"), f"AWS4-HMAC-SHA256\n{at}\n{scope}\n{hashed}"]:
            key = hmac.digest(key, part.encode(), "sha256")
        signed = "SignedHeaders=host;x-amz-content-sha256;x-amz-date"
        return f"AWS4-HMAC-SHA256 Credential={ACCESS_KEY}/{scope},{signed},Signature={key.hex()}"

    def _answer(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

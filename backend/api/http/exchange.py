"""One request and its answer, the same for every route: limits, login, scope, decoding, errors and headers.

It speaks to Tornado's HTTP server directly: `RequestHandler` takes more time than all of this (docs/adr/0010).
It decides nothing about charging: a route's function does one service call and returns a struct.
"""

import asyncio
import functools
import http.client
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import unquote_to_bytes

import msgspec
import structlog
from tornado import httputil
from typing_extensions import override

from backend.api.http import metrics
from backend.api.http.admission import admit, refusal_headers
from backend.api.http.call import Call
from backend.api.http.decode import decode_body, decode_query
from backend.api.http.errors import describe, describe_internal
from backend.api.http.parts import Parts
from backend.api.http.route import Reply, Route, Scope
from backend.domain import errors
from backend.gateways.clock import monotonic_s, now_s, utc_now

MAX_BODY_BYTES: Final = 64 * 1024
# A larger body is read and dropped up to here; the server (__main__.py) hangs up beyond.
MAX_DROPPED_BYTES: Final = 4 * 1024 * 1024
MAX_LENGTH_DIGITS: Final = 12
BODY_TIMEOUT_S: Final = 10.0
JSON: Final = "application/json; charset=utf-8"
HEADERS: Final = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
_KEY: Final = re.compile(r"[!-~]{1,80}")
_LENGTH: Final = re.compile(r"[0-9]+")
_UNREADABLE: Final = "地址或请求格式不正确"

_log = structlog.get_logger(__name__)
_encode = msgspec.json.Encoder().encode


class Exchange(httputil.HTTPMessageDelegate):
    """`routes` are this address's, by method; empty for an address that does not exist.

    `path` holds the template's parameters as they came, percent-encoded.
    """

    def __init__(
        self,
        request: httputil.HTTPServerRequest,
        routes: Mapping[str, Route],
        path: Mapping[str, str],
        parts: Parts,
    ) -> None:
        self._request = request
        self._connection: Any = request.connection
        self._routes = routes
        self._route = routes.get(request.method or "")
        self._path = path
        self._parts = parts
        self._request_id = parts.request_ids.new()
        self._body = bytearray()
        self._body_bytes = 0
        self._began_s = monotonic_s()
        self._body_timer: asyncio.TimerHandle | None = None
        self._serving: asyncio.Task[None] | None = None
        self._is_counted = True
        parts.traffic.begin()

    @override
    def headers_received(
        self,
        start_line: httputil.RequestStartLine | httputil.ResponseStartLine,
        headers: httputil.HTTPHeaders,
    ) -> None:
        """Refuse at once only what will not be read to its end: an early answer costs the connection."""
        self._connection.set_close_callback(self._count_out)
        if "Content-Length" in headers or "Transfer-Encoding" in headers:
            # Tornado's own limit is a task for each body, even for one that is already here
            self._connection.set_body_timeout(None)
            loop = asyncio.get_running_loop()
            self._body_timer = loop.call_later(BODY_TIMEOUT_S, self._connection.close)
            if _announced_bytes(headers.get("Content-Length", "0")) > MAX_DROPPED_BYTES:
                self._refuse(errors.PayloadTooLarge(), {"Connection": "close"})

    @override
    def data_received(self, chunk: bytes) -> None:
        self._body_bytes += len(chunk)
        if self._body_bytes > MAX_BODY_BYTES:
            self._body.clear()  # the rest is read and dropped, so that its sender hears the answer
        else:
            self._body += chunk

    @override
    def finish(self) -> None:
        self._stop_timer()
        self._serving = asyncio.create_task(self._serve())

    @override
    def on_connection_close(self) -> None:
        self._stop_timer()
        self._count_out()

    async def _serve(self) -> None:
        """Answer the request; every refusal is a DomainError, anything else is a bug and a 500."""
        try:
            route = self._get_route()
            answer = await route.handle(await self._make_call(route))
            self._answer(route, answer)
        except errors.DomainError as error:
            self._refuse(error)
        except Exception as error:  # noqa: BLE001 - a bug of ours, told to nobody but the log
            name = self._route.name if self._route else ""
            _log.error("request_failed", request_id=self._request_id, route=name, exc_info=error)
            self._send(500, JSON, _encode(describe_internal(self._request_id)))

    def _get_route(self) -> Route:
        if self._route is None:
            raise errors.MethodNotAllowed if self._routes else errors.NotFound
        if self._body_bytes > MAX_BODY_BYTES:
            raise errors.PayloadTooLarge
        return self._route

    async def _make_call(self, route: Route) -> Call[Any, Any]:
        request = self._request
        ip = request.remote_ip or ""
        token, actor = await admit(
            self._parts,
            route.scope,
            route.limit,
            authorization=request.headers.get("Authorization"),
            ip=ip,
        )
        return Call(
            parts=self._parts,
            body=self._read_body(route),
            query=self._read_query(route),
            path={name: _decoded(text) for name, text in self._path.items()},
            headers=request.headers,
            known_actor=actor,
            token=token,
            key=self._read_key() if route.needs_key else "",
            ip=ip,
            request_id=self._request_id,
            now=utc_now(),
        )

    def _read_body(self, route: Route) -> Any:
        if route.body_type is bytes:
            return bytes(self._body)
        if route.decoder is None:
            if self._body:
                raise errors.InvalidInput(field="", reason="这个地址不接收请求体")
            return None
        kind = self._request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if kind != "application/json":
            raise errors.InvalidInput(field="Content-Type", reason="应为 application/json")
        return decode_body(bytes(self._body), route.decoder)

    def _read_query(self, route: Route) -> Any:
        if route.query_type is type(None):
            return None
        return decode_query(self._request.query_arguments, route.query_type)

    def _read_key(self) -> str:
        key = self._request.headers.get("Idempotency-Key", "")
        if not _KEY.fullmatch(key):
            raise errors.IdempotencyKeyMissing
        return key

    def _answer(self, route: Route, answer: msgspec.Struct | Reply | None) -> None:
        if isinstance(answer, Reply):
            self._send(answer.status, answer.content_type, answer.body, answer.headers)
        elif answer is None:
            self._send(HTTPStatus.NO_CONTENT, "", b"")
        else:
            self._send(route.status, JSON, _encode(answer))

    def _refuse(self, error: errors.DomainError, more: Mapping[str, str] | None = None) -> None:
        if self._route is not None and self._route.scope is Scope.CHANNEL:
            _log.info("notify_refused", code=error.code, request_id=self._request_id, **error.data)
            error = type(error)()  # a stranger learns nothing of what was checked
        status, reply = describe(error, self._request_id, to_driver=self._is_for_driver())
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            route = self._route.name if self._route else ""
            _log.warning("request_not_served", route=route, error=str(error), request_id=self._request_id)
        headers = {**refusal_headers(error), **(more or {})}
        if isinstance(error, errors.MethodNotAllowed):
            headers["Allow"] = ", ".join(sorted(self._routes))
        self._send(status, JSON, _encode(reply), headers)

    def _is_for_driver(self) -> bool:
        return self._route is not None and self._route.is_for_driver

    def _send(
        self, status: int, content_type: str, body: bytes, more: Mapping[str, str] | None = None
    ) -> None:
        """Write the whole answer; where nobody listens any more it goes nowhere."""
        headers = httputil.HTTPHeaders()
        if status != HTTPStatus.NO_CONTENT:
            headers["Content-Type"] = content_type
            headers["Content-Length"] = str(len(body))
        headers["Date"] = _date(now_s())
        headers["X-Request-Id"] = self._request_id
        for name, value in HEADERS.items():
            headers[name] = value
        for name, value in (more or {}).items():
            headers[name] = value
        chunk = b"" if self._request.method == "HEAD" else body
        self._connection.write_headers(_start_line(status), headers, chunk)
        self._connection.finish()
        self._count_out()
        path = self._route.path if self._route else "none"
        metrics.observe(path, self._request.method or "", status, monotonic_s() - self._began_s)

    def _stop_timer(self) -> None:
        if self._body_timer is not None:
            self._body_timer.cancel()
            self._body_timer = None

    def _count_out(self) -> None:
        if self._is_counted:
            self._is_counted = False
            self._parts.traffic.end()


def _announced_bytes(length: str) -> int:
    """What Content-Length promises; one that is no number is left to Tornado, which refuses it."""
    if not _LENGTH.fullmatch(length):
        return 0
    return int(length[:MAX_LENGTH_DIGITS])


def _decoded(text: str) -> str:
    try:
        return unquote_to_bytes(text).decode()
    except UnicodeDecodeError:
        raise errors.InvalidInput(field="", reason=_UNREADABLE) from None


@functools.cache
def _start_line(status: int) -> httputil.ResponseStartLine:
    return httputil.ResponseStartLine("HTTP/1.1", status, http.client.responses.get(status, "Unknown"))


@functools.lru_cache(maxsize=1)
def _date(at_s: int) -> str:
    return httputil.format_timestamp(at_s)

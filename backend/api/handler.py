"""The one Tornado handler behind every route: limits, login, scope, decoding, errors and headers.

It decides nothing about charging: a route's function does one service call and returns a struct.
"""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final

import msgspec
import structlog
import tornado.web
from typing_extensions import override

from backend.api import auth, limits, metrics
from backend.api.call import Call
from backend.api.decode import decode_body, decode_query
from backend.api.errors import describe, describe_internal
from backend.api.parts import Parts
from backend.api.route import Reply, Route, Scope
from backend.domain import errors
from backend.domain.permission import ActorKind
from backend.gateways.clock import monotonic_s, utc_now
from backend.gateways.ids import new_ulid
from backend.services.authenticate import Actor

MAX_BODY_BYTES: Final = 64 * 1024
# A larger body is read and dropped up to here; the server (__main__.py) hangs up beyond.
MAX_DROPPED_BYTES: Final = 4 * 1024 * 1024
MAX_LENGTH_DIGITS: Final = 12
JSON: Final = "application/json; charset=utf-8"
API_POLICY: Final = "default-src 'none'; frame-ancestors 'none'"
_KEY: Final = re.compile(r"[!-~]{1,80}")
_LENGTH: Final = re.compile(r"[0-9]+")

_log = structlog.get_logger(__name__)
_encode = msgspec.json.Encoder().encode


@tornado.web.stream_request_body
class ApiHandler(tornado.web.RequestHandler):
    """`routes` are this address's, by method; empty for an address that does not exist."""

    routes: Mapping[str, Route]
    parts: Parts

    @override
    def initialize(self, routes: Mapping[str, Route], parts: Parts) -> None:
        self.routes = routes
        self.parts = parts
        self._route: Route | None = None
        self._body = bytearray()
        self._body_bytes = 0
        self._began_s = monotonic_s()
        parts.traffic.begin()
        self._is_counted = True

    @property
    def request_id(self) -> str:
        """What every answer, log line and support call names this request by."""
        known: str | None = getattr(self.request, "request_id", None)
        if known is None:
            known = new_ulid()
            self.request.request_id = known  # type: ignore[attr-defined] # lives as long as the request
        return known

    @override
    def set_default_headers(self) -> None:
        self.clear_header("Server")
        self.set_header("Content-Type", JSON)
        self.set_header("X-Request-Id", self.request_id)
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Referrer-Policy", "no-referrer")
        self.set_header("Cache-Control", "no-store")
        self.set_header("Content-Security-Policy", API_POLICY)

    @override
    def prepare(self) -> None:
        """Refuse at once only what will not be read to its end: an early answer costs the connection."""
        self._route = self.routes.get(self.request.method or "")
        if _announced_bytes(self.request.headers.get("Content-Length", "0")) > MAX_DROPPED_BYTES:
            self._refuse(errors.PayloadTooLarge(), is_early=True)

    @override
    def data_received(self, chunk: bytes) -> None:
        self._body_bytes += len(chunk)
        if self._body_bytes > MAX_BODY_BYTES:
            self._body.clear()  # the rest is read and dropped, so that its sender hears the answer
        else:
            self._body += chunk

    async def _serve(self, **path: str) -> None:
        """Answer the request; every refusal is a DomainError, anything else is a bug and a 500."""
        route = self._route
        try:
            if route is None:
                raise errors.MethodNotAllowed if self.routes else errors.NotFound
            if self._body_bytes > MAX_BODY_BYTES:
                raise errors.PayloadTooLarge
            answer = await route.handle(await self._make_call(route, path))
        except errors.DomainError as error:
            self._refuse(error)
        else:
            self._answer(route, answer)

    get = head = post = put = patch = delete = options = _serve

    async def _make_call(self, route: Route, path: Mapping[str, str]) -> Call[Any, Any]:
        ip = self.request.remote_ip or ""
        token, actor = "", None
        if route.limit is not None and route.limit.per == "ip":
            await limits.check(route.limit, ip, self.parts.lanes)
        if route.scope not in (Scope.PUBLIC, Scope.CHANNEL):
            token = auth.read_token(self.request.headers.get("Authorization"))
            actor = await self.parts.authenticator.find_actor(token)
            _check_scope(route, actor)
            if route.limit is not None and route.limit.per == "actor":
                await limits.check(route.limit, actor.no, self.parts.lanes)
        return Call(
            parts=self.parts,
            body=self._read_body(route),
            query=self._read_query(route),
            path=path,
            headers=self.request.headers,
            known_actor=actor,
            token=token,
            key=self._read_key() if route.needs_key else "",
            ip=ip,
            request_id=self.request_id,
            now=utc_now(),
        )

    def _read_body(self, route: Route) -> Any:
        if route.body_type is bytes:
            return bytes(self._body)
        if route.decoder is None:
            if self._body:
                raise errors.InvalidInput(field="", reason="这个地址不接收请求体")
            return None
        kind = self.request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if kind != "application/json":
            raise errors.InvalidInput(field="Content-Type", reason="应为 application/json")
        return decode_body(bytes(self._body), route.decoder)

    def _read_query(self, route: Route) -> Any:
        if route.query_type is type(None):
            return None
        return decode_query(self.request.query_arguments, route.query_type)

    def _read_key(self) -> str:
        key = self.request.headers.get("Idempotency-Key", "")
        if not _KEY.fullmatch(key):
            raise errors.IdempotencyKeyMissing
        return key

    def _answer(self, route: Route, answer: msgspec.Struct | Reply | None) -> None:
        if isinstance(answer, Reply):
            self.set_status(answer.status)
            self.set_header("Content-Type", answer.content_type)
            for name, value in answer.headers.items():
                self.set_header(name, value)
            self.finish(answer.body)
        elif answer is None:
            self.set_status(204)
            self.clear_header("Content-Type")
            self.finish()
        else:
            self.set_status(route.status)
            self.finish(_encode(answer))

    def _refuse(self, error: errors.DomainError, *, is_early: bool = False) -> None:
        if self._route is not None and self._route.scope is Scope.CHANNEL:
            _log.info("notify_refused", code=error.code, request_id=self.request_id, **error.data)
            error = type(error)()  # a stranger learns nothing of what was checked
        status, reply = describe(error, self.request_id)
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            route = self._route.name if self._route else ""
            _log.warning("request_not_served", route=route, error=str(error), request_id=self.request_id)
        self.set_status(status)
        if is_early:
            self.set_header("Connection", "close")
        if isinstance(error, errors.MethodNotAllowed):
            self.set_header("Allow", ", ".join(sorted(self.routes)))
        if isinstance(error, errors.Unauthenticated):
            self.set_header("WWW-Authenticate", "Bearer")
        if isinstance(error, errors.RateLimited):
            self.set_header("Retry-After", str(error.data.get("retry_after_s", 1)))
        if isinstance(error, errors.ServiceUnavailable):
            self.set_header("Retry-After", "1")
        self.finish(_encode(reply))

    @override
    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Tornado's own refusals (a bad path, an unknown method) and bugs, in the same shape as all others."""
        if status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            self._refuse(errors.MethodNotAllowed(), is_early=True)
        elif status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
            self._refuse(errors.InvalidInput(field="", reason="地址或请求格式不正确"), is_early=True)
        else:
            self.set_status(500)
            self.finish(_encode(describe_internal(self.request_id)))

    @override
    def log_exception(self, typ: Any, value: BaseException | None, tb: Any) -> None:
        if isinstance(value, tornado.web.HTTPError):
            return
        route = self._route.name if self._route else ""
        _log.error("request_failed", request_id=self.request_id, route=route, exc_info=value)

    @override
    def compute_etag(self) -> None:
        """Nothing here is cached, so nothing is hashed."""

    @override
    def on_finish(self) -> None:
        self._count_out()
        route = self._route.path if self._route else "none"
        metrics.observe(route, self.request.method or "", self.get_status(), monotonic_s() - self._began_s)

    @override
    def on_connection_close(self) -> None:
        super().on_connection_close()
        self._count_out()

    def _count_out(self) -> None:
        if self._is_counted:
            self._is_counted = False
            self.parts.traffic.end()


def _announced_bytes(length: str) -> int:
    """What Content-Length promises; one that is no number is left to Tornado, which refuses it."""
    if not _LENGTH.fullmatch(length):
        return 0
    return int(length[:MAX_LENGTH_DIGITS])


def _check_scope(route: Route, actor: Actor) -> None:
    if route.scope is Scope.DRIVER:
        auth.check_kind(actor, ActorKind.DRIVER)
    elif isinstance(route.scope, Scope):
        auth.check_kind(actor, ActorKind.STAFF)
    else:
        auth.check_permission(actor, route.scope)

"""What all three groups of addresses share: typed bodies, refusals as JSON, and no secret in the log."""

import logging
import sys
from types import TracebackType
from typing import Any, TypeVar

import msgspec
import tornado.web

from scripts.stand_ins.sandbox.errors import PayError, param_error
from scripts.stand_ins.sandbox.world import World

if sys.version_info >= (3, 12):
    from typing import override
else:
    from typing_extensions import override

__all__ = ["Handler", "override"]

BodyT = TypeVar("BodyT")
_log = logging.getLogger("sandbox.requests")


class Handler(tornado.web.RequestHandler):
    """Base of every handler."""

    world: World

    @override
    def initialize(self, world: World) -> None:
        self.world = world

    def read_body(self, kind: type[BodyT]) -> BodyT:
        """The JSON body as `kind`; PayError 400 PARAM_ERROR."""
        try:
            return msgspec.json.decode(self.request.body, type=kind)
        except (msgspec.DecodeError, UnicodeDecodeError) as problem:
            raise param_error(f"请求内容不正确:{problem}") from None

    def write_json(self, value: Any, status: int = 200) -> None:
        """Answer with this JSON."""
        self.set_status(status)
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.finish(msgspec.json.encode(value))

    @override
    def write_error(self, status_code: int, **kwargs: Any) -> None:
        problem = kwargs.get("exc_info", (None, None, None))[1]
        if isinstance(problem, PayError):
            self.write_json({"code": problem.code, "message": problem.message}, problem.status)
        else:
            self.write_json({"code": "SYSTEM_ERROR", "message": "系统异常"}, status_code)

    @override
    def log_exception(
        self,
        typ: type[BaseException] | None,
        value: BaseException | None,
        tb: TracebackType | None,
    ) -> None:
        # A refusal is an answer, not an incident; tornado would log the whole URL, secrets and all.
        if not isinstance(value, (PayError, tornado.web.HTTPError)):
            _log.error("failed method=%s path=%s", self.request.method, self.request.path, exc_info=value)


class NotFoundHandler(Handler):
    """Any other address."""

    @override
    async def prepare(self) -> None:
        raise PayError(404, "RESOURCE_NOT_EXISTS", "没有这个地址")

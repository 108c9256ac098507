"""How uploads and downloads move: streamed by Tornado's own handlers, beside the plain exchange (docs/adr/0016).

The same rules as a plain exchange: limits, login, scope, errors, request id, headers and metrics alike.
A handler gets a received file, or says which file to send; pieces go through a lane of their own, and neither side is
read faster than the other takes.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from http import HTTPStatus
from typing import Any, ClassVar, Final

import msgspec
import structlog
import tornado.iostream
import tornado.web
from tornado.routing import URLSpec
from typing_extensions import override

from backend import gateways
from backend.api.http import metrics
from backend.api.http.admission import admit, refusal_headers
from backend.api.http.byte_range import Unsatisfiable, read_range
from backend.api.http.call import Call
from backend.api.http.disposition import disposition
from backend.api.http.errors import describe, describe_internal
from backend.api.http.exchange import HEADERS, JSON
from backend.api.http.parts import Parts
from backend.api.http.route import RouteError, pattern_of
from backend.api.http.transfers import Download, Received, Sending, Transfer, Upload
from backend.domain import errors
from backend.domain.stored_file import sniff_media_type
from backend.gateways.clock import monotonic_s, utc_now
from backend.gateways.files.store import IncomingFile

TRANSFERS_AT_ONCE: Final = 64
"""In one process, both ways together; one more is told to come again."""
LONGEST_UPLOAD_S: Final = 600.0
SANDBOXED: Final = {"Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox"}
"""What somebody uploaded is shown, never run."""
ASK_AGAIN: Final = "private, no-cache"
FOR_GOOD: Final = "public, max-age=31536000, immutable"
_LENGTH: Final = re.compile(r"[0-9]{1,15}")
_log = structlog.get_logger(__name__)


def transfer_urls(transfers: Iterable[Transfer], parts: Parts) -> list[URLSpec]:
    """The URL specs of these transfers, at most one for an address. Raises RouteError when two are the same."""
    known: set[str] = set()
    specs = []
    for transfer in transfers:
        if transfer.path in known:
            raise RouteError(f"two transfers at {transfer.path}")
        known.add(transfer.path)
        handler = _UploadHandler if isinstance(transfer, Upload) else _DownloadHandler
        specs.append(URLSpec(pattern_of(transfer.path), handler, {"transfer": transfer, "parts": parts}))
    return specs


class _Handler(tornado.web.RequestHandler):
    """What both ways share: admission, headers, refusals, counting."""

    transfer: Transfer
    parts: Parts
    running: ClassVar[int] = 0

    @override
    def initialize(self, transfer: Any, parts: Parts) -> None:
        """Count it in; `on_finish` or a lost connection counts it out."""
        self.transfer = transfer
        self.parts = parts
        self.request_id = parts.request_ids.new()
        self._began_s = monotonic_s()
        self._is_counted = True
        parts.traffic.begin()
        _Handler.running += 1
        self.set_header("X-Request-Id", self.request_id)

    @override
    def set_default_headers(self) -> None:
        self.clear_header("Server")
        for name, value in HEADERS.items():
            self.set_header(name, value)

    @override
    def compute_etag(self) -> None:
        """Ours is the digest of the file."""

    async def make_call(self) -> Call[None, None]:
        """Admit the caller. Raises what `admit` does, ServiceUnavailable where too many transfers run."""
        if _Handler.running > TRANSFERS_AT_ONCE:
            raise errors.ServiceUnavailable(reason="busy")
        ip = self.request.remote_ip or ""
        token, actor = await admit(
            self.parts,
            self.transfer.scope,
            self.transfer.limit,
            authorization=self.request.headers.get("Authorization"),
            ip=ip,
        )
        return Call(
            parts=self.parts,
            body=None,
            query=None,
            path=self.path_kwargs,
            headers=self.request.headers,
            known_actor=actor,
            token=token,
            key="",
            ip=ip,
            request_id=self.request_id,
            now=utc_now(),
        )

    def refuse(self, error: Exception) -> None:
        """Answer with the error, in the shape of all refusals; where the answer has begun, hang up."""
        if isinstance(error, errors.DomainError):
            status, reply = describe(error, self.request_id)
        else:
            status, reply = HTTPStatus.INTERNAL_SERVER_ERROR, describe_internal(self.request_id)
            _log.error("transfer_failed", request_id=self.request_id, path=self.transfer.path, exc_info=error)
        if self._headers_written:
            self.request.connection.stream.close()  # type: ignore[union-attr]  # HTTP/1's has one
            return
        for name in ("Content-Length", "Content-Range", "Etag", "Content-Disposition", "Accept-Ranges"):
            self.clear_header(name)
        if isinstance(error, errors.DomainError):
            for name, value in refusal_headers(error).items():
                self.set_header(name, value)
        self.set_default_headers()
        self.set_header("X-Request-Id", self.request_id)
        self.set_status(status)
        self.set_header("Content-Type", JSON)
        self.finish(msgspec.json.encode(reply))

    @override
    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """What Tornado refuses by itself: another method, or a path that cannot be read."""
        error: Exception = errors.MethodNotAllowed()
        if status_code != HTTPStatus.METHOD_NOT_ALLOWED:
            error = errors.InvalidInput(field="", reason="地址或请求格式不正确")
        else:
            self.set_header("Allow", self.transfer.method)
        self.refuse(error)

    @override
    def log_exception(self, typ: Any, value: BaseException | None, tb: Any) -> None:
        """Refusals are counted; a failure of ours is logged in `refuse`."""

    @override
    def on_finish(self) -> None:
        self._count_out()
        seconds = monotonic_s() - self._began_s
        metrics.observe(self.transfer.path, self.request.method or "", self.get_status(), seconds)

    @override
    def on_connection_close(self) -> None:
        self._count_out()

    def _count_out(self) -> None:
        if self._is_counted:
            self._is_counted = False
            _Handler.running -= 1
            self.parts.traffic.end()


@tornado.web.stream_request_body
class _UploadHandler(_Handler):
    """Receives a body piece by piece into a file of its own; what was received goes away with the request."""

    transfer: Upload
    call: Call[None, None] | None = None
    file: IncomingFile | None = None

    @override
    async def prepare(self) -> None:
        """Before the body is read: refuse whom or what we do not want."""
        if self.request.method != self.transfer.method:
            return  # Tornado answers
        try:
            self.call = await self.make_call()
            self._check_length()
            connection: Any = self.request.connection
            connection.set_max_body_size(self.transfer.max_bytes)
            connection.set_body_timeout(LONGEST_UPLOAD_S)
            self.file = await self.parts.lanes.transfers.run(
                gateways.get_files().receive, max_bytes=self.transfer.max_bytes
            )
        except Exception as error:  # noqa: BLE001 - every refusal is told in one shape
            self.set_header("Connection", "close")  # the body is not waited for
            self.refuse(error)

    @override
    async def data_received(self, chunk: bytes) -> None:
        """Nothing more is read until the piece is written."""
        if self.file is None or self._finished:
            return
        try:
            await self.parts.lanes.transfers.run(self.file.write, chunk)
        except Exception as error:  # noqa: BLE001 - as above
            self.set_header("Connection", "close")
            self.refuse(error)

    @override
    async def post(self, **_path: str) -> None:
        """All is here: look what it is, then hand it to the service."""
        if self.call is None or self.file is None or self._finished:
            return
        try:
            await self.parts.lanes.transfers.run(self.file.close)
            media_type = self._read_media_type(self.file)
            answer = await self.transfer.handle(self.call, Received(file=self.file, media_type=media_type))
        except Exception as error:  # noqa: BLE001 - as above
            self.refuse(error)
        else:
            self.set_status(HTTPStatus.NO_CONTENT if answer is None else HTTPStatus.OK)
            if answer is not None:
                self.set_header("Content-Type", JSON)
                self.write(msgspec.json.encode(answer))
            await self.finish()

    def _check_length(self) -> None:
        length = self.request.headers.get("Content-Length", "")
        if not _LENGTH.fullmatch(length):
            raise errors.InvalidInput(field="Content-Length", reason="上传必须写明长度")
        if int(length) > self.transfer.max_bytes:
            raise errors.PayloadTooLarge(max_bytes=self.transfer.max_bytes)

    def _read_media_type(self, file: IncomingFile) -> str:
        media_type = sniff_media_type(file.head)
        if self.transfer.media_types and media_type not in self.transfer.media_types:
            raise errors.InvalidInput(field="", reason="文件内容不是可以接收的类型")
        return media_type

    @override
    def _count_out(self) -> None:
        super()._count_out()
        if self.file is not None:
            self.file.discard()


class _DownloadHandler(_Handler):
    """Sends a file, or the part of it that is asked for; the next piece is read when the last one has left."""

    transfer: Sending

    @override
    async def get(self, **_path: str) -> None:
        """The file, 304 where the caller has it, 206 or 416 for a range."""
        try:
            download = await self.transfer.handle(await self.make_call())
            await self._send(download)
        except tornado.iostream.StreamClosedError:
            self._count_out()
        except Exception as error:  # noqa: BLE001 - every refusal is told in one shape
            self.refuse(error)

    @override
    async def head(self, **path: str) -> None:
        """As GET, without the bytes."""
        await self.get(**path)

    async def _send(self, download: Download) -> None:
        self._set_headers(download)
        if self.check_etag_header():
            self.set_status(HTTPStatus.NOT_MODIFIED)
            await self.finish()
            return
        try:
            part = self._wanted_part(download)
        except Unsatisfiable:
            self.set_status(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
            self.set_header("Content-Range", f"bytes */{download.size_bytes}")
            await self.finish()
            return
        first, last = part or (0, download.size_bytes - 1)
        if part is not None:
            self.set_status(HTTPStatus.PARTIAL_CONTENT)
            self.set_header("Content-Range", f"bytes {first}-{last}/{download.size_bytes}")
        self.set_header("Content-Length", str(last - first + 1))
        run = self.parts.lanes.transfers.run
        if self.request.method != "HEAD" and last >= first:
            pieces = await run(gateways.get_files().store.read, download.sha256, first=first, last=last)
            while (piece := await run(partial(_next_piece, pieces))) is not None:
                self.write(piece)
                await self.flush()
        await self.finish()

    def _set_headers(self, download: Download) -> None:
        self.set_header("Content-Type", download.media_type)
        self.set_header("Etag", f'"{download.sha256}"')
        self.set_header("Accept-Ranges", "bytes")
        self.set_header("Cache-Control", FOR_GOOD if download.is_forever else ASK_AGAIN)
        self.set_header("Content-Disposition", disposition(download.file_name, is_inline=download.is_inline))
        for name, value in SANDBOXED.items():
            self.set_header(name, value)

    def _wanted_part(self, download: Download) -> tuple[int, int] | None:
        """The range that is asked for, if the caller's idea of the file is ours. Raises Unsatisfiable."""
        headers: Mapping[str, str] = self.request.headers
        if headers.get("If-Range", f'"{download.sha256}"') != f'"{download.sha256}"':
            return None
        return read_range(headers.get("Range", ""), download.size_bytes)


def _next_piece(pieces: Iterator[bytes]) -> bytes | None:
    return next(pieces, None)

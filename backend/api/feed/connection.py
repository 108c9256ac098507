"""One client of the live feed: its token, its subscriptions, and what it may send and must read.

Frames, topics and close codes: docs/live-feed.md. The token comes in the first frame, so another site's page
cannot use a browser's login.
"""

import asyncio
import contextlib
from functools import partial
from typing import Annotated, Any, Final, Literal

import msgspec
import structlog
from tornado.websocket import WebSocketClosedError, WebSocketHandler
from typing_extensions import override

from backend.api.feed.door import Close, Door
from backend.api.feed.hub import Hub, Kind
from backend.api.feed.topics import PERMISSIONS, Topic, parse_topic
from backend.api.http.auth import MAX_TOKEN_CHARS, Authenticator
from backend.api.http.decode import decode_body
from backend.api.http.errors import INTERNAL_CODE, INTERNAL_TEXT, message_of
from backend.api.http.exchange import HEADERS
from backend.domain.actor import Actor
from backend.domain.errors import DomainError, InvalidInput, ServiceUnavailable, Unauthenticated
from backend.domain.permission import ActorKind
from backend.gateways.clock import monotonic_s

PING_EVERY_S: Final = 20.0
MAX_FRAME_BYTES: Final = 4_096

_log = structlog.get_logger(__name__)


class _Auth(msgspec.Struct, frozen=True, tag_field="op", tag="auth", forbid_unknown_fields=True):
    token: Annotated[str, msgspec.Meta(min_length=1, max_length=MAX_TOKEN_CHARS)]


class _Subscribe(msgspec.Struct, frozen=True, tag_field="op", tag="sub", forbid_unknown_fields=True):
    topic: Annotated[str, msgspec.Meta(max_length=64)]


class _Unsubscribe(msgspec.Struct, frozen=True, tag_field="op", tag="unsub", forbid_unknown_fields=True):
    topic: Annotated[str, msgspec.Meta(max_length=64)]


class _News(msgspec.Struct, frozen=True):
    """`seq` counts the frames of one subscription from 1."""

    topic: str
    seq: int
    kind: Kind
    data: msgspec.Raw


class _Refusal(msgspec.Struct, frozen=True, kw_only=True):
    op: Literal["error"] = "error"
    code: str
    message: str
    topic: str | None


_decoder: Final = msgspec.json.Decoder(_Auth | _Subscribe | _Unsubscribe)
_encode = msgspec.json.Encoder().encode


class FeedConnection(WebSocketHandler):
    """One client: its token, its subscriptions, and the count of what it sends and has not yet read."""

    @override
    def initialize(self, door: Door, hub: Hub, authenticator: Authenticator) -> None:
        self._door = door
        self._hub = hub
        self._authenticator = authenticator
        self._limits = door.limits
        self._is_foreign = False
        self._is_over = False
        self._token = ""
        self._actor: Actor | None = None
        self._seqs: dict[Topic, int] = {}
        self._unsent = 0
        self._frames_left = float(door.limits.frames_burst)
        self._refilled_s = monotonic_s()
        self._guard: asyncio.Task[None] | None = None

    @override
    def set_default_headers(self) -> None:
        self.clear_header("Server")
        for name, value in HEADERS.items():
            self.set_header(name, value)

    @property
    @override
    def ping_interval(self) -> float:
        return PING_EVERY_S

    @property
    @override
    def max_message_size(self) -> int:
        return MAX_FRAME_BYTES

    @override
    def check_origin(self, origin: str) -> bool:
        # Refused after the handshake: a browser's script sees a close code, but never an HTTP status.
        self._is_foreign = not self._door.allows(origin)
        return True

    @override
    def open(self, *args: str, **kwargs: str) -> None:
        if self._door.is_closing:
            self.end(Close.GOING_AWAY, "going away")
        elif self._is_foreign:
            self.end(Close.FORBIDDEN, "origin not allowed")
        elif not self._door.admit(self, self.request.remote_ip or ""):
            self.end(Close.TOO_MUCH, "too many connections")
        else:
            self._guard = asyncio.create_task(self._watch_token())

    @override
    async def on_message(self, message: str | bytes) -> None:
        if self._is_over:
            return
        if not self._take_frame():
            self.end(Close.TOO_MUCH, "too many frames")
            return
        try:
            frame = decode_body(message.encode() if isinstance(message, str) else message, _decoder)
            if isinstance(frame, _Auth):
                await self._log_in(frame.token)
            elif self._actor is None:
                raise Unauthenticated
            else:
                self._change_topic(frame, self._actor)
        except DomainError as error:
            self._tell_refusal(error, None)

    @override
    def on_close(self) -> None:
        self._is_over = True
        if self._guard is not None:
            self._guard.cancel()
        if self._actor is not None:
            for topic in self._seqs:
                self._hub.leave(topic, self._actor, self)
        self._door.release(self, self._actor)

    def end(self, code: Close, reason: str) -> None:
        """Close with a code; nothing is sent or heard after it."""
        self._is_over = True
        self.close(code, reason)

    def hear(self, topic: Topic, kind: Kind, data: msgspec.Raw) -> None:
        """Send what a topic is, or what of it changed."""
        if topic in self._seqs:
            self._seqs[topic] += 1
            self._send(_encode(_News(topic.text, self._seqs[topic], kind, data)))

    def refuse(self, topic: Topic, error: Exception) -> None:
        """Say that a topic cannot be heard, and forget it."""
        if self._seqs.pop(topic, None) is not None:
            self._tell_refusal(error, topic.text)

    async def _log_in(self, token: str) -> None:
        if self._actor is not None:
            raise InvalidInput(field="op", reason="已经登录，不能重复登录")
        actor = await self._authenticator.find_actor(token)
        if self._is_over:
            return
        if actor.kind is ActorKind.STAFF and actor.permissions.isdisjoint(PERMISSIONS.values()):
            self.end(Close.FORBIDDEN, "no permission for any topic")
        elif not self._door.admit_actor(self, actor):
            self.end(Close.TOO_MUCH, "too many connections of one person")
        else:
            self._actor, self._token = actor, token

    def _change_topic(self, frame: _Subscribe | _Unsubscribe, actor: Actor) -> None:
        try:
            topic = parse_topic(frame.topic)
        except InvalidInput as error:
            self._tell_refusal(error, frame.topic)
            return
        if topic in self._seqs:  # a gap in seq: from the beginning again
            del self._seqs[topic]
            self._hub.leave(topic, actor, self)
        if isinstance(frame, _Unsubscribe):
            return
        if len(self._seqs) >= self._limits.topics:
            self.end(Close.TOO_MUCH, "too many topics")
            return
        self._seqs[topic] = 0
        try:
            self._hub.join(topic, actor, self)
        except DomainError as error:
            self.refuse(topic, error)

    async def _watch_token(self) -> None:
        """No token in time, or one that is no longer what it was, ends the connection."""
        await asyncio.sleep(self._limits.auth_s)
        if self._actor is None:
            self.end(Close.UNAUTHENTICATED, "no token in time")
        while not self._is_over:
            await asyncio.sleep(self._limits.recheck_s)
            try:
                actor = await self._authenticator.find_actor(self._token)
            except Unauthenticated:
                self.end(Close.UNAUTHENTICATED, "token no longer valid")
            except ServiceUnavailable:
                continue  # nobody can tell now
            else:
                if actor != self._actor:
                    self.end(Close.UNAUTHENTICATED, "permissions changed")

    def _tell_refusal(self, error: Exception, topic: str | None) -> None:
        if self._actor is None:
            if isinstance(error, ServiceUnavailable):
                self.end(Close.TRY_LATER, "try again later")
            else:
                self.end(Close.UNAUTHENTICATED, "the first frame must be a valid auth")
        elif isinstance(error, DomainError):
            is_driver = self._actor.kind is ActorKind.DRIVER
            self._send(
                _encode(
                    _Refusal(code=error.code, message=message_of(error, to_driver=is_driver), topic=topic)
                )
            )
        else:
            self._send(_encode(_Refusal(code=INTERNAL_CODE, message=INTERNAL_TEXT, topic=topic)))

    def _take_frame(self) -> bool:
        now_s = monotonic_s()
        refill = (now_s - self._refilled_s) * self._limits.frames_per_s
        self._frames_left = min(float(self._limits.frames_burst), self._frames_left + refill) - 1
        self._refilled_s = now_s
        return self._frames_left >= 0

    def _send(self, frame: bytes) -> None:
        if self._is_over:
            return
        if self._unsent + len(frame) > self._limits.unsent_bytes:
            _log.info("feed_client_too_slow", unsent_bytes=self._unsent)
            self.end(Close.TOO_MUCH, "reads too slowly")
            return
        with contextlib.suppress(WebSocketClosedError):
            sent: asyncio.Future[Any] = self.write_message(frame)
            self._unsent += len(frame)
            sent.add_done_callback(partial(self._count_sent, len(frame)))

    def _count_sent(self, size: int, sent: "asyncio.Future[Any]") -> None:
        self._unsent -= size
        if not sent.cancelled():
            sent.exception()  # seen: a connection that broke is closed by Tornado

"""Sends notifies by their channel's published schedule until one is taken, and remembers every attempt.

What a notify is made of, and which answer takes it, is its channel's: pay_notice.py, alipay_notice.py.
"""

import asyncio
import logging
import secrets
import uuid
from collections import OrderedDict
from collections.abc import Sequence
from typing import Literal, Protocol

import msgspec
from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest

from scripts.stand_ins.sandbox.background import Background
from scripts.stand_ins.sandbox.clock import beijing_time, now_s
from scripts.stand_ins.sandbox.errors import PayError
from scripts.stand_ins.sandbox.faults import FaultBox, Faults

ANSWER_LIMIT_S = 5
MAX_ANSWER_BYTES = 65_536
MAX_ATTEMPTS = 2000
MAX_SENDING = 100
Kind = Literal["first", "repeat", "duplicate", "probe", "dropped", "replay"]

_log = logging.getLogger("sandbox.notifies")


class Notice(Protocol):
    """One thing to tell, with the id that all its attempts share. `schedule_s` are the waits before each attempt."""

    @property
    def url(self) -> str: ...
    @property
    def event_type(self) -> str: ...
    @property
    def out_trade_no(self) -> str: ...
    @property
    def notify_id(self) -> str: ...
    @property
    def schedule_s(self) -> Sequence[float]: ...

    def request(self, faults: Faults) -> HTTPRequest:
        """One attempt, with these faults in its content or proof."""
        ...

    def probe(self, faults: Faults) -> HTTPRequest | None:
        """What is sent before it to see whether the merchant looks at signatures."""
        ...

    def is_taken(self, status: int | None, answer: bytes) -> bool:
        """Whether this answer ends the telling."""
        ...


class Attempt(msgspec.Struct):
    """One line of GET /sandbox/notifies; `status` is null while on its way and when nothing was answered."""

    id: int
    notify_id: str
    kind: Kind
    event_type: str
    out_trade_no: str
    url: str
    sent_at: str
    status: int | None = None
    error: str = ""


class Notifier:
    """`speed` divides the waits of the schedule."""

    def __init__(self, faults: FaultBox, background: Background, speed: float) -> None:
        self._faults = faults
        self._background = background
        self._speed = speed
        self._sent: OrderedDict[int, tuple[Attempt, Notice, HTTPRequest]] = OrderedDict()
        self._last_id = 0
        self._client = AsyncHTTPClient(
            force_instance=True, max_clients=MAX_SENDING, max_body_size=MAX_ANSWER_BYTES
        )

    def tell(self, notice: Notice) -> None:
        """Start telling; the first attempt is made at once."""
        self._background.start(self._tell(notice))

    def attempts(self) -> list[Attempt]:
        """The newest `MAX_ATTEMPTS`, oldest first."""
        return [attempt for attempt, *_ in self._sent.values()]

    async def replay(self, attempt_id: int) -> Attempt:
        """Send an earlier attempt again, byte for byte; PayError 404 when it is not remembered."""
        if attempt_id not in self._sent:
            raise PayError(404, "RESOURCE_NOT_EXISTS", "没有这次通知")
        earlier, notice, request = self._sent[attempt_id]
        attempt = msgspec.structs.replace(earlier, kind="replay")
        await self._send(attempt, notice, request)
        return attempt

    def close(self) -> None:
        """Let go of the sockets."""
        self._client.close()

    async def _tell(self, notice: Notice) -> None:
        for number, wait_s in enumerate(notice.schedule_s):
            await asyncio.sleep(wait_s / self._speed)
            if await self._round(notice, "first" if number == 0 else "repeat"):
                return
        _log.warning("notify_given_up notify_id=%s", notice.notify_id)

    async def _round(self, notice: Notice, kind: Kind) -> bool:
        """One attempt with the faults in force; whether it was taken."""
        faults = self._faults.take_for_notify(notice.out_trade_no)
        await asyncio.sleep(faults.notify_delay_s)
        if faults.notify_drop:
            self._remember(_attempt(notice, "dropped"), notice, notice.request(faults))
            return False
        probe = notice.probe(faults) if faults.notify_probe else None
        if probe is not None:
            await self._send(_attempt(notice, "probe"), notice, probe)
        kinds: list[Kind] = [kind]
        kinds += ["duplicate"] * faults.notify_duplicates
        sends = [self._send(_attempt(notice, each), notice, notice.request(faults)) for each in kinds]
        return any(await asyncio.gather(*sends))

    async def _send(self, attempt: Attempt, notice: Notice, request: HTTPRequest) -> bool:
        """Post it; whether it was taken."""
        self._remember(attempt, notice, request)
        body = b""
        try:
            answer = await self._client.fetch(request, raise_error=False)
            attempt.status, body = answer.code, answer.body or b""
        except (HTTPClientError, OSError, ValueError) as problem:
            attempt.error = type(problem).__name__
        _log.info("notify_sent id=%s kind=%s status=%s", attempt.id, attempt.kind, attempt.status)
        return notice.is_taken(attempt.status, body)

    def _remember(self, attempt: Attempt, notice: Notice, request: HTTPRequest) -> None:
        self._last_id += 1
        attempt.id, attempt.status, attempt.error = self._last_id, None, ""
        attempt.sent_at = beijing_time(now_s())
        self._sent[attempt.id] = (attempt, notice, request)
        if len(self._sent) > MAX_ATTEMPTS:
            self._sent.popitem(last=False)


def post(url: str, headers: dict[str, str], body: bytes) -> HTTPRequest:
    """A notify's request: it waits five seconds for an answer and follows nothing."""
    return HTTPRequest(
        url,
        "POST",
        headers,
        body,
        connect_timeout=ANSWER_LIMIT_S,
        request_timeout=ANSWER_LIMIT_S,
        follow_redirects=False,
    )


def new_notify_id() -> str:
    """One that is nobody else's."""
    return str(uuid.UUID(bytes=secrets.token_bytes(16)))


def _attempt(notice: Notice, kind: Kind) -> Attempt:
    return Attempt(0, notice.notify_id, kind, notice.event_type, notice.out_trade_no, notice.url, sent_at="")

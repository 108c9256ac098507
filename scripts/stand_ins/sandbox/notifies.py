"""Sends signed and encrypted notifies by WeChat Pay's published schedule, and remembers every attempt.

Taken is HTTP 200 or 204 within five seconds; anything else is sent again.
"""

import asyncio
import logging
import secrets
import uuid
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Literal

import msgspec
from tornado.httpclient import AsyncHTTPClient, HTTPClientError, HTTPRequest

from scripts.stand_ins.sandbox.background import Background
from scripts.stand_ins.sandbox.clock import beijing_time, now_s
from scripts.stand_ins.sandbox.config import Identity
from scripts.stand_ins.sandbox.errors import PayError
from scripts.stand_ins.sandbox.faults import FaultBox, Faults, Tamper
from scripts.stand_ins.sandbox.signatures import SIGNATURE_TYPE, answer_message, encrypt, sign

# Waits before each attempt; the sum is 24 h 4 min.
SCHEDULE_S = (0, 15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10800, 10800, 10800, 21600, 21600)
ANSWER_LIMIT_S = 5
MAX_ANSWER_BYTES = 65_536
MAX_ATTEMPTS = 2000
MAX_SENDING = 100
UNKNOWN_SERIAL = "PUB_KEY_ID_0100000000000000000000000000000000"
Kind = Literal["first", "repeat", "duplicate", "probe", "dropped", "replay"]

_log = logging.getLogger("sandbox.notifies")


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to tell, with the id that all its attempts share. `content` is encrypted."""

    url: str
    event_type: str
    summary: str
    original_type: str
    content: dict[str, Any]
    created_s: float
    notify_id: str


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

    def __init__(self, identity: Identity, faults: FaultBox, background: Background, speed: float) -> None:
        self._identity = identity
        self._faults = faults
        self._background = background
        self._speed = speed
        self._sent: OrderedDict[int, tuple[Attempt, HTTPRequest]] = OrderedDict()
        self._last_id = 0
        self._client = AsyncHTTPClient(
            force_instance=True, max_clients=MAX_SENDING, max_body_size=MAX_ANSWER_BYTES
        )

    def tell(
        self, url: str, event_type: str, summary: str, original_type: str, content: dict[str, Any]
    ) -> None:
        """Start telling this address; the first attempt is made at once."""
        notice = Notice(url, event_type, summary, original_type, content, now_s(), _new_notify_id())
        self._background.start(self._tell(notice))

    def attempts(self) -> list[Attempt]:
        """The newest `MAX_ATTEMPTS`, oldest first."""
        return [attempt for attempt, _ in self._sent.values()]

    async def replay(self, attempt_id: int) -> Attempt:
        """Send an earlier attempt again, byte for byte; PayError 404 when it is not remembered."""
        if attempt_id not in self._sent:
            raise PayError(404, "RESOURCE_NOT_EXISTS", "没有这次通知")
        earlier, request = self._sent[attempt_id]
        attempt = msgspec.structs.replace(earlier, kind="replay")
        await self._send(attempt, request)
        return attempt

    def close(self) -> None:
        """Let go of the sockets."""
        self._client.close()

    async def _tell(self, notice: Notice) -> None:
        for number, wait_s in enumerate(SCHEDULE_S):
            await asyncio.sleep(wait_s / self._speed)
            if await self._round(notice, "first" if number == 0 else "repeat"):
                return
        _log.warning("notify_given_up notify_id=%s", notice.notify_id)

    async def _round(self, notice: Notice, kind: Kind) -> bool:
        """One attempt with the faults in force; whether it was taken."""
        faults = self._faults.take_for_notify(notice.content["out_trade_no"])
        await asyncio.sleep(faults.notify_delay_s)
        if faults.notify_drop:
            self._remember(self._attempt(notice, "dropped"), self._request(notice, faults))
            return False
        if faults.notify_probe:
            probe = self._request(notice, faults)
            probe.headers["Wechatpay-Signature"] = "WECHATPAY/SIGNTEST/" + secrets.token_urlsafe(192)
            await self._send(self._attempt(notice, "probe"), probe)
        kinds: list[Kind] = [kind]
        kinds += ["duplicate"] * faults.notify_duplicates
        sends = [self._send(self._attempt(notice, each), self._request(notice, faults)) for each in kinds]
        return any(await asyncio.gather(*sends))

    async def _send(self, attempt: Attempt, request: HTTPRequest) -> bool:
        """Post it; whether it was taken."""
        self._remember(attempt, request)
        try:
            answer = await self._client.fetch(request, raise_error=False)
            attempt.status = answer.code
        except (HTTPClientError, OSError, ValueError) as problem:
            attempt.error = type(problem).__name__
        _log.info("notify_sent id=%s kind=%s status=%s", attempt.id, attempt.kind, attempt.status)
        return attempt.status in {200, 204}

    def _remember(self, attempt: Attempt, request: HTTPRequest) -> None:
        self._last_id += 1
        attempt.id, attempt.status, attempt.error = self._last_id, None, ""
        attempt.sent_at = beijing_time(now_s())
        self._sent[attempt.id] = (attempt, request)
        if len(self._sent) > MAX_ATTEMPTS:
            self._sent.popitem(last=False)

    def _attempt(self, notice: Notice, kind: Kind) -> Attempt:
        number = notice.content["out_trade_no"]
        return Attempt(0, notice.notify_id, kind, notice.event_type, number, notice.url, sent_at="")

    def _request(self, notice: Notice, faults: Faults) -> HTTPRequest:
        body = self._body(notice, faults.notify_tamper)
        timestamp, nonce = str(int(now_s())), secrets.token_hex(16)
        identity = self._identity
        serial = UNKNOWN_SERIAL if faults.notify_wrong_serial else identity.file.platform_public_key_id
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Mozilla/4.0",
            "Wechatpay-Timestamp": timestamp,
            "Wechatpay-Nonce": nonce,
            "Wechatpay-Serial": serial,
            "Wechatpay-Signature": sign(identity.platform_key, answer_message(timestamp, nonce, body)),
            "Wechatpay-Signature-Type": SIGNATURE_TYPE,
            "Request-ID": secrets.token_hex(16).upper(),
        }
        return HTTPRequest(
            notice.url,
            "POST",
            headers,
            body,
            connect_timeout=ANSWER_LIMIT_S,
            request_timeout=ANSWER_LIMIT_S,
            follow_redirects=False,
        )

    def _body(self, notice: Notice, tamper: Tamper) -> bytes:
        nonce, associated_data = secrets.token_hex(6), notice.original_type
        plaintext = msgspec.json.encode(_tampered(notice.content, tamper))
        return msgspec.json.encode(
            {
                "id": notice.notify_id,
                "create_time": beijing_time(notice.created_s),
                "resource_type": "encrypt-resource",
                "event_type": notice.event_type,
                "summary": notice.summary,
                "resource": {
                    "original_type": notice.original_type,
                    "algorithm": "AEAD_AES_256_GCM",
                    "ciphertext": encrypt(
                        self._identity.api_v3_key, nonce.encode(), associated_data.encode(), plaintext
                    ),
                    "associated_data": associated_data,
                    "nonce": nonce,
                },
            }
        )


def _tampered(content: dict[str, Any], tamper: Tamper) -> dict[str, Any]:
    forged = msgspec.to_builtins(tamper)
    amount = dict(content["amount"])
    if "amount" in forged:
        amount["total"] = forged.pop("amount")
    if "refund" in forged:
        amount["refund"] = forged.pop("refund")
    if "currency" in forged:
        amount["currency"] = forged.pop("currency")
    return {**content, **forged, "amount": amount}


def _new_notify_id() -> str:
    return str(uuid.UUID(bytes=secrets.token_bytes(16)))

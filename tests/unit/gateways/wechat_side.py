"""WeChat's side of the wire for these tests, written on `cryptography` alone: shares no code with the gateways."""

import base64
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from tests.http_side import serving
from tests.waiting import LIMIT_S

MCHID = "1900000109"
APPID = "wx8888888888888888"
MERCHANT_SERIAL = "5F1C2B3A4D5E6F708192A3B4C5D6E7F801020304"
PLATFORM_KEY_ID = "PUB_KEY_ID_0119000001092026112300000000000001"
API_V3_KEY = "canary-api-v3-key-32-bytes-long!"
APP_SECRET = "canary-app-secret-0123456789abcdef"


def pem_of(key: rsa.RSAPrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def public_pem_of(key: rsa.RSAPrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def sign(key: rsa.RSAPrivateKey, *lines: str | bytes) -> str:
    message = b"".join((line.encode() if isinstance(line, str) else line) + b"\n" for line in lines)
    return base64.b64encode(key.sign(message, padding.PKCS1v15(), SHA256())).decode()


def signed_headers(key: rsa.RSAPrivateKey, body: bytes, timestamp: int) -> dict[str, str]:
    nonce = "5K8264ILTKCH16CQ2502SI8ZNMTM67VS"
    return {
        "Wechatpay-Timestamp": str(timestamp),
        "Wechatpay-Nonce": nonce,
        "Wechatpay-Serial": PLATFORM_KEY_ID,
        "Wechatpay-Signature-Type": "WECHATPAY2-SHA256-RSA2048",
        "Wechatpay-Signature": sign(key, str(timestamp), nonce, body),
    }


def trade(**changes: object) -> dict[str, Any]:
    whole: dict[str, Any] = {
        "mchid": MCHID,
        "appid": APPID,
        "out_trade_no": "T20261123100000ABCDEFGHJK",
        "transaction_id": "4200002026112300000000000001",
        "trade_type": "JSAPI",
        "trade_state": "SUCCESS",
        "bank_type": "OTHERS",
        "success_time": "2026-11-23T18:00:05+08:00",
        "amount": {"total": 5000, "payer_total": 5000, "currency": "CNY", "payer_currency": "CNY"},
    }
    return whole | changes


def notify_body(content: bytes, *, event_type: str = "TRANSACTION.SUCCESS", key: str = API_V3_KEY) -> bytes:
    nonce, associated = "fdasflkja484", "transaction"
    sealed = AESGCM(key.encode()).encrypt(nonce.encode(), content, associated.encode())
    return json.dumps(
        {
            "id": "EV-2026112310000500001",
            "create_time": "2026-11-23T18:00:05+08:00",
            "resource_type": "encrypt-resource",
            "event_type": event_type,
            "summary": "支付成功",
            "resource": {
                "original_type": "transaction",
                "algorithm": "AEAD_AES_256_GCM",
                "ciphertext": base64.b64encode(sealed).decode(),
                "associated_data": associated,
                "nonce": nonce,
            },
        },
        ensure_ascii=False,
    ).encode()


@dataclass
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    def is_signed_by(self, key: rsa.RSAPrivateKey) -> bool:
        """Check the Authorization header over the bytes as they arrived."""
        scheme, _, rest = self.headers["Authorization"].partition(" ")
        fields = dict(re.findall(r'(\w+)="([^"]*)"', rest))
        message = [self.method, self.path, fields["timestamp"], fields["nonce_str"], self.body.decode()]
        return (
            scheme == "WECHATPAY2-SHA256-RSA2048"
            and fields["mchid"] == MCHID
            and fields["serial_no"] == MERCHANT_SERIAL
            and sign(key, *message) == fields["signature"]  # PKCS#1 v1.5 is deterministic
        )


@dataclass
class Answer:
    """`cut` sends that many body bytes and then closes; `wait_for` holds the answer back."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None
    wait_for: threading.Event | None = None


Answering = Callable[[Request], Answer | None]


class Channel:
    """What the server answers is set by the test; None closes the connection without an answer."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.requests: list[Request] = []
        self.answer: Answering = lambda _request: Answer(404)


@contextmanager
def channel_server() -> Iterator[Channel]:
    def take(request: BaseHTTPRequestHandler, body: bytes) -> None:
        told = Request(request.command, request.path, dict(request.headers.items()), body)
        channel.requests.append(told)
        answer = channel.answer(told)
        request.close_connection = True
        if answer is not None:
            _send(request, answer)

    with serving(take) as base:
        channel = Channel(base)
        yield channel


def _send(request: BaseHTTPRequestHandler, answer: Answer) -> None:
    if answer.wait_for:
        answer.wait_for.wait(timeout=LIMIT_S)
    request.protocol_version = "HTTP/1.1"
    try:
        request.send_response(answer.status)
        for name, value in answer.headers.items():
            request.send_header(name, value)
        if answer.status != 204:
            request.send_header("Content-Length", str(len(answer.body)))
        request.send_header("Connection", "close")
        request.end_headers()
        request.wfile.write(answer.body[: answer.cut])
    except ConnectionError:
        pass  # the client had enough, which is what some tests want

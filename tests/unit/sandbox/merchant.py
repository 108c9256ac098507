"""A merchant and a notify address written by hand for these tests: nothing of the sandbox's own crypto is used."""

import base64
import json
import secrets
import threading
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import requests
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from tests.http_side import say_status, serving
from tests.waiting import LIMIT_S


@dataclass
class Merchant:
    """What a production configuration holds, read from product.toml."""

    base: str
    appid: str
    app_secret: str
    mchid: str
    serial: str
    key: RSAPrivateKey
    platform_key: RSAPublicKey
    platform_key_id: str
    api_v3_key: bytes
    http: requests.Session

    def sign(self, text: str) -> str:
        return base64.b64encode(self.key.sign(text.encode(), PKCS1v15(), SHA256())).decode()

    def authorization(self, method: str, target: str, body: str, **changes: str) -> str:
        fields = {
            "mchid": self.mchid,
            "nonce_str": secrets.token_hex(16),
            "timestamp": str(int(time.time())),  # noqa: TID251 a test
            "serial_no": self.serial,
        }
        fields |= {name: value for name, value in changes.items() if name in fields}
        text = f"{method}\n{target}\n{fields['timestamp']}\n{fields['nonce_str']}\n{body}\n"
        fields["signature"] = changes.get("signature", self.sign(text))
        return "WECHATPAY2-SHA256-RSA2048 " + ",".join(f'{name}="{value}"' for name, value in fields.items())

    def send(
        self, method: str, target: str, body: str = "", authorization: str | None = None, **headers: str
    ) -> requests.Response:
        sent = {
            "Accept": "application/json",
            "Content-Type": "application/json",
            "User-Agent": "test",
            "Wechatpay-Serial": self.platform_key_id,
            "Authorization": authorization or self.authorization(method, target, body),
        } | headers
        return self.http.request(
            method, self.base + target, data=body.encode(), headers=sent, timeout=LIMIT_S
        )

    def call(self, method: str, target: str, value: Any = None) -> Any:
        """Send and prove the answer: refusals are unsigned, everything else is signed."""
        answer = self.send(method, target, "" if value is None else json.dumps(value))
        if answer.status_code >= 400:
            assert "Wechatpay-Signature" not in answer.headers
            return answer.status_code, answer.json()["code"]
        assert self.is_signed(answer.headers, answer.content)
        return answer.json() if answer.content else answer.status_code

    def is_signed(self, headers: Any, body: bytes) -> bool:
        if headers["Wechatpay-Serial"] != self.platform_key_id:
            return False
        assert headers["Wechatpay-Signature-Type"] == "WECHATPAY2-SHA256-RSA2048"
        text = f"{headers['Wechatpay-Timestamp']}\n{headers['Wechatpay-Nonce']}\n{body.decode()}\n"
        try:
            signature = base64.b64decode(headers["Wechatpay-Signature"])
            self.platform_key.verify(signature, text.encode(), PKCS1v15(), SHA256())
        except (InvalidSignature, ValueError):
            return False
        return True

    def decrypt(self, body: bytes) -> Any:
        resource = json.loads(body)["resource"]
        ciphertext = base64.b64decode(resource["ciphertext"])
        aad = resource["associated_data"].encode()
        return json.loads(AESGCM(self.api_v3_key).decrypt(resource["nonce"].encode(), ciphertext, aad))

    def order(self, notify_url: str, **changes: Any) -> dict[str, Any]:
        number = f"T{secrets.token_hex(12)}"
        return {
            "appid": self.appid,
            "mchid": self.mchid,
            "description": "充电预付 🔌",
            "out_trade_no": number,
            "notify_url": notify_url,
            "amount": {"total": 5000, "currency": "CNY"},
            "payer": {"openid": "oTest"},
        } | changes

    def place(self, notify_url: str, **changes: Any) -> tuple[dict[str, Any], str]:
        order = self.order(notify_url, **changes)
        return order, self.call("POST", "/v3/pay/transactions/jsapi", order)["prepay_id"]

    def query(self, order: dict[str, Any]) -> Any:
        return self.call(
            "GET", f"/v3/pay/transactions/out-trade-no/{order['out_trade_no']}?mchid={self.mchid}"
        )

    def payment(self, prepay_id: str) -> dict[str, str]:
        package, timestamp, nonce = f"prepay_id={prepay_id}", "1700000000", secrets.token_hex(16)
        return {
            "prepay_id": prepay_id,
            "timeStamp": timestamp,
            "nonceStr": nonce,
            "package": package,
            "signType": "RSA",
            "paySign": self.sign(f"{self.appid}\n{timestamp}\n{nonce}\n{package}\n"),
        }

    def control(self, path: str, value: Any = None) -> Any:
        """The JSON of a control address; a refusal as (status, code)."""
        if value is None:
            answer = self.http.get(f"{self.base}/sandbox/{path}", timeout=LIMIT_S)
        else:
            answer = self.http.post(f"{self.base}/sandbox/{path}", json=value, timeout=LIMIT_S)
        return answer.json() if answer.ok else (answer.status_code, answer.json()["code"])

    def attempts(self, order: dict[str, Any]) -> list[dict[str, Any]]:
        attempts = self.control("notifies")["attempts"]
        return [attempt for attempt in attempts if attempt["out_trade_no"] == order["out_trade_no"]]


def read_merchant(folder: Path, base: str) -> Merchant:
    product = tomllib.loads((folder / "product.toml").read_text(encoding="utf-8"))
    wechat, pay = product["wechat"], product["wechat_pay"]
    key = load_pem_private_key((folder / pay["merchant_key_file"]).read_bytes(), None)
    platform_key = load_pem_public_key((folder / pay["platform_public_key_file"]).read_bytes())
    assert isinstance(key, RSAPrivateKey)
    assert isinstance(platform_key, RSAPublicKey)
    session = requests.Session()
    session.trust_env = False
    return Merchant(
        base=base,
        appid=wechat["appid"],
        app_secret=(folder / wechat["secret_file"]).read_text(encoding="utf-8"),
        mchid=pay["mchid"],
        serial=pay["merchant_serial"],
        key=key,
        platform_key=platform_key,
        platform_key_id=pay["platform_public_key_id"],
        api_v3_key=(folder / pay["api_v3_key_file"]).read_bytes(),
        http=session,
    )


@dataclass
class Received:
    headers: dict[str, str]
    body: bytes


@dataclass
class NotifyAddress:
    """Records what arrives; answers the statuses in `answers` first, then 204, or 200 where there is a `body`."""

    url: str = ""
    body: bytes = b""
    answers: list[int] = field(default_factory=list)
    received: list[Received] = field(default_factory=list)


@contextmanager
def notify_address() -> Iterator[NotifyAddress]:
    """One that is reached at its `url`."""
    address, lock = NotifyAddress(), threading.Lock()

    def take(request: BaseHTTPRequestHandler, body: bytes) -> None:
        with lock:
            address.received.append(Received(dict(request.headers), body))
            status = address.answers.pop(0) if address.answers else (200 if address.body else 204)
        say_status(request, status, address.body)

    with serving(take) as base:
        address.url = f"{base}/notify/wechat"
        yield address

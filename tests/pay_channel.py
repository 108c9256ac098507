"""WeChat, WeChat Pay and Alipay for tests: the gateways on a real sandbox process, and notifies signed by hand.

What the sandbox sends arrives at a small HTTP server here that hands it to the service, as the API does.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import msgspec
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import rsa

import backend.gateways
from backend.config import Settings, load
from backend.connect_gateways import connect_gateways
from backend.domain.errors import DomainError
from backend.domain.identity import IdentityKind
from backend.domain.payment import Channel
from backend.gateways.clock import utc_now
from backend.gateways.wechat.mini_program import WechatGateway, WechatSettings
from backend.gateways.wechat.pay import WechatPayGateway, WechatPaySettings
from backend.models.engine import database
from backend.services.payments.record_payment_notify import record_payment_notify
from scripts.stand_ins.sandbox.keys import make_keys
from tests.http_side import say_status, serving
from tests.unit.gateways import wechat_side as side
from tests.unit.sandbox.process import base_of, sandbox_process
from tests.waiting import LIMIT_S

NOTIFY_SPEED = 1_000
NOWHERE = "http://127.0.0.1:1"


def take_notify(request: BaseHTTPRequestHandler, body: bytes) -> None:
    """Hand it to the service and answer as the API does, 400 for a refusal."""
    _, _, name, *more = request.path.split("/")
    channel = Channel(name)
    status = 200 if channel is Channel.ALIPAY else 204
    try:
        record_payment_notify(
            channel=channel,
            account_no=more[0] if more else None,
            headers=dict(request.headers.items()),
            body=body,
            now=utc_now(),
        )
    except DomainError:
        status = 400
    finally:
        database.close()
    say_status(request, status, b"success" if status == 200 else b"")


@dataclass(frozen=True)
class Sandbox:
    """The control side of a running sandbox: what a person's phone does, and the fault switches."""

    base: str
    keys: Path
    settings: Settings
    http: requests.Session

    def control(self, path: str, value: Any) -> Any:
        """The JSON answer of a control address."""
        return self.http.post(f"{self.base}/sandbox/{path}", json=value, timeout=LIMIT_S).json()

    def pay(self, payment_no: str) -> Any:
        """The person pays."""
        return self.control("pay", {"out_trade_no": payment_no})

    def login_code(self, openid: str | None = None, unionid: str | None = None) -> str:
        """What wx.login gives; a new person without `openid`."""
        who = {"openid": openid, "unionid": unionid}
        asked = {name: value for name, value in who.items() if value is not None}
        code: str = self.control("login-codes", asked)["code"]
        return code

    def refunds(self) -> list[dict[str, Any]]:
        """All that were asked back."""
        answer = self.http.get(f"{self.base}/sandbox/refunds", timeout=LIMIT_S).json()
        return list(answer["refunds"])

    def refunds_of(self, payment_no: str) -> list[dict[str, Any]]:
        """Those of one payment."""
        return [one for one in self.refunds() if one["out_trade_no"] == payment_no]

    def notifies(self, payment_no: str) -> list[dict[str, Any]]:
        """What was sent about this payment."""
        answer = self.http.get(f"{self.base}/sandbox/notifies", timeout=LIMIT_S).json()
        return [attempt for attempt in answer["attempts"] if attempt["out_trade_no"] == payment_no]


@contextlib.contextmanager
def running_sandbox(folder: Path) -> Iterator[Sandbox]:
    """A sandbox process with keys of its own."""
    keys = folder / "keys"
    with requests.Session() as http:
        http.trust_env = False
        make_keys(keys, NOWHERE, NOWHERE)
        log_path = folder / "sandbox.log"
        child = sandbox_process(keys, log_path, "--notify-speed", str(NOTIFY_SPEED))
        child.start()
        try:
            base = base_of(log_path)
            make_keys(keys, base, NOWHERE)
            environ = {"XINXIANG_CONFIG": str(keys / "product.toml"), "XINXIANG_MODE": "demo"}
            yield Sandbox(base, keys, load(environ), http)
        finally:
            child.stop()


@contextlib.contextmanager
def sandbox_gateways(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, **wechat_pay: object
) -> Iterator[None]:
    """The gateways of one test, every fault off, and a door of its own: nothing told later reaches another test.

    `wechat_pay` are settings of that table.
    """
    with serving(take_notify) as base:
        monkeypatch.setattr(backend.gateways, "_configured", backend.gateways._Configured())
        pay = msgspec.structs.replace(
            sandbox.settings.wechat_pay, notify_url=f"{base}/notify/wechat", **wechat_pay
        )
        alipay = msgspec.structs.replace(sandbox.settings.alipay, notify_url=f"{base}/notify/alipay")
        connect_gateways(msgspec.structs.replace(sandbox.settings, wechat_pay=pay, alipay=alipay))
        sandbox.control("faults", {})
        yield


@dataclass(frozen=True)
class HandMadeChannel:
    """Gateways whose channel is the test: trades, notifies and answers are made by hand with the platform's key."""

    platform_key: rsa.RSAPrivateKey
    other_key: rsa.RSAPrivateKey

    def configure(self, monkeypatch: pytest.MonkeyPatch, *, api_base: str = NOWHERE) -> None:
        """The gateways of this test; without `api_base` the channel cannot be called."""
        monkeypatch.setattr(backend.gateways, "_configured", backend.gateways._Configured())
        where = {"api_base": api_base, "allow_insecure": True}
        backend.gateways.configure(
            log_ins={
                IdentityKind.WECHAT_MINI_PROGRAM: WechatGateway(
                    WechatSettings(appid=side.APPID, secret=side.APP_SECRET, **where)  # type: ignore[arg-type]
                )
            },
            channels={
                Channel.WECHAT: WechatPayGateway(
                    WechatPaySettings(
                        mchid=side.MCHID,
                        appid=side.APPID,
                        merchant_private_key_pem=side.pem_of(self.other_key),
                        merchant_serial=side.MERCHANT_SERIAL,
                        api_v3_key=side.API_V3_KEY,
                        platform_public_key_pem=side.public_pem_of(self.platform_key),
                        platform_public_key_id=side.PLATFORM_KEY_ID,
                        notify_url="https://charge.example.com/notify/wechat",
                        **where,  # type: ignore[arg-type]
                    )
                )
            },
        )

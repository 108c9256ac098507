"""The three outgoing calls and the answers of WeChat Pay that these tests have in common."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from backend.gateways.clock import utc_now
from backend.gateways.payment_channel import AskedPayment
from backend.gateways.wechat.pay import WechatPayGateway
from tests.unit.gateways import wechat_side as side

PAYMENT_NO = "T20261123100000ABCDEFGHJK"
NOW = datetime(2026, 11, 23, 10, 0, 5, tzinfo=UTC)


def asked(**changes: Any) -> AskedPayment:
    whole: dict[str, Any] = {
        "payment_no": PAYMENT_NO,
        "amount_fen": 5000,
        "description": "欣象充电 充值",
        "payer_key": "oABC",
        "expires_at": NOW + timedelta(minutes=30),
    }
    return AskedPayment(**whole | changes)


def create(pay: WechatPayGateway, **changes: Any) -> str:
    return pay.ask_for(asked(**changes))


CALLS: dict[str, Callable[[WechatPayGateway], object]] = {
    "create": create,
    "query": lambda pay: pay.query(PAYMENT_NO),
    "close": lambda pay: pay.close(PAYMENT_NO),
}
every_call = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())


def signed(key: rsa.RSAPrivateKey, status: int, content: object = None, *, age_s: int = 0) -> side.Answer:
    body = b"" if content is None else json.dumps(content).encode()
    headers = side.signed_headers(key, body, int(utc_now().timestamp()) - age_s)
    return side.Answer(status, body, headers | {"Content-Type": "application/json"})


def refusal(status: int, code: str) -> side.Answer:
    body = json.dumps({"code": code, "message": "canary-message"}).encode()
    return side.Answer(status, body, {"Content-Type": "application/json", "Request-ID": "08F78BB5"})

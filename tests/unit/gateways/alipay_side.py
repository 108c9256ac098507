"""Alipay's side of the wire for these tests, written on `cryptography` alone: shares no code with the gateway."""

import base64
import json
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from tests.unit.gateways.wechat_side import Answer, Request

APP_ID = "2021000000000109"
SELLER_ID = "2088000000000109"
PAYMENT_NO = "P20261123100000ABCDEFGHJK"
NOTIFY_URL = "https://charge.example.com/notify/alipay"
RETURN_URL = "https://charge.example.com/pay/done"


def sign(key: rsa.RSAPrivateKey, text: str) -> str:
    return base64.b64encode(key.sign(text.encode(), padding.PKCS1v15(), SHA256())).decode()


def params_of(url: str, body: bytes = b"") -> dict[str, str]:
    """What a request asks, of its address and its form."""
    text = "&".join(filter(None, (urlsplit(url).query, body.decode())))
    pairs = parse_qsl(text, keep_blank_values=True, strict_parsing=True)
    assert len(dict(pairs)) == len(pairs)
    return dict(pairs)


def is_asked_by(key: rsa.RSAPublicKey, params: dict[str, str]) -> bool:
    """Whether this key signed these parameters: all but `sign` and empty ones, by name."""
    rest = sorted((name, value) for name, value in params.items() if name != "sign" and value)
    text = "&".join(f"{name}={value}" for name, value in rest)
    try:
        key.verify(base64.b64decode(params["sign"]), text.encode(), padding.PKCS1v15(), SHA256())
    except InvalidSignature:
        return False
    return True


def answer(key: rsa.RSAPrivateKey, request: Request, **content: Any) -> Answer:
    """A signed answer to the method that was asked."""
    method = params_of(request.path)["method"]
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    body = f'{{"{method.replace(".", "_")}_response":{text},"sign":"{sign(key, text)}"}}'
    return Answer(200, body.encode(), {"Content-Type": "text/html;charset=utf-8"})


def ok(key: rsa.RSAPrivateKey, request: Request, **content: Any) -> Answer:
    return answer(key, request, code="10000", msg="Success", **content)


def refusal(key: rsa.RSAPrivateKey, request: Request, sub_code: str, code: str = "40004") -> Answer:
    return answer(key, request, code=code, msg="Business Failed", sub_code=sub_code, sub_msg="canary-message")


def notify_fields(**changes: str | None) -> dict[str, str]:
    """What Alipay says of a payment of 50 yuan; None leaves a field out."""
    whole: dict[str, str | None] = {
        "gmt_create": "2026-11-23 18:00:01",
        "charset": "utf-8",
        "seller_email": "",
        "subject": "充电钱包充值 {⚡&=}",
        "body": "",
        "buyer_id": "2088102534368455",
        "notify_id": "2026112300222180005036890512345678",
        "fund_bill_list": '[{"amount":"50.00","fundChannel":"ALIPAYACCOUNT"}]',
        "notify_type": "trade_status_sync",
        "trade_status": "TRADE_SUCCESS",
        "app_id": APP_ID,
        "auth_app_id": APP_ID,
        "seller_id": SELLER_ID,
        "gmt_payment": "2026-11-23 18:00:05",
        "notify_time": "2026-11-23 18:00:06",
        "version": "1.0",
        "out_trade_no": PAYMENT_NO,
        "total_amount": "50.00",
        "trade_no": "2026112322001468450512505578",
    }
    return {name: value for name, value in (whole | changes).items() if value is not None}


def form(key: rsa.RSAPrivateKey, fields: dict[str, str], **over: str) -> bytes:
    """A notify's form with a sound signature; `over` is laid over it unsigned."""
    text = "&".join(f"{name}={fields[name]}" for name in sorted(fields))
    return urlencode({**fields, "sign_type": "RSA2", "sign": sign(key, text), **over}).encode()

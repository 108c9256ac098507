"""Bench `notify`: payment notifies proven in a second of CPU by one process, against RSA verify + AES-GCM alone.

Each notify is another one, signed and sealed as WeChat Pay does; proving it takes headers, time window, serial, signature,
decryption and the trade's fields. One of another key among them has to be refused. Nothing is booked: `settle` measures that.
"""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Final

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey, generate_private_key
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256

from backend.domain.errors import NotifyRejected
from backend.gateways.clock import utc_now
from backend.gateways.wechat.pay import WechatPayGateway, WechatPaySettings
from scripts.benches.result import Options, Result, interleave, median, say, with_range
from tests.unit.gateways import wechat_side as side

NOTIFIES: Final = 2_000
QUICK_NOTIFIES: Final = 200
MUST: Final = 0.3
GOAL: Final = 0.6
RATE: Final = "notifies_per_s"


@dataclass(frozen=True, slots=True)
class Made:
    """A notify, and its parts as the bare library takes them."""

    headers: dict[str, str]
    body: bytes
    message: bytes
    signature: bytes
    nonce: bytes
    sealed: bytes
    associated: bytes


def run(options: Options) -> Result:
    """`value` is the product's rate; a ratio below MUST, or a forged notify that is taken, is a failure."""
    theirs, other = (generate_private_key(public_exponent=65_537, key_size=2_048) for _ in range(2))
    gateway = _gateway(theirs, other)
    now = utc_now()
    count = QUICK_NOTIFIES if options.is_quick else NOTIFIES
    say(f"  signing {count:,} notifies …")
    made = [_make(theirs, number, now) for number in range(count)]
    found = interleave(
        {
            "product": partial(_rate, made, partial(_prove, gateway, now)),
            "RSA + AES-GCM": partial(_rate, made, partial(_bare, theirs.public_key())),
        },
        options.reps,
    )
    value, ceiling = median(found["product"], RATE), median(found["RSA + AES-GCM"], RATE)
    failures = (
        [] if value >= MUST * ceiling else [f"{value / ceiling:.2f} of the bare library, must be {MUST}"]
    )
    if _takes(gateway, _make(other, count, now), now):
        failures.append("a notify of another key was taken")
    return Result(
        bench="notify",
        value=value,
        unit="notifies/s",
        ceiling=ceiling,
        table=[["", "notifies/s"], *([name, with_range(rows, RATE)] for name, rows in found.items())],
        details={"must": MUST, "goal": GOAL},
        failures=failures,
    )


def _gateway(theirs: RSAPrivateKey, ours: RSAPrivateKey) -> WechatPayGateway:
    return WechatPayGateway(
        WechatPaySettings(
            mchid=side.MCHID,
            appid=side.APPID,
            merchant_private_key_pem=side.pem_of(ours),
            merchant_serial=side.MERCHANT_SERIAL,
            api_v3_key=side.API_V3_KEY,
            platform_public_key_pem=side.public_pem_of(theirs),
            platform_public_key_id=side.PLATFORM_KEY_ID,
            notify_url="https://charge.example.com/notify/wechat",
        )
    )


def _make(key: RSAPrivateKey, number: int, now: datetime) -> Made:
    told = side.trade(out_trade_no=f"P20261123{number:016d}", transaction_id=f"42{number:026d}")
    body = side.notify_body(json.dumps(told).encode())
    headers = side.signed_headers(key, body, int(now.timestamp()))
    resource = json.loads(body)["resource"]
    return Made(
        headers=headers,
        body=body,
        message=f"{headers['Wechatpay-Timestamp']}\n{headers['Wechatpay-Nonce']}\n".encode() + body + b"\n",
        signature=base64.b64decode(headers["Wechatpay-Signature"]),
        nonce=resource["nonce"].encode(),
        sealed=base64.b64decode(resource["ciphertext"]),
        associated=resource["associated_data"].encode(),
    )


def _rate(made: Sequence[Made], work: Callable[[Made], object]) -> dict[str, float]:
    began = time.process_time()
    for one in made:
        work(one)
    return {RATE: len(made) / (time.process_time() - began)}


def _prove(gateway: WechatPayGateway, now: datetime, one: Made) -> None:
    gateway.verify_notify(one.headers, one.body, now)


def _bare(key: RSAPublicKey, one: Made) -> None:
    key.verify(one.signature, one.message, PKCS1v15(), SHA256())
    AESGCM(side.API_V3_KEY.encode()).decrypt(one.nonce, one.sealed, one.associated)


def _takes(gateway: WechatPayGateway, one: Made, now: datetime) -> bool:
    try:
        _prove(gateway, now, one)
    except NotifyRejected:
        return False
    return True

"""Bench `notify`: payment notifies proven in a second of CPU by one process, against RSA verify + AES-GCM alone.

Each notify is another one, signed and sealed as WeChat Pay does; proving it takes headers, time window, serial, signature,
decryption and the trade's fields. An altered one has to be refused. Nothing is booked: `settle` measures that.
"""

from __future__ import annotations

import base64
import json
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256

from backend.domain.errors import NotifyRejected
from backend.domain.payment import Channel
from backend.gateways.clock import utc_now
from backend.gateways.payment_channel import AskedPayment
from scripts.benches.result import Options, Result, interleave, median, say, with_range
from tests.money.truth import TruthChannel, keys, make_channels
from tests.unit.gateways.wechat_side import API_V3_KEY

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
    channel = make_channels(random.Random(0))[Channel.WECHAT]  # noqa: S311 - nothing is chosen
    theirs = keys()[0].public_key()
    now = utc_now()
    count = QUICK_NOTIFIES if options.is_quick else NOTIFIES
    say(f"  signing {count:,} notifies …")
    made = [_make(channel, number, now) for number in range(count)]
    found = interleave(
        {
            "product": partial(_rate, made, partial(_prove, channel, now)),
            "RSA + AES-GCM": partial(_rate, made, partial(_bare, theirs)),
        },
        options.reps,
    )
    value, ceiling = median(found["product"], RATE), median(found["RSA + AES-GCM"], RATE)
    failures = (
        [] if value >= MUST * ceiling else [f"{value / ceiling:.2f} of the bare library, must be {MUST}"]
    )
    altered = replace(made[0], body=made[0].body.replace(b"EV-", b"EW-"))
    if _takes(channel, altered, now):
        failures.append("a notify that was altered was taken")
    return Result(
        bench="notify",
        value=value,
        unit="notifies/s",
        ceiling=ceiling,
        table=[["", "notifies/s"], *([name, with_range(rows, RATE)] for name, rows in found.items())],
        details={"must": MUST, "goal": GOAL},
        failures=failures,
    )


def _make(channel: TruthChannel, number: int, now: datetime) -> Made:
    asked = AskedPayment(
        payment_no=f"P20261123{number:016d}",
        amount_fen=5_000,
        description="充电钱包充值",
        payer_key=None,
        expires_at=now + timedelta(hours=1),
    )
    channel.ask_for(asked)
    channel.pay(asked.payment_no, now)
    headers, body = channel.tell(asked.payment_no, now)
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


def _prove(channel: TruthChannel, now: datetime, one: Made) -> None:
    channel.verify_notify(one.headers, one.body, now)


def _bare(key: RSAPublicKey, one: Made) -> None:
    key.verify(one.signature, one.message, PKCS1v15(), SHA256())
    AESGCM(API_V3_KEY.encode()).decrypt(one.nonce, one.sealed, one.associated)


def _takes(channel: TruthChannel, one: Made, now: datetime) -> bool:
    try:
        _prove(channel, now, one)
    except NotifyRejected:
        return False
    return True

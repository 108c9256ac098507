"""A notify of WeChat Pay: signed over its body, its content encrypted. Taken by HTTP 200 or 204."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from tornado.httpclient import HTTPRequest

from scripts.stand_ins.sandbox.clock import beijing_time, now_s
from scripts.stand_ins.sandbox.faults import Faults, Tamper
from scripts.stand_ins.sandbox.notifies import new_notify_id, post
from scripts.stand_ins.sandbox.signatures import SIGNATURE_TYPE, answer_message, encrypt, sign
from scripts.stand_ins.sandbox.verification import Verification

# Waits before each attempt; the sum is 24 h 4 min.
SCHEDULE_S = (0, 15, 15, 30, 180, 600, 1200, 1800, 1800, 1800, 3600, 10800, 10800, 10800, 21600, 21600)
UNKNOWN_SERIAL = "PUB_KEY_ID_0100000000000000000000000000000000"


@dataclass(frozen=True, slots=True)
class PayNotice:
    """`content` is encrypted."""

    api_v3_key: bytes
    verification: Verification
    url: str
    event_type: str
    summary: str
    original_type: str
    content: dict[str, Any]
    created_s: float = field(default_factory=now_s)
    notify_id: str = field(default_factory=new_notify_id)
    schedule_s: Sequence[float] = SCHEDULE_S

    @property
    def out_trade_no(self) -> str:
        """The order's number."""
        number: str = self.content["out_trade_no"]
        return number

    def request(self, faults: Faults) -> HTTPRequest:
        """One attempt."""
        body = self._body(faults.notify_tamper)
        timestamp, nonce = str(int(now_s())), secrets.token_hex(16)
        known, key = self.verification.signer_of_notify()
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Mozilla/4.0",
            "Wechatpay-Timestamp": timestamp,
            "Wechatpay-Nonce": nonce,
            "Wechatpay-Serial": UNKNOWN_SERIAL if faults.notify_wrong_serial else known,
            "Wechatpay-Signature": sign(key, answer_message(timestamp, nonce, body)),
            "Wechatpay-Signature-Type": SIGNATURE_TYPE,
            "Request-ID": secrets.token_hex(16).upper(),
        }
        return post(self.url, headers, body)

    def probe(self, faults: Faults) -> HTTPRequest:
        """The same with a signature that is none."""
        probe = self.request(faults)
        probe.headers["Wechatpay-Signature"] = "WECHATPAY/SIGNTEST/" + secrets.token_urlsafe(192)
        return probe

    def is_taken(self, status: int | None, answer: bytes) -> bool:
        """By the status alone."""
        del answer
        return status in {200, 204}

    def _body(self, tamper: Tamper) -> bytes:
        nonce, associated_data = secrets.token_hex(6), self.original_type
        plaintext = msgspec.json.encode(_tampered(self.content, tamper))
        return msgspec.json.encode(
            {
                "id": self.notify_id,
                "create_time": beijing_time(self.created_s),
                "resource_type": "encrypt-resource",
                "event_type": self.event_type,
                "summary": self.summary,
                "resource": {
                    "original_type": self.original_type,
                    "algorithm": "AEAD_AES_256_GCM",
                    "ciphertext": encrypt(
                        self.api_v3_key, nonce.encode(), associated_data.encode(), plaintext
                    ),
                    "associated_data": associated_data,
                    "nonce": nonce,
                },
            }
        )


def _tampered(content: dict[str, Any], tamper: Tamper) -> dict[str, Any]:
    """Only names that WeChat Pay's notifies have are forged."""
    forged = msgspec.to_builtins(tamper)
    amount = dict(content["amount"])
    if "amount" in forged:
        amount["total"] = forged.pop("amount")
    if "refund" in forged:
        amount["refund"] = forged.pop("refund")
    if "currency" in forged:
        amount["currency"] = forged.pop("currency")
    known = {name: value for name, value in forged.items() if name in content}
    return {**content, **known, "amount": amount}

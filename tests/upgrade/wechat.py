"""WeChat and WeChat Pay as a small server of the test: logs anybody in, takes orders, and does what it is told."""

import contextlib
import json
from collections.abc import Iterator
from datetime import datetime
from typing import Self
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from backend.domain.payment import Channel
from backend.services.payments.record_payment_notify import record_payment_notify
from tests.pay_channel import HandMadeChannel
from tests.unit.gateways import wechat_side as side
from tests.unit.gateways.pay_calls import refusal, signed


class Wechat:
    """`mood` is how the next orders are met: `takes`, `refuses`, or `drops` the connection without an answer."""

    def __init__(self) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.mood = "takes"
        self.paid: dict[str, int] = {}

    @contextlib.contextmanager
    def serving(self) -> Iterator[Self]:
        """The gateways of this process talk to it inside."""
        with side.channel_server() as server, pytest.MonkeyPatch.context() as patch:
            server.answer = self._answer
            HandMadeChannel(self._key, self._key).configure(patch, api_base=server.base)
            yield self

    def notify(self, payment_no: str, amount_fen: int, now: datetime) -> None:
        """Tell the service that this was paid just now."""
        body = side.notify_body(json.dumps(self._trade(payment_no, amount_fen, now)).encode())
        headers = side.signed_headers(self._key, body, int(now.timestamp()))
        record_payment_notify(channel=Channel.WECHAT, headers=headers, body=body, now=now)

    def _answer(self, request: side.Request) -> side.Answer | None:
        parts = urlsplit(request.path)
        if parts.path == "/sns/jscode2session":
            openid = parse_qs(parts.query)["js_code"][0]
            body = json.dumps({"openid": openid, "session_key": "a-key", "unionid": f"union-{openid}"})
            return side.Answer(200, body.encode(), {"Content-Type": "text/plain"})
        if parts.path.endswith("/transactions/jsapi"):
            number = json.loads(request.body)["out_trade_no"]
            answers = {"takes": signed(self._key, 200, {"prepay_id": f"wx{number}"}), "drops": None}
            return answers.get(self.mood, refusal(429, "FREQUENCY_LIMITED"))
        if parts.path.endswith("/close"):
            return signed(self._key, 204)
        number = parts.path.rpartition("/")[2]
        if number not in self.paid:
            return refusal(404, "ORDER_NOT_EXIST")
        return signed(self._key, 200, self._trade(number, self.paid[number]))

    @staticmethod
    def _trade(payment_no: str, amount_fen: int, now: datetime | None = None) -> dict[str, object]:
        changes: dict[str, object] = {} if now is None else {"success_time": now.isoformat()}
        return side.trade(
            out_trade_no=payment_no,
            transaction_id=f"42{payment_no}",
            amount={
                "total": amount_fen,
                "payer_total": amount_fen,
                "currency": "CNY",
                "payer_currency": "CNY",
            },
            **changes,
        )

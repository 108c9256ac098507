"""The API's door for payment notifies, with a payment that waits behind it and a hand that signs as WeChat Pay."""

import contextlib
import json
import socket
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from backend.domain.payment import Channel, PaymentPurpose, PaymentState
from backend.gateways.clock import utc_now
from backend.gateways.ids import new_number
from backend.models import Payment
from backend.models.ledger import LedgerEntry
from backend.services.ledger.wallets import find_balances
from tests import builders
from tests.api_server import running_api
from tests.pay_channel import NOWHERE, HandMadeChannel
from tests.unit.gateways import wechat_side as side
from tests.waiting import LIMIT_S

AMOUNT_FEN: Final = 5_000
PATH: Final = "/notify/wechat"


def new_channel() -> HandMadeChannel:
    """Two keys; making them is slow, so a module makes them once."""
    keys = [rsa.generate_private_key(public_exponent=65_537, key_size=2_048) for _ in range(2)]
    return HandMadeChannel(*keys)


class NotifyDoor:
    """One driver with one payment of 50 yuan that waits, and the address where WeChat Pay tells of it."""

    def __init__(self, channel: HandMadeChannel, base_url: str) -> None:
        now = utc_now()
        self.channel = channel
        self.address = urlsplit(base_url)
        self.operator = builders.an_operator(now=now, is_platform=True)
        self.driver = builders.a_driver(now=now)
        self.payment_no = self.open_payment()

    def open_payment(self, state: PaymentState = PaymentState.AWAITING) -> str:
        """The number of another payment of the same driver."""
        now = utc_now()
        payment_no = new_number("P", now)
        Payment.create(
            payment_no=payment_no,
            driver_id=self.driver.id,
            operator_id=self.operator.id,
            purpose=PaymentPurpose.TOP_UP,
            channel=Channel.WECHAT,
            amount_fen=AMOUNT_FEN,
            state=state,
            pay_handle="wx1",
            created_at=now,
            expires_at=now + timedelta(minutes=30),
        )
        return payment_no

    def trade(self, **changes: object) -> dict[str, Any]:
        """What WeChat Pay says of the payment."""
        return side.trade(out_trade_no=self.payment_no) | changes

    def signed(self, body: bytes, *, age_s: int = 0, key: rsa.RSAPrivateKey | None = None) -> dict[str, str]:
        """The headers that make a body genuine."""
        sent_at = int(utc_now().timestamp()) - age_s
        return side.signed_headers(key or self.channel.platform_key, body, sent_at)

    def tell(self, trade: Mapping[str, Any]) -> int:
        """The status of the answer to a genuine notify of this trade."""
        body = side.notify_body(json.dumps(trade).encode())
        return self.post(self.signed(body), body)

    def post(self, headers: Mapping[str, str | bytes], body: bytes) -> int:
        """The status of the answer to these very bytes; a client library would refuse to send some of them."""
        lines = [f"POST {PATH} HTTP/1.1".encode(), f"Host: {self.address.netloc}".encode()]
        for name, value in headers.items():
            lines.append(name.encode() + b": " + (value if isinstance(value, bytes) else value.encode()))
        lines += [f"Content-Length: {len(body)}".encode(), b"Connection: close", b"", body]
        where = (self.address.hostname or "", self.address.port or 0)
        with socket.create_connection(where, LIMIT_S) as connection:
            with contextlib.suppress(ConnectionError):  # an early answer is an answer
                connection.sendall(b"\r\n".join(lines))
            answer = connection.makefile("rb").readline()
        return int(answer.split()[1])

    def payment(self) -> Payment:
        row: Payment = Payment.get(Payment.payment_no == self.payment_no)
        return row

    def balance_fen(self) -> int:
        return find_balances(driver_no=self.driver.driver_no).available_fen

    def credits(self) -> int:
        """How many entries the ledger has: each would be money."""
        return LedgerEntry.select().count()


@contextlib.contextmanager
def open_door(
    channel: HandMadeChannel, monkeypatch: pytest.MonkeyPatch, *, api_base: str = NOWHERE
) -> Iterator[NotifyDoor]:
    """The API's own server in front of the bound database."""
    channel.configure(monkeypatch, api_base=api_base)
    with running_api() as api:
        yield NotifyDoor(channel, api.base_url)

"""M19 and M21 for Alipay: a notify that is forged, altered, another's, or comes often credits nothing, or once; never 5xx."""

import contextlib
import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import rsa

import backend.gateways
from backend.domain.payment import Channel, PaymentPurpose, PaymentState
from backend.gateways.alipay.pay import AlipayGateway, AlipaySettings
from backend.gateways.clock import utc_now
from backend.gateways.ids import new_number
from backend.models import AuditRow, Payment
from backend.models.ledger import LedgerEntry
from backend.services.ledger.wallets import find_balances
from tests import builders
from tests.api_server import running_api
from tests.at_once import at_once
from tests.invariants import check_invariants
from tests.unit.gateways import alipay_side as side
from tests.unit.gateways.wechat_side import pem_of, public_pem_of
from tests.waiting import LIMIT_S

AMOUNT_FEN: Final = 5_000
SEED: Final = 20_261_123
MUTANTS: Final = 1_000
TAKEN: Final = (200, b"success")


class Door:
    """One driver with one payment of 50 yuan that waits, and the address where Alipay tells of it."""

    def __init__(self, base_url: str, alipay_key: rsa.RSAPrivateKey, other_key: rsa.RSAPrivateKey) -> None:
        now = utc_now()
        self.url = f"{base_url}/notify/alipay"
        self.alipay_key, self.other_key = alipay_key, other_key
        self.operator = builders.an_operator(now=now, is_platform=True)
        self.driver = builders.a_driver(now=now)
        self.payment_no = self.open_payment()

    def open_payment(
        self, state: PaymentState = PaymentState.AWAITING, channel: Channel = Channel.ALIPAY
    ) -> str:
        """The number of another payment of the same driver."""
        now = utc_now()
        payment_no = new_number("P", now)
        Payment.create(
            payment_no=payment_no,
            driver_id=self.driver.id,
            operator_id=self.operator.id,
            purpose=PaymentPurpose.TOP_UP,
            channel=channel,
            amount_fen=AMOUNT_FEN,
            state=state,
            pay_handle="https://qr.alipay.com/bax1",
            created_at=now,
            expires_at=now + timedelta(minutes=30),
        )
        return payment_no

    def form(self, **changes: str | None) -> bytes:
        """A notify of the payment, signed by Alipay."""
        return side.form(self.alipay_key, side.notify_fields(**{"out_trade_no": self.payment_no} | changes))

    def post(self, body: bytes) -> tuple[int, bytes]:
        """The status, and the body where it is no refusal."""
        answer = requests.post(self.url, data=body, timeout=LIMIT_S)
        return answer.status_code, answer.content if answer.ok else b""

    def credits(self) -> tuple[int, int]:
        """Entries of the ledger, and the wallet."""
        return LedgerEntry.select().count(), find_balances(driver_no=self.driver.driver_no).available_fen

    def expect_only_the_true_one_credits(self) -> None:
        assert self.credits() == (0, 0)
        assert self.post(self.form()) == TAKEN
        assert self.credits() == (1, AMOUNT_FEN)


@pytest.fixture(scope="module")
def keys() -> tuple[rsa.RSAPrivateKey, ...]:
    return tuple(rsa.generate_private_key(public_exponent=65_537, key_size=2_048) for _ in range(3))


@contextlib.contextmanager
def _open(keys: tuple[rsa.RSAPrivateKey, ...], monkeypatch: pytest.MonkeyPatch) -> Iterator[Door]:
    alipay_key, own_key, other_key = keys
    settings = AlipaySettings(
        app_id=side.APP_ID,
        seller_id=side.SELLER_ID,
        private_key=pem_of(own_key),
        alipay_public_key=public_pem_of(alipay_key),
        notify_url=side.NOTIFY_URL,
        return_url=side.RETURN_URL,
    )
    monkeypatch.setattr(backend.gateways, "_configured", backend.gateways._Configured())
    backend.gateways.configure(channels={Channel.ALIPAY: AlipayGateway(settings)}, log_ins={})
    with running_api() as api:
        yield Door(api.base_url, alipay_key, other_key)


@pytest.fixture
def door(
    database: str, keys: tuple[rsa.RSAPrivateKey, ...], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Door]:
    with _open(keys, monkeypatch) as door:
        yield door
        check_invariants()


@pytest.mark.parametrize("database", ["mariadb"], indirect=True)
def test_copies_at_the_same_instant_are_all_taken_and_credited_once(door: Door) -> None:
    body = door.form()
    told: list[tuple[int, bytes]] = []
    assert at_once([lambda: told.append(door.post(body))] * 30) == ["ok"] * 30
    assert told == [TAKEN] * 30
    assert door.credits() == (1, AMOUNT_FEN)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_no_mutation_of_a_true_notify_credits_anything(door: Door) -> None:
    body, chance = door.form(), random.Random(SEED)
    statuses = {door.post(_mutated(body, chance))[0] for _ in range(MUTANTS)}
    assert statuses == {400}
    door.expect_only_the_true_one_credits()


def _mutated(body: bytes, chance: random.Random) -> bytes:
    """Cut, continued, or with a letter of a value changed for another one."""
    at = chance.randrange(len(body))
    if chance.randrange(4) == 0:
        return body[:at]
    if chance.randrange(4) == 0:
        return body + chance.choice([b"&a=1", b"x", b"&total_amount=50.00", b"&sign="])
    letters = [
        place for place, byte in enumerate(body) if chr(byte).isalnum() and body[place - 1] != ord("%")
    ]
    place = chance.choice([one for one in letters if body[one - 2] != ord("%")])
    other = chance.choice([byte for byte in b"0123456789xyz" if byte != body[place]])
    return body[:place] + bytes([other]) + body[place + 1 :]


WRONG: dict[str, tuple[str | None, ...]] = {
    "app_id": (None, "", "2021999999999999"),
    "seller_id": (None, "", "2088999999999999"),
    "out_trade_no": (None, "", "P2026NOBODYS0001", "车" * 64, "x" * 65),
    "trade_no": (None, "", "x" * 65),
    "gmt_payment": (None, "", "yesterday", "2026-11-23T18:00:05+08:00"),
    "total_amount": (None, "", "49.99", "50.01", "0", "-50.00", "50.001", "5e1", "5000", "五十", "9" * 30),
    "trans_currency": ("USD",),
}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("field", WRONG)
def test_a_signed_notify_with_one_field_wrong_credits_nothing(door: Door, field: str) -> None:
    statuses = {value: door.post(door.form(**{field: value}))[0] for value in WRONG[field]}
    assert statuses == dict.fromkeys(WRONG[field], 400)
    door.expect_only_the_true_one_credits()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_notify_by_another_key_or_about_another_s_payment_credits_nothing(door: Door) -> None:
    assert door.post(side.form(door.other_key, side.notify_fields(out_trade_no=door.payment_no)))[0] == 400
    of_wechat = door.open_payment(channel=Channel.WECHAT)
    assert door.post(door.form(out_trade_no=of_wechat))[0] == 400
    noted = AuditRow.get(AuditRow.object_no == of_wechat)
    assert noted.action == "payment.mismatch.channel"
    assert door.credits() == (0, 0)
    assert door.post(door.form()) == TAKEN
    second = door.open_payment()
    assert door.post(door.form(out_trade_no=second))[0] == 400  # one trade of Alipay's pays one payment
    assert door.credits() == (1, AMOUNT_FEN)


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_late_reordered_and_repeated_notifies_credit_once(door: Door) -> None:
    refund: dict[str, Any] = {"refund_fee": "1.00", "gmt_refund": "2026-11-23 19:00:00.000"}
    closed = door.open_payment(PaymentState.CLOSED)
    assert door.post(door.form(out_trade_no=closed, trade_no="2026112300000000000000000001")) == TAKEN
    before = (door.form(trade_status="WAIT_BUYER_PAY", gmt_payment=None), door.form(**refund))
    assert [door.post(body) for body in before] == [TAKEN, TAKEN]
    assert door.credits() == (1, AMOUNT_FEN)
    after = [door.form(notify_id=f"n{number}") for number in range(3)] + [
        door.form(trade_status="TRADE_FINISHED")
    ]
    assert [door.post(body) for body in [*after, *before]] == [TAKEN] * 6
    assert door.credits() == (2, 2 * AMOUNT_FEN)
    states = {row.payment_no: row.state for row in Payment.select()}
    assert states == {closed: PaymentState.PAID, door.payment_no: PaymentState.PAID}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_refusal_tells_nothing_of_what_was_checked(door: Door) -> None:
    answers = [
        requests.post(door.url, data=body, timeout=LIMIT_S).json()["error"]
        for body in (b"", b"sign_type=RSA2&sign=AAAA", door.form(total_amount="1.00"))
    ]
    assert {(error["code"], str(error["data"])) for error in answers} == {("notify_rejected", "{}")}
    assert requests.post(door.url, data=b"x" * 70_000, timeout=LIMIT_S).status_code == 413

"""Forged, replayed and mismatching payment notifies over real processes: no money moves, and none is lost."""

import tomllib
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from backend.domain.ledger import AccountKind
from backend.gateways.clock import utc_now
from backend.models import AuditRow, Driver, Payment
from backend.models.ledger import LedgerAccount, LedgerPosting
from tests.at_once import at_once
from tests.bad_input import World, money
from tests.waiting import LIMIT_S
from tests.whole_charge import Phone, answer_of, refusal_of, soon

TOP_UP_FEN = 2_345
COPIES = 5


@pytest.fixture(scope="module", autouse=True)
def no_jobs(world: World) -> Iterator[None]:
    """Nobody asks the channel for a payment behind a test's back."""
    world.stack.jobs.stop()
    yield
    world.stack.jobs.start()


@pytest.fixture
def payer(world: World) -> Iterator[Phone]:
    """A driver who has just logged in; the sandbox behaves well again afterwards."""
    with Phone(world.stack) as phone:
        phone.log_in()
        yield phone
        set_faults(phone)


@pytest.fixture
def asked(payer: Phone) -> dict[str, Any]:
    """A top-up that waits for the payer."""
    return dict(payer.ask_top_up(TOP_UP_FEN))


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Wechatpay-Signature": "WECHATPAY/SIGNTEST/abc"},
        {"Wechatpay-Signature": ""},
        {"Wechatpay-Serial": "PUB_KEY_ID_0000000000000000000000000000000000"},
        {"Wechatpay-Timestamp": "1600000000"},
        {"Wechatpay-Timestamp": "soon"},
    ],
)
def test_a_forged_notify_is_refused_without_detail(
    world: World, asked: dict[str, Any], headers: dict[str, str]
) -> None:
    before = money()
    response = post_forged(world, headers)
    error = refusal_of(response)
    assert (response.status_code, error["code"], error["data"]) == (400, "notify_rejected", {})
    assert money() == before
    assert credits_of(asked["payment_no"]) == []


def test_a_notify_in_many_copies_and_replayed_byte_for_byte_credits_once(
    payer: Phone, asked: dict[str, Any]
) -> None:
    payment_no = asked["payment_no"]
    set_faults(payer, notify_duplicates=COPIES, notify_only_for=payment_no)
    payer.pay(asked)
    soon(lambda: payer.statuses(payment_no) == [204] * (1 + COPIES), "all copies are taken")
    assert credits_of(payment_no) == [TOP_UP_FEN]
    before = money()
    first = payer.notifies(payment_no)[0]
    replayed = answer_of(payer.client.sandbox.post("/sandbox/notifies/replay", json={"id": first["id"]}))
    assert (replayed["kind"], replayed["status"]) == ("replay", 204)
    assert money() == before
    assert payer.get("wallet")["available_fen"] == TOP_UP_FEN


@pytest.mark.parametrize("fault", ["notify_probe", "notify_wrong_serial"])
def test_a_notify_with_a_false_signature_is_refused_and_the_money_is_not_lost(
    payer: Phone, asked: dict[str, Any], fault: str
) -> None:
    payment_no = asked["payment_no"]
    set_faults(payer, notify_only_for=payment_no, **{fault: True})
    payer.pay(asked)
    soon(lambda: payer.statuses(payment_no)[:1] == [400], "the false one is refused")
    set_faults(payer)
    expect_credited_once(payer, payment_no)


MISMATCHES: dict[str, tuple[dict[str, object], str]] = {
    "amount": ({"amount": 1}, "amount"),
    "mchid": ({"mchid": "1900000001"}, "mchid"),
    "appid": ({"appid": "wx0000000000000000"}, "appid"),
    "currency": ({"currency": "USD"}, "currency"),
    "out_trade_no": ({"out_trade_no": "P2026NOBODYS0001"}, "payment_no"),
}


@pytest.mark.parametrize("case", MISMATCHES)
def test_a_signed_notify_that_does_not_fit_is_refused_and_noted_and_moves_nothing(
    payer: Phone, asked: dict[str, Any], case: str
) -> None:
    tamper, reason = MISMATCHES[case]
    expect_refused(payer, asked, tamper)
    told_no = tamper.get("out_trade_no", asked["payment_no"])
    actions = [row.action for row in AuditRow.select().where(AuditRow.object_no == told_no)]
    assert f"payment.mismatch.{reason}" in actions
    expect_credited_once(payer, asked["payment_no"])


def test_a_notify_that_names_anothers_payment_credits_neither(
    world: World, payer: Phone, asked: dict[str, Any]
) -> None:
    with Phone(world.stack) as other:
        other.log_in()
        others = other.ask_top_up(TOP_UP_FEN + 1)
        expect_refused(payer, asked, {"out_trade_no": others["payment_no"]})
        expect_credited_once(payer, asked["payment_no"])
        assert credits_of(others["payment_no"]) == []
        assert other.get("wallet")["available_fen"] == 0


def test_a_double_tap_on_top_up_is_one_payment(payer: Phone) -> None:
    before = money()
    told: list[dict[str, Any]] = []
    taps = [lambda: told.append(payer.ask_top_up(TOP_UP_FEN, key="one-tap"))] * 4
    assert at_once(taps) == ["ok"] * 4
    (payment_no,) = {one["payment_no"] for one in told}
    assert Payment.select().where(Payment.driver_id == driver_of(payment_no).id).count() == 1
    other = payer.post("top-ups", {"amount_fen": TOP_UP_FEN + 1, "channel": "wechat"}, key="one-tap")
    assert (other.status_code, refusal_of(other)["code"]) == (409, "idempotency_key_reused")
    assert money() == before


def set_faults(phone: Phone, **faults: object) -> None:
    """Switch the sandbox to exactly these; none: it behaves well."""
    answer_of(phone.client.sandbox.post("/sandbox/faults", json=faults))


def expect_refused(payer: Phone, asked: dict[str, Any], tamper: dict[str, object]) -> None:
    """Pay, with the notify's content forged under a true signature; then the sandbox behaves well again."""
    before = money()
    set_faults(payer, notify_tamper=tamper, notify_only_for=asked["payment_no"])
    payer.pay(asked)
    soon(lambda: payer.statuses(asked["payment_no"])[:1] == [400], "the notify is refused")
    assert money() == before
    set_faults(payer)


def expect_credited_once(payer: Phone, payment_no: str) -> None:
    """The money that was paid is not lost: it comes by a true notify, or when the page asks the channel."""
    soon(lambda: payer.get(f"payments/{payment_no}")["state"] == "paid", "the payment is paid")
    assert credits_of(payment_no) == [TOP_UP_FEN]
    assert payer.get("wallet")["available_fen"] == TOP_UP_FEN


def driver_of(payment_no: str) -> Driver:
    driver: Driver = Driver.get_by_id(Payment.get(Payment.payment_no == payment_no).driver_id)
    return driver


def credits_of(payment_no: str) -> list[int]:
    """Every posting to the available money of the payment's driver."""
    account = LedgerAccount.get(
        (LedgerAccount.owner_key == driver_of(payment_no).driver_no)
        & (LedgerAccount.kind == AccountKind.AVAILABLE)
    )
    postings = LedgerPosting.select().where(LedgerPosting.account_id == account.id)
    return [posting.amount_fen for posting in postings.order_by(LedgerPosting.id)]


def post_forged(world: World, headers: dict[str, str]) -> requests.Response:
    """A notify with every header and a sound signature, but by a key that is not WeChat Pay's."""
    body = b'{"id":"1","event_type":"TRANSACTION.SUCCESS","resource_type":"encrypt-resource","resource":{}}'
    product = tomllib.loads((world.folder / "config" / "product.toml").read_text(encoding="utf-8"))
    timestamp, nonce = str(int(utc_now().timestamp())), "0123456789abcdef"
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    message = f"{timestamp}\n{nonce}\n".encode() + body + b"\n"
    forged = {
        "Content-Type": "application/json",
        "Wechatpay-Timestamp": timestamp,
        "Wechatpay-Nonce": nonce,
        "Wechatpay-Serial": product["wechat_pay"]["platform_public_key_id"],
        "Wechatpay-Signature": b64encode(key.sign(message, padding.PKCS1v15(), hashes.SHA256())).decode(),
    }
    return requests.post(
        f"{world.stack.api_url}/notify/wechat", data=body, headers=forged | headers, timeout=LIMIT_S
    )

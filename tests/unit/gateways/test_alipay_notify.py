"""Which forms are believed to be Alipay's: only what its key signed, whatever a stranger or a signer writes."""

import json
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.domain.errors import NotifyRejected
from backend.gateways.alipay.notify import open_notify
from backend.gateways.alipay.pay import AlipayGateway
from backend.gateways.alipay.signature import UnprovenError
from backend.gateways.channel_trade import TradeState
from tests.unit.gateways import alipay_side as side

NOW = datetime(2026, 11, 23, 10, 0, 6, tzinfo=UTC)


@pytest.fixture(scope="session")
def true_form(platform_key: rsa.RSAPrivateKey) -> bytes:
    return side.form(platform_key, side.notify_fields())


def _reason(pay: AlipayGateway, body: bytes) -> str:
    with pytest.raises(NotifyRejected) as caught:
        pay.verify_notify({}, body, NOW)
    assert caught.value.__context__ is None
    return str(caught.value.data["reason"])


@pytest.mark.parametrize("status", ["TRADE_SUCCESS", "TRADE_FINISHED"])
def test_a_true_notify_yields_its_trade(
    offline_alipay: AlipayGateway, platform_key: rsa.RSAPrivateKey, status: str
) -> None:
    body = side.form(platform_key, side.notify_fields(trade_status=status))
    notify = offline_alipay.verify_notify({}, body, NOW)
    assert (notify.notify_id, notify.event_type) == ("2026112300222180005036890512345678", status)
    assert notify.trade is not None
    assert (notify.trade.state, notify.trade.amount_fen) == (TradeState.PAID, 5_000)
    assert (notify.trade.payment_no, notify.trade.merchant) == (side.PAYMENT_NO, offline_alipay.merchant)
    assert notify.trade.paid_at == datetime(2026, 11, 23, 10, 0, 5, tzinfo=UTC)
    assert notify.trade.transaction_no == "2026112322001468450512505578"


@pytest.mark.parametrize(
    "changes",
    [
        {"trade_status": "WAIT_BUYER_PAY", "gmt_payment": None},
        {"trade_status": "TRADE_CLOSED"},
        {"refund_fee": "1.00", "gmt_refund": "2026-11-23 19:00:00.000", "out_biz_no": "R1"},
        {"gmt_refund": "2026-11-23 19:00:00.000"},
        {"notify_type": "dut_user_sign"},
        {"trade_status": None},
    ],
)
def test_what_reports_no_payment_is_proven_and_has_no_trade(
    offline_alipay: AlipayGateway, platform_key: rsa.RSAPrivateKey, changes: dict[str, str | None]
) -> None:
    body = side.form(platform_key, side.notify_fields(**changes))
    assert offline_alipay.verify_notify({}, body, NOW).trade is None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"total_amount": "50.001"}, "trade_unreadable"),
        ({"total_amount": "五十"}, "trade_unreadable"),
        ({"total_amount": None}, "trade_unreadable"),
        ({"out_trade_no": None}, "trade_unreadable"),
        ({"out_trade_no": "x" * 65}, "trade_unreadable"),
        ({"trade_no": ""}, "trade_unreadable"),
        ({"gmt_payment": None}, "trade_unreadable"),
        ({"gmt_payment": "2026-11-23T18:00:05"}, "trade_unreadable"),
        ({"notify_id": None}, "body_unreadable"),
        ({"notify_id": "x" * 129}, "body_unreadable"),
        ({"body": "x" * 16_384}, "too_large"),
    ],
)
def test_signed_nonsense_is_rejected(
    offline_alipay: AlipayGateway,
    platform_key: rsa.RSAPrivateKey,
    changes: dict[str, str | None],
    reason: str,
) -> None:
    assert _reason(offline_alipay, side.form(platform_key, side.notify_fields(**changes))) == reason


@pytest.mark.parametrize("name", [*side.notify_fields(), "new_field"])
def test_any_field_changed_added_or_left_out_after_signing_is_rejected(
    offline_alipay: AlipayGateway, platform_key: rsa.RSAPrivateKey, name: str
) -> None:
    fields = side.notify_fields()
    changed = side.form(platform_key, fields, **{name: fields.get(name, "") + "1"})
    assert _reason(offline_alipay, changed) == "signature_wrong"
    if name in fields:
        rest = {key: value for key, value in fields.items() if key != name}
        left_out = side.form(platform_key, fields).replace(
            urlencode({name: fields[name]}).encode() + b"&", b""
        )
        assert rest
        assert _reason(offline_alipay, left_out) == "signature_wrong"


@pytest.mark.parametrize(
    ("over", "reason"),
    [
        ({"sign": ""}, "signature_missing"),
        ({"sign": "????"}, "signature_malformed"),
        ({"sign": "AAAA"}, "signature_wrong"),
        ({"sign": "A" * 1_025}, "signature_malformed"),
        ({"sign_type": "RSA"}, "signature_type"),
        ({"sign_type": ""}, "signature_type"),
    ],
)
def test_a_signature_that_is_none_is_named(
    offline_alipay: AlipayGateway, platform_key: rsa.RSAPrivateKey, over: dict[str, str], reason: str
) -> None:
    assert _reason(offline_alipay, side.form(platform_key, side.notify_fields(), **over)) == reason


def test_a_form_signed_by_our_own_key_is_rejected(
    offline_alipay: AlipayGateway, merchant_key: rsa.RSAPrivateKey
) -> None:
    assert _reason(offline_alipay, side.form(merchant_key, side.notify_fields())) == "signature_wrong"


def test_a_name_that_comes_twice_is_rejected(offline_alipay: AlipayGateway, true_form: bytes) -> None:
    assert _reason(offline_alipay, true_form + b"&total_amount=50.00") == "name_repeated"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"no form",
        b"{}",
        b"\xff\xfe",
        b"a=%FF",
        "金额=1".encode(),
        b"a=1&" * 101,
        b"&".join([b"a=1"] * 101),
    ],
)
def test_what_is_no_form_is_rejected(offline_alipay: AlipayGateway, body: bytes) -> None:
    assert _reason(offline_alipay, body) in {"body_unreadable", "name_repeated", "signature_type"}


def test_every_spelling_of_the_last_signature_character_but_one_is_rejected(
    offline_alipay: AlipayGateway, platform_key: rsa.RSAPrivateKey, true_form: bytes
) -> None:
    sign = side.params_of("?" + true_form.decode())["sign"]
    taken = []
    for last in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/":
        body = side.form(platform_key, side.notify_fields(), sign=f"{sign[:-3]}{last}==")
        try:
            offline_alipay.verify_notify({}, body, NOW)
            taken.append(last)
        except NotifyRejected:
            continue
    assert taken == [sign[-3]]


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_a_flipped_bit_is_rejected_or_means_the_same(
    offline_alipay: AlipayGateway, true_form: bytes, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(true_form) * 8 - 1))
    changed = bytearray(true_form)
    changed[place // 8] ^= 1 << place % 8
    try:
        notify = offline_alipay.verify_notify({}, bytes(changed), NOW)
    except NotifyRejected:
        return
    assert notify == offline_alipay.verify_notify({}, true_form, NOW)  # the case of a %2b


@settings(max_examples=200, deadline=None)
@given(body=st.binary(max_size=300))
def test_no_input_of_a_stranger_raises_anything_else(offline_alipay: AlipayGateway, body: bytes) -> None:
    assert _reason(offline_alipay, body)


def test_a_real_notify_of_the_official_sdk_is_proven() -> None:
    vector = json.loads((Path(__file__).parents[2] / "vectors" / "alipay.json").read_text())["notify"]
    key = load_pem_public_key(vector["public_key_pem"].encode())
    assert isinstance(key, rsa.RSAPublicKey)
    notify = open_notify(urlencode(vector["params"]).encode(), [key])
    assert notify.trade is not None
    assert (notify.trade.amount_fen, notify.trade.merchant["seller_id"]) == (10, "2088531891668739")
    with pytest.raises(UnprovenError, match="signature_wrong"):
        open_notify(urlencode(vector["params"] | {"total_amount": "0.11"}).encode(), [key])

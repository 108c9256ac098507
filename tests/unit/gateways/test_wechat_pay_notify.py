import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given, settings
from hypothesis import strategies as st
from tornado.httputil import HTTPHeaders

from backend.domain.errors import NotifyRejected
from backend.gateways.channel_trade import TradeState
from backend.gateways.wechat.pay import WechatPayGateway, WechatPaySettings
from tests.unit.gateways import wechat_side as side

NOW = datetime(2026, 11, 23, 10, 0, 6, tzinfo=UTC)
HEADERS = ["Timestamp", "Nonce", "Serial", "Signature-Type", "Signature"]
Notify = tuple[dict[str, str], bytes]


@pytest.fixture(scope="session")
def true_notify(platform_key: rsa.RSAPrivateKey) -> Notify:
    body = side.notify_body(json.dumps(side.trade()).encode())
    return side.signed_headers(platform_key, body, int(NOW.timestamp())), body


@pytest.fixture(autouse=True, scope="session")
def _no_network(offline_pay: WechatPayGateway) -> None:
    def refuse(*_args: object, **_kwargs: object) -> None:
        raise AssertionError("a notify must cause no network call")

    session: Any = offline_pay._client._core._session
    session.send = refuse


def _reason(pay: WechatPayGateway, headers: Any, body: bytes, now: datetime = NOW) -> str:
    with pytest.raises(NotifyRejected) as caught:
        pay.verify_notify(headers, body, now)
    assert caught.value.__context__ is None
    return str(caught.value.data["reason"])


def test_a_true_notify_yields_its_trade(offline_pay: WechatPayGateway, true_notify: Notify) -> None:
    notify = offline_pay.verify_notify(*true_notify, NOW)
    assert (notify.notify_id, notify.event_type) == ("EV-2026112310000500001", "TRANSACTION.SUCCESS")
    assert notify.trade is not None
    assert notify.trade.state is TradeState.PAID
    assert (notify.trade.payment_no, notify.trade.amount_fen) == ("T20261123100000ABCDEFGHJK", 5000)
    assert (notify.trade.merchant, notify.trade.currency) == (offline_pay.merchant, "CNY")
    assert notify.trade.merchant == {"mchid": side.MCHID, "appid": side.APPID}
    assert notify.trade.paid_at == datetime(2026, 11, 23, 10, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "spell", [dict, HTTPHeaders, lambda headers: {k.lower(): v for k, v in headers.items()}]
)
def test_header_names_may_be_spelt_in_any_case(
    offline_pay: WechatPayGateway, true_notify: Notify, spell: Callable[[dict[str, str]], Any]
) -> None:
    headers, body = true_notify
    assert offline_pay.verify_notify(spell(headers), body, NOW).trade is not None


def test_another_proven_event_has_no_trade(
    offline_pay: WechatPayGateway, platform_key: rsa.RSAPrivateKey
) -> None:
    body = side.notify_body(b'{"state":"DONE"}', event_type="PAYSCORE.USER_PAID")
    notify = offline_pay.verify_notify(
        side.signed_headers(platform_key, body, int(NOW.timestamp())), body, NOW
    )
    assert (notify.event_type, notify.trade) == ("PAYSCORE.USER_PAID", None)


@pytest.mark.parametrize("name", HEADERS)
@pytest.mark.parametrize("value", [None, "", "x", "0", "é", "a\nb", "x" * 2000])
def test_a_missing_or_changed_header_is_rejected(
    offline_pay: WechatPayGateway, true_notify: Notify, name: str, value: str | None
) -> None:
    headers, body = dict(true_notify[0]), true_notify[1]
    headers.pop(f"Wechatpay-{name}")
    if value is not None:
        headers[f"Wechatpay-{name}"] = value
    assert _reason(offline_pay, headers, body)


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("Signature-Type", None, "header_missing"),
        ("Signature-Type", "WECHATPAY2-SM2-WITH-SM3", "signature_type"),
        ("Timestamp", "1.795428e9", "timestamp_malformed"),
        ("Timestamp", "-1795428006", "timestamp_malformed"),
        ("Timestamp", "9" * 13, "timestamp_malformed"),
        ("Timestamp", "1795428007", "signature_wrong"),
        ("Serial", "5DEA10EF55877E3CF6C33255C2E7DEFFF7E427EC", "serial_unknown"),
        ("Serial", "not hex", "serial_unknown"),
        ("Serial", side.PLATFORM_KEY_ID.lower(), "serial_unknown"),
        ("Nonce", "other", "signature_wrong"),
        ("Signature", "WECHATPAY/SIGNTEST/MIIEvAIBADANBgkqhkiG9w0BAQEFAASCBKYwggSi", "signature_malformed"),
        ("Signature", "AAAA", "signature_wrong"),
    ],
)
def test_each_wrong_header_is_named(
    offline_pay: WechatPayGateway, true_notify: Notify, name: str, value: str | None, reason: str
) -> None:
    headers, body = dict(true_notify[0]), true_notify[1]
    headers.pop(f"Wechatpay-{name}")
    if value is not None:
        headers[f"Wechatpay-{name}"] = value
    assert _reason(offline_pay, headers, body) == reason


@pytest.mark.parametrize("seconds", [300, -300])
def test_a_notify_within_the_window_is_taken(
    offline_pay: WechatPayGateway, true_notify: Notify, seconds: int
) -> None:
    assert offline_pay.verify_notify(*true_notify, NOW + timedelta(seconds=seconds)).trade is not None


@pytest.mark.parametrize("seconds", [301, -301, 86_400 * 365])
def test_a_replay_outside_the_window_is_rejected(
    offline_pay: WechatPayGateway, true_notify: Notify, seconds: int
) -> None:
    reason = _reason(offline_pay, *true_notify, NOW + timedelta(seconds=seconds))
    assert reason == "timestamp_outside_window"


def test_a_tampered_body_is_rejected(offline_pay: WechatPayGateway, true_notify: Notify) -> None:
    headers, body = true_notify
    assert _reason(offline_pay, headers, body + b" ") == "signature_wrong"
    assert _reason(offline_pay, headers, b"") == "signature_wrong"
    assert _reason(offline_pay, headers, body.replace(b"SUCCESS", b"FAILURE")) == "signature_wrong"


def test_an_oversize_body_is_rejected_before_anything_else(offline_pay: WechatPayGateway) -> None:
    assert _reason(offline_pay, {}, b"x" * (64 * 1024 + 1)) == "too_large"
    assert _reason(offline_pay, {}, b"x" * (64 * 1024)) == "header_missing"


def test_a_body_signed_by_another_key_is_rejected(
    offline_pay: WechatPayGateway, true_notify: Notify, merchant_key: rsa.RSAPrivateKey
) -> None:
    headers = side.signed_headers(merchant_key, true_notify[1], int(NOW.timestamp()))
    assert _reason(offline_pay, headers, true_notify[1]) == "signature_wrong"


def test_a_gateway_with_another_api_key_rejects_the_content(
    pay_settings: Callable[..., WechatPaySettings], true_notify: Notify
) -> None:
    other = WechatPayGateway(pay_settings(api_v3_key="another-32-bytes-long-api-v3-key"))
    assert _reason(other, *true_notify) == "undecryptable"


def _envelope(**changes: object) -> bytes:
    whole = json.loads(side.notify_body(json.dumps(side.trade()).encode()))
    return json.dumps(whole | changes).encode()


def _resource(**changes: object) -> bytes:
    whole = json.loads(_envelope())["resource"]
    return _envelope(resource=whole | changes)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "body_unreadable"),
        (b"not json", "body_unreadable"),
        (b"\xff\xfe", "body_unreadable"),
        (b"[]", "body_unreadable"),
        (b"[" * 60_000, "body_unreadable"),
        (_envelope(resource_type="plain"), "body_unreadable"),
        (_envelope(resource=None), "body_unreadable"),
        (_envelope(id=""), "body_unreadable"),
        (_envelope(id="x" * 65), "body_unreadable"),
        (_resource(algorithm="AES-128-ECB"), "cipher_unknown"),
        (_resource(ciphertext=""), "undecryptable"),
        (_resource(ciphertext="*"), "undecryptable"),
        (_resource(nonce=""), "undecryptable"),
        (_resource(nonce="x" * 12), "undecryptable"),
        (_resource(associated_data=None), "undecryptable"),
        (side.notify_body(b"not json"), "trade_unreadable"),
        (side.notify_body(b"\xff"), "trade_unreadable"),
        (side.notify_body(json.dumps(side.trade(amount={"total": 1.5})).encode()), "trade_unreadable"),
        (side.notify_body(json.dumps(side.trade(trade_state="NEW")).encode()), "trade_unreadable"),
        (side.notify_body(json.dumps(side.trade(success_time=None)).encode()), "trade_unreadable"),
    ],
)
def test_signed_nonsense_is_rejected(
    offline_pay: WechatPayGateway, platform_key: rsa.RSAPrivateKey, body: bytes, reason: str
) -> None:
    headers = side.signed_headers(platform_key, body, int(NOW.timestamp()))
    assert _reason(offline_pay, headers, body) == reason


@pytest.mark.parametrize("headers", [None, {"Wechatpay-Nonce": None}, {5: "x"}])
def test_even_what_is_no_header_mapping_is_only_rejected(
    offline_pay: WechatPayGateway, true_notify: Notify, headers: Any
) -> None:
    assert _reason(offline_pay, headers, true_notify[1])


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_any_flipped_bit_of_the_body_is_rejected(
    offline_pay: WechatPayGateway, true_notify: Notify, data: st.DataObject
) -> None:
    headers, body = true_notify
    place = data.draw(st.integers(0, len(body) * 8 - 1))
    changed = bytearray(body)
    changed[place // 8] ^= 1 << place % 8
    assert _reason(offline_pay, headers, bytes(changed)) == "signature_wrong"


@settings(max_examples=500, deadline=None)
@given(data=st.data())
def test_any_flipped_bit_of_any_header_is_rejected(
    offline_pay: WechatPayGateway, true_notify: Notify, data: st.DataObject
) -> None:
    headers, body = dict(true_notify[0]), true_notify[1]
    name = "Wechatpay-" + data.draw(st.sampled_from(HEADERS))
    value = headers[name]
    place = data.draw(st.integers(0, len(value) * 8 - 1))
    index, changed = place // 8, chr(ord(value[place // 8]) ^ 1 << place % 8)
    headers[name] = value[:index] + changed + value[index + 1 :]
    assert _reason(offline_pay, headers, body)


@settings(max_examples=200, deadline=None)
@given(
    headers=st.dictionaries(st.sampled_from([f"wechatpay-{name}" for name in HEADERS]), st.text(max_size=40)),
    body=st.binary(max_size=200),
)
def test_no_input_of_a_stranger_raises_anything_else(
    offline_pay: WechatPayGateway, headers: dict[str, str], body: bytes
) -> None:
    assert _reason(offline_pay, headers, body)


def test_every_spelling_of_the_last_signature_character_but_one_is_rejected(
    offline_pay: WechatPayGateway, true_notify: Notify
) -> None:
    headers, body = dict(true_notify[0]), true_notify[1]
    signature = headers["Wechatpay-Signature"]
    assert signature.endswith("==")  # 256 bytes: the last character carries four unused bits
    taken = []
    for last in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/":
        headers["Wechatpay-Signature"] = f"{signature[:-3]}{last}=="
        try:
            offline_pay.verify_notify(headers, body, NOW)
            taken.append(last)
        except NotifyRejected:
            continue
    assert taken == [signature[-3]]

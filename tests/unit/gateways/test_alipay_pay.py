"""What is asked of Alipay, byte for byte, and what each of its answers, or none, means."""

import base64
import json
import re
import subprocess
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import zxingcpp
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from PIL import Image

from backend.domain.errors import ChannelOutcomeUnknown, ChannelUnavailable, RefundRefused
from backend.gateways import outbound_session
from backend.gateways.alipay.answer import read_answer
from backend.gateways.alipay.pay import AlipayGateway
from backend.gateways.alipay.signature import UnprovenError, request_text
from backend.gateways.alipay.signature import sign as own_sign
from backend.gateways.channel_trade import ChannelRefundState, TradeState
from backend.gateways.payment_channel import AskedPayment, AskedRefund
from tests.unit.gateways import alipay_side as side
from tests.unit.gateways.leaks import text_left_behind
from tests.unit.gateways.wechat_side import Answer, Channel, pem_of

NOW = datetime(2026, 11, 23, 10, 0, 5, tzinfo=UTC)
CODE = "https://qr.alipay.com/bax07285nfqkpcvxqpvw00a3"
PAYMENT = AskedPayment(
    payment_no=side.PAYMENT_NO,
    amount_fen=5_000,
    description="充电钱包充值",
    payer_key=None,
    expires_at=NOW + timedelta(minutes=30),
)
PART = AskedRefund(
    part_no="R20261123100000ABCDEFGHJK",
    payment_no=side.PAYMENT_NO,
    transaction_no="2026112322001468450512505578",
    amount_fen=1_234,
    paid_fen=5_000,
    reason="余额退款",
)
TRADE = {
    "out_trade_no": side.PAYMENT_NO,
    "trade_no": "2026112322001468450512505578",
    "trade_status": "TRADE_SUCCESS",
    "total_amount": "50.00",
    "send_pay_date": "2026-11-23 18:00:05",
    "subject": 'a "}" and \\ 电 ⚡',
}
CALLS: dict[str, Callable[[AlipayGateway], object]] = {
    "alipay.trade.precreate": lambda pay: pay.ask_for(PAYMENT),
    "alipay.trade.query": lambda pay: pay.query(side.PAYMENT_NO),
    "alipay.trade.close": lambda pay: pay.close(side.PAYMENT_NO),
    "alipay.trade.refund": lambda pay: pay.refund(PART),
    "alipay.trade.fastpay.refund.query": lambda pay: pay.find_refund(PART),
}
every_call = pytest.mark.parametrize("call", CALLS.values(), ids=CALLS.keys())
Key = rsa.RSAPrivateKey


def found(key: Key, **changes: Any) -> Callable[[Any], Answer]:
    return lambda request: side.ok(key, request, **TRADE | changes)


@pytest.mark.parametrize("method", CALLS)
def test_every_call_is_signed_over_exactly_what_is_sent(
    alipay: AlipayGateway, channel: Channel, merchant_key: Key, method: str
) -> None:
    with pytest.raises((ChannelOutcomeUnknown, ChannelUnavailable)):
        CALLS[method](alipay)
    (sent,) = channel.requests
    params = side.params_of(sent.path, sent.body)
    assert (sent.method, urlsplit(sent.path).path) == ("POST", "/gateway.do")
    assert side.is_asked_by(merchant_key.public_key(), params)
    fixed = ("method", "app_id", "format", "charset", "sign_type", "version")
    assert [params[name] for name in fixed] == [method, side.APP_ID, "JSON", "utf-8", "RSA2", "1.0"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", params["timestamp"])
    assert set(side.params_of("?" + sent.body.decode())) == {"biz_content"}


def test_a_code_is_asked_for_with_the_amount_in_yuan_and_the_end_in_beijing(
    alipay: AlipayGateway, channel: Channel, platform_key: Key
) -> None:
    channel.answer = lambda request: side.ok(
        platform_key, request, out_trade_no=side.PAYMENT_NO, qr_code=CODE
    )
    assert alipay.ask_for(PAYMENT) == CODE
    params = side.params_of(channel.requests[0].path, channel.requests[0].body)
    assert params["notify_url"] == side.NOTIFY_URL
    assert json.loads(params["biz_content"]) == {
        "out_trade_no": side.PAYMENT_NO,
        "total_amount": "50.00",
        "subject": "充电钱包充值",
        "time_expire": "2026-11-23 18:30:05",
        "seller_id": side.SELLER_ID,
    }


@pytest.mark.parametrize(
    "changes", [{"out_trade_no": "P2026NOBODYS0001"}, {"qr_code": ""}, {"qr_code": 5}, {"qr_code": "x" * 256}]
)
def test_a_code_that_is_none_or_another_s_is_an_unknown_outcome(
    alipay: AlipayGateway, channel: Channel, platform_key: Key, changes: dict[str, Any]
) -> None:
    content = {"out_trade_no": side.PAYMENT_NO, "qr_code": CODE} | changes
    channel.answer = lambda request: side.ok(platform_key, request, **content)
    with pytest.raises(ChannelOutcomeUnknown):
        alipay.ask_for(PAYMENT)


def test_the_phone_gets_a_signed_link_and_the_code_as_a_picture(
    offline_alipay: AlipayGateway, merchant_key: Key, tmp_path: Path
) -> None:
    pay = offline_alipay.pay_params(PAYMENT, CODE, NOW)
    assert (pay.qr_code, pay.link.partition("?")[0]) == (CODE, "https://openapi.alipay.com/gateway.do")
    params = side.params_of(pay.link)
    assert side.is_asked_by(merchant_key.public_key(), params)
    asked = [params[name] for name in ("method", "timestamp", "return_url", "notify_url")]
    assert asked == ["alipay.trade.wap.pay", "2026-11-23 18:00:05", side.RETURN_URL, side.NOTIFY_URL]
    assert json.loads(params["biz_content"]) == {
        "out_trade_no": side.PAYMENT_NO,
        "total_amount": "50.00",
        "subject": "充电钱包充值",
        "time_expire": "2026-11-23 18:30:05",
        "product_code": "QUICK_WAP_WAY",
        "seller_id": side.SELLER_ID,
        "quit_url": side.RETURN_URL,
    }
    kind, _, data = pay.qr_image.partition(",")
    picture = tmp_path / "code.png"
    picture.write_bytes(base64.b64decode(data))
    assert kind == "data:image/png;base64"
    assert [code.text for code in zxingcpp.read_barcodes(Image.open(picture))] == [CODE]


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({}, TradeState.PAID),
        ({"trade_status": "TRADE_FINISHED"}, TradeState.PAID),
        ({"trade_status": "WAIT_BUYER_PAY", "send_pay_date": ""}, TradeState.UNPAID),
        ({"trade_status": "TRADE_CLOSED", "send_pay_date": ""}, TradeState.CLOSED),
        ({"trade_status": "TRADE_CLOSED"}, TradeState.REFUNDED),
    ],
)
def test_a_trade_is_read(
    alipay: AlipayGateway, channel: Channel, platform_key: Key, changes: dict[str, Any], state: TradeState
) -> None:
    channel.answer = found(platform_key, **changes)
    trade = alipay.query(side.PAYMENT_NO)
    assert (trade.state, trade.amount_fen, trade.currency) == (state, 5_000, "CNY")
    assert (trade.merchant, trade.transaction_no) == (alipay.merchant, TRADE["trade_no"])
    if state is TradeState.PAID:
        assert trade.paid_at == datetime(2026, 11, 23, 10, 0, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    "changes",
    [
        {"out_trade_no": "P2026NOBODYS0001"},
        {"trade_status": "TRADE_NEW"},
        {"trade_status": None},
        {"total_amount": "50.001"},
        {"total_amount": 50},
        {"total_amount": ""},
        {"trade_no": ""},
        {"trade_no": "x" * 65},
        {"send_pay_date": "yesterday"},
        {"send_pay_date": ""},
    ],
)
def test_a_trade_that_cannot_be_acted_upon_is_an_unknown_outcome(
    alipay: AlipayGateway, channel: Channel, platform_key: Key, changes: dict[str, Any]
) -> None:
    channel.answer = found(platform_key, **changes)
    with pytest.raises(ChannelOutcomeUnknown):
        alipay.query(side.PAYMENT_NO)


def test_a_number_that_alipay_does_not_know_is_missing_and_closed(
    alipay: AlipayGateway, channel: Channel, platform_key: Key
) -> None:
    channel.answer = lambda request: side.refusal(platform_key, request, "ACQ.TRADE_NOT_EXIST")
    assert alipay.query(side.PAYMENT_NO).state is TradeState.MISSING
    alipay.close(side.PAYMENT_NO)
    assert alipay.find_refund(PART).state is ChannelRefundState.MISSING


@pytest.mark.parametrize(
    "sub_code", ["ACQ.TRADE_NOT_EXIST", "ACQ.INVALID_PARAMETER", "isv.invalid-signature"]
)
@every_call
def test_a_refusal_without_a_sound_signature_is_no_answer(
    alipay: AlipayGateway,
    channel: Channel,
    platform_key: Key,
    merchant_key: Key,
    call: Callable[[AlipayGateway], object],
    sub_code: str,
) -> None:
    def unsigned(request: Any) -> Answer:
        signed = side.refusal(platform_key, request, sub_code).body
        return Answer(200, signed.partition(b',"sign"')[0] + b"}")

    for lie in (
        unsigned,
        lambda request: side.refusal(merchant_key, request, sub_code),
        lambda _request: Answer(200, b'{"error_response":{"code":"20000","sub_code":"isp.unknow-error"}}'),
    ):
        channel.answer = lie
        with pytest.raises(ChannelOutcomeUnknown):
            call(alipay)


@pytest.mark.parametrize(
    ("sub_code", "code", "refusal"),
    [
        ("ACQ.INVALID_PARAMETER", "40004", ChannelUnavailable),
        ("ACQ.ACCESS_FORBIDDEN", "40004", ChannelUnavailable),
        ("isv.insufficient-isv-permissions", "40006", ChannelUnavailable),
        ("ACQ.SYSTEM_ERROR", "40004", ChannelOutcomeUnknown),
        ("ACQ.TRADE_HAS_SUCCESS", "40004", ChannelOutcomeUnknown),
        ("ACQ.CONTEXT_INCONSISTENT", "40004", ChannelOutcomeUnknown),
        ("isp.unknow-error", "20000", ChannelOutcomeUnknown),
        ("", "10003", ChannelOutcomeUnknown),
    ],
)
def test_a_proven_refusal_did_nothing_unless_it_leaves_that_open(
    alipay: AlipayGateway,
    channel: Channel,
    platform_key: Key,
    sub_code: str,
    code: str,
    refusal: type[Exception],
) -> None:
    channel.answer = lambda request: side.refusal(platform_key, request, sub_code, code)
    for call in (alipay.ask_for, lambda payment: alipay.query(payment.payment_no)):
        with pytest.raises(refusal):
            call(PAYMENT)


@every_call
def test_no_answer_a_cut_one_and_a_late_one_are_unknown_outcomes_asked_once(
    alipay: AlipayGateway,
    channel: Channel,
    platform_key: Key,
    call: Callable[[AlipayGateway], object],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def cut(request: Any) -> Answer:
        whole = side.ok(platform_key, request)
        return Answer(200, whole.body, whole.headers, cut=9)

    late = threading.Event()
    monkeypatch.setattr(outbound_session, "READ_TIMEOUT_S", 0.2)
    for silence in (lambda _request: None, cut, lambda _request: Answer(200, b"{}", wait_for=late)):
        channel.requests.clear()
        channel.answer = silence
        with pytest.raises(ChannelOutcomeUnknown):
            call(alipay)
        assert len(channel.requests) == 1
    late.set()


@every_call
def test_nobody_listening_means_nothing_happened(
    alipay_settings: Callable[..., Any], call: Callable[[AlipayGateway], object]
) -> None:
    settings = alipay_settings(api_base="http://127.0.0.1:9", allow_insecure=True)
    with pytest.raises(ChannelUnavailable):
        call(AlipayGateway(settings))


@every_call
def test_a_failure_leaves_no_key_and_no_address_behind(
    alipay: AlipayGateway,
    channel: Channel,
    merchant_key: Key,
    platform_key: Key,
    call: Callable[[AlipayGateway], object],
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    channel.answer = lambda request: side.refusal(platform_key, request, "ACQ.SYSTEM_ERROR")
    text = text_left_behind(lambda: call(alipay), caplog, capfd)
    sign = side.params_of(channel.requests[0].path)["sign"]
    secrets = [*pem_of(merchant_key).splitlines()[1:-1], sign, sign[:40], "sign=", "canary-message"]
    assert [secret for secret in secrets if secret in text] == []


@pytest.mark.parametrize(
    ("content", "state"),
    [({"fund_change": "Y"}, ChannelRefundState.DONE), ({"fund_change": "N"}, ChannelRefundState.PROCESSING)],
)
def test_a_refund_is_asked_for_under_its_own_number(
    alipay: AlipayGateway,
    channel: Channel,
    platform_key: Key,
    content: dict[str, str],
    state: ChannelRefundState,
) -> None:
    channel.answer = lambda request: side.ok(platform_key, request, refund_fee="40.00", **content)
    refund = alipay.refund(PART)
    assert (refund.state, refund.amount_fen, refund.part_no) == (state, 1_234, PART.part_no)
    params = side.params_of(channel.requests[0].path, channel.requests[0].body)
    assert json.loads(params["biz_content"]) == {
        "out_trade_no": side.PAYMENT_NO,
        "refund_amount": "12.34",
        "out_request_no": PART.part_no,
        "refund_reason": "余额退款",
    }


@pytest.mark.parametrize(
    ("sub_code", "refusal"),
    [
        ("ACQ.REFUND_AMT_NOT_EQUAL_TOTAL", RefundRefused),
        ("ACQ.TRADE_HAS_FINISHED", RefundRefused),
        ("ACQ.TRADE_NOT_EXIST", RefundRefused),
        ("ACQ.SELLER_BALANCE_NOT_ENOUGH", ChannelUnavailable),
        ("ACQ.SYSTEM_ERROR", ChannelOutcomeUnknown),
    ],
)
def test_a_refused_refund_is_refused_for_ever_for_now_or_nobody_knows(
    alipay: AlipayGateway, channel: Channel, platform_key: Key, sub_code: str, refusal: type[Exception]
) -> None:
    channel.answer = lambda request: side.refusal(platform_key, request, sub_code)
    with pytest.raises(refusal):
        alipay.refund(PART)


DONE = {
    "out_trade_no": side.PAYMENT_NO,
    "out_request_no": PART.part_no,
    "refund_status": "REFUND_SUCCESS",
    "refund_amount": "12.34",
}


@pytest.mark.parametrize(
    ("content", "state"),
    [
        (DONE, ChannelRefundState.DONE),
        ({}, ChannelRefundState.MISSING),
        (DONE | {"refund_status": ""}, ChannelRefundState.MISSING),
        (DONE | {"refund_status": "REFUND_PROCESSING"}, ChannelRefundState.PROCESSING),
        (DONE | {"refund_amount": "12.35"}, None),
        (DONE | {"out_request_no": "R2"}, None),
        (DONE | {"out_trade_no": "P2"}, None),
        (DONE | {"refund_amount": "much"}, None),
    ],
)
def test_a_refund_is_found(
    alipay: AlipayGateway,
    channel: Channel,
    platform_key: Key,
    content: dict[str, str],
    state: ChannelRefundState | None,
) -> None:
    channel.answer = lambda request: side.ok(platform_key, request, **content)
    if state is None:
        with pytest.raises(ChannelOutcomeUnknown):
            alipay.find_refund(PART)
    else:
        assert alipay.find_refund(PART).state is state


@pytest.mark.parametrize("number", ["", "short", "x" * 65, "P-20261123", "P20261123&a=b", "支付单一二三四"])
def test_a_number_that_alipay_would_not_take_is_not_sent(
    alipay: AlipayGateway, channel: Channel, number: str
) -> None:
    for call in (alipay.query, alipay.close):
        with pytest.raises(ValueError, match="payment number"):
            call(number)
    assert channel.requests == []


ANSWER = '{"alipay_x_response":{"code":"10000","a":"}\\"{"},"sign":"S"}'


@pytest.mark.parametrize(
    "body",
    [
        "",
        "[]",
        "{",
        "null",
        ANSWER + "{}",
        ANSWER[:-1],
        ANSWER.replace('"S"', "5"),
        ANSWER.replace("alipay_x", "alipay_y"),
        '{"sign":"S",' + ANSWER[1:],
        ANSWER.replace('{"code"', '{"code":' * 90_000),
    ],
)
def test_what_is_no_answer_is_read_as_none(platform_key: Key, body: str) -> None:
    with pytest.raises(UnprovenError):
        read_answer(body.encode(), "alipay.x", [platform_key.public_key()])


@pytest.mark.parametrize(
    "form", ['{{"alipay_x_response":{0},"sign":"{1}"}}', '{{ "sign" : "{1}" ,\n "alipay_x_response" : {0} }}']
)
def test_the_very_text_of_the_inner_object_is_what_is_proven(platform_key: Key, form: str) -> None:
    text = '{"code":"10000", "a":"}\\u7535 \\/ {","b":[1,2]}'
    body = form.format(text, side.sign(platform_key, text)).encode()
    assert read_answer(body, "alipay.x", [platform_key.public_key()]).fields["a"] == "}电 / {"
    with pytest.raises(UnprovenError, match="signature_wrong"):
        read_answer(body.replace(b"10000", b"10001"), "alipay.x", [platform_key.public_key()])


def test_the_official_sdk_s_signed_answer_is_proven() -> None:
    vectors = json.loads((Path(__file__).parents[2] / "vectors" / "alipay.json").read_text())
    key = load_pem_public_key(vectors["answer"]["public_key_pem"].encode())
    assert isinstance(key, rsa.RSAPublicKey)
    body = vectors["answer"]["raw"].encode()
    assert read_answer(body, "alipay.open.file.upload", [key]).is_ok
    with pytest.raises(UnprovenError):
        read_answer(body.replace(b"CAxAToW", b"CAxAToX"), "alipay.open.file.upload", [key])


def test_openssl_agrees_with_our_signature(merchant_key: Key, tmp_path: Path) -> None:
    params = {"b": "电=&", "a": "1", "empty": "", "sign": "not this"}
    (tmp_path / "key.pem").write_text(pem_of(merchant_key))
    (tmp_path / "text").write_bytes("a=1&b=电=&".encode())
    command = ["openssl", "dgst", "-sha256", "-sign", str(tmp_path / "key.pem"), str(tmp_path / "text")]
    made = subprocess.run(command, check=True, capture_output=True).stdout
    assert own_sign(merchant_key, request_text(params)) == base64.b64encode(made).decode()

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from wechatpayv3 import WeChatPay, WeChatPayType

from backend.domain.errors import ChannelOutcomeUnknown, ChannelUnavailable
from backend.gateways.channel_trade import ChannelTrade, TradeState
from backend.gateways.wechat.pay import WechatPayGateway, WechatPaySettings
from tests.unit.gateways import wechat_side as side
from tests.unit.gateways.leaks import text_left_behind
from tests.unit.gateways.pay_calls import NOW, PAYMENT_NO, asked, create, every_call, refusal, signed


def test_an_order_is_sent_as_documented_and_signed(
    pay: WechatPayGateway,
    channel: side.Channel,
    merchant_key: rsa.RSAPrivateKey,
    platform_key: rsa.RSAPrivateKey,
) -> None:
    channel.answer = lambda _request: signed(
        platform_key, 200, {"prepay_id": "wx26112410395522657a690389285100"}
    )
    assert create(pay) == "wx26112410395522657a690389285100"
    (request,) = channel.requests
    assert (request.method, request.path) == ("POST", "/v3/pay/transactions/jsapi")
    assert request.headers["Wechatpay-Serial"] == side.PLATFORM_KEY_ID
    assert request.headers["Content-Type"] == request.headers["Accept"] == "application/json"
    assert request.is_signed_by(merchant_key)
    assert json.loads(request.body) == {
        "appid": side.APPID,
        "mchid": side.MCHID,
        "description": "欣象充电 充值",
        "out_trade_no": PAYMENT_NO,
        "time_expire": "2026-11-23T18:30:05+08:00",
        "notify_url": "https://charge.example.com/notify/wechat",
        "amount": {"total": 5000, "currency": "CNY"},
        "payer": {"openid": "oABC"},
    }


def test_a_query_is_signed_over_its_path_and_an_empty_body(
    pay: WechatPayGateway,
    channel: side.Channel,
    merchant_key: rsa.RSAPrivateKey,
    platform_key: rsa.RSAPrivateKey,
) -> None:
    channel.answer = lambda _request: signed(platform_key, 200, side.trade())
    pay.query(PAYMENT_NO)
    (request,) = channel.requests
    wanted = f"/v3/pay/transactions/out-trade-no/{PAYMENT_NO}?mchid={side.MCHID}"
    assert (request.method, request.path, request.body) == ("GET", wanted, b"")
    assert request.is_signed_by(merchant_key)


def test_a_close_is_signed_and_a_proven_204_is_success(
    pay: WechatPayGateway,
    channel: side.Channel,
    merchant_key: rsa.RSAPrivateKey,
    platform_key: rsa.RSAPrivateKey,
) -> None:
    channel.answer = lambda _request: signed(platform_key, 204)
    pay.close(PAYMENT_NO)
    (request,) = channel.requests
    assert (request.method, request.path) == ("POST", f"/v3/pay/transactions/out-trade-no/{PAYMENT_NO}/close")
    assert json.loads(request.body) == {"mchid": side.MCHID}
    assert request.is_signed_by(merchant_key)


@pytest.mark.parametrize(
    "changes",
    [
        {"payment_no": "T1"},
        {"payment_no": "T" * 33},
        {"payment_no": "T123456/close"},
        {"payment_no": "T123456?x"},
        {"payment_no": "T123456\n"},
        {"amount_fen": 0},
        {"amount_fen": -1},
        {"description": ""},
        {"description": "充" * 128},
        {"payer_key": ""},
        {"expires_at": NOW.replace(tzinfo=None)},
    ],
)
def test_refuses_an_order_wechat_forbids_before_sending(
    pay: WechatPayGateway, channel: side.Channel, changes: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match=r".+"):
        create(pay, **changes)
    assert channel.requests == []


def test_a_payer_without_an_openid_cannot_be_asked_for_money(
    pay: WechatPayGateway, channel: side.Channel
) -> None:
    with pytest.raises(ChannelUnavailable):
        create(pay, payer_key=None)
    assert channel.requests == []


def test_the_pay_parameters_carry_a_signature_wechat_accepts(
    offline_pay: WechatPayGateway, merchant_key: rsa.RSAPrivateKey
) -> None:
    wire = json.loads(msgspec.json.encode(offline_pay.pay_params(asked(), "wx2611", NOW)))
    assert set(wire) == {"timeStamp", "nonceStr", "package", "signType", "paySign"}
    assert wire["timeStamp"] == "1795428005"
    assert wire["package"] == "prepay_id=wx2611"
    assert wire["signType"] == "RSA"
    assert wire["paySign"] == side.sign(
        merchant_key, side.APPID, wire["timeStamp"], wire["nonceStr"], wire["package"]
    )


def test_pay_parameters_never_repeat_a_nonce(offline_pay: WechatPayGateway) -> None:
    nonces = {offline_pay.pay_params(asked(), "wx2611", NOW).nonce_str for _ in range(20)}
    assert len(nonces) == 20


def test_a_paid_trade_comes_back_whole(
    pay: WechatPayGateway, channel: side.Channel, platform_key: rsa.RSAPrivateKey
) -> None:
    channel.answer = lambda _request: signed(platform_key, 200, side.trade())
    assert pay.query(PAYMENT_NO) == ChannelTrade(
        payment_no=PAYMENT_NO,
        state=TradeState.PAID,
        merchant={"mchid": side.MCHID, "appid": side.APPID},
        amount_fen=5000,
        currency="CNY",
        transaction_no="4200002026112300000000000001",
        paid_at=datetime(2026, 11, 23, 10, 0, 5, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("trade_state", "state"),
    [
        ("REFUND", TradeState.REFUNDED),
        ("NOTPAY", TradeState.UNPAID),
        ("USERPAYING", TradeState.UNPAID),
        ("CLOSED", TradeState.CLOSED),
        ("REVOKED", TradeState.CLOSED),
        ("PAYERROR", TradeState.FAILED),
    ],
)
def test_each_trade_state_has_one_word_of_ours(
    pay: WechatPayGateway,
    channel: side.Channel,
    platform_key: rsa.RSAPrivateKey,
    trade_state: str,
    state: TradeState,
) -> None:
    channel.answer = lambda _request: signed(platform_key, 200, side.trade(trade_state=trade_state))
    assert pay.query(PAYMENT_NO).state is state


def test_an_unpaid_trade_needs_no_amount_or_transaction(
    pay: WechatPayGateway, channel: side.Channel, platform_key: rsa.RSAPrivateKey
) -> None:
    bare = {"mchid": side.MCHID, "appid": side.APPID, "out_trade_no": PAYMENT_NO, "trade_state": "NOTPAY"}
    empty = {"transaction_id": "", "success_time": ""}
    channel.answer = lambda _request: signed(platform_key, 200, bare | empty)
    trade = pay.query(PAYMENT_NO)
    assert (trade.state, trade.amount_fen, trade.transaction_no, trade.paid_at) == (
        TradeState.UNPAID,
        None,
        None,
        None,
    )


def test_a_number_wechat_never_took_is_missing(pay: WechatPayGateway, channel: side.Channel) -> None:
    channel.answer = lambda _request: refusal(404, "ORDER_NOT_EXIST")
    assert pay.query(PAYMENT_NO) == ChannelTrade(
        payment_no=PAYMENT_NO, state=TradeState.MISSING, merchant=pay.merchant
    )


@pytest.mark.parametrize("answer", [refusal(404, "RESOURCE_NOT_EXISTS"), side.Answer(404, b"nginx")])
def test_another_404_does_not_say_that_the_number_is_missing(
    pay: WechatPayGateway, channel: side.Channel, answer: side.Answer
) -> None:
    channel.answer = lambda _request: answer
    with pytest.raises(ChannelUnavailable):
        pay.query(PAYMENT_NO)


@pytest.mark.parametrize(
    "changes",
    [
        {"out_trade_no": "T20261123100000OTHER00000"},
        {"trade_state": "NEW_STATE"},
        {"amount": None},
        {"amount": {"total": 50.5, "currency": "CNY"}},
        {"amount": {"total": "5000", "currency": "CNY"}},
        {"amount": {"total": 0, "currency": "CNY"}},
        {"amount": {"total": 5000}},
        {"transaction_id": ""},
        {"success_time": None},
        {"success_time": "2026-11-23T18:00:05"},
        {"success_time": "0001-01-01T00:00:00+08:00"},
        {"success_time": "yesterday"},
        {"mchid": ""},
    ],
)
def test_a_paid_trade_that_cannot_be_read_is_an_unknown_outcome(
    pay: WechatPayGateway, channel: side.Channel, platform_key: rsa.RSAPrivateKey, changes: dict[str, Any]
) -> None:
    channel.answer = lambda _request: signed(platform_key, 200, side.trade(**changes))
    with pytest.raises(ChannelOutcomeUnknown):
        pay.query(PAYMENT_NO)


def test_the_library_still_has_the_private_parts_we_lean_on(
    pay: WechatPayGateway, channel: side.Channel, pay_settings: Callable[..., WechatPaySettings]
) -> None:
    settings = pay_settings()
    stock = WeChatPay(
        WeChatPayType.MINIPROG,
        mchid=settings.mchid,
        private_key=settings.merchant_private_key_pem,
        cert_serial_no=settings.merchant_serial,
        appid=settings.appid,
        apiv3_key=settings.api_v3_key,
        public_key=settings.platform_public_key_pem,
        public_key_id=settings.platform_public_key_id,
    )
    assert stock._core._gate_way == "https://api.mch.weixin.qq.com"
    for name in ("_mchid", "_cert_serial_no", "_private_key", "_public_key_id", "request"):
        assert hasattr(stock._core, name)
    assert pay._client._core._gate_way == channel.base


@every_call
@pytest.mark.parametrize(
    "answer", [None, refusal(401, "SIGN_ERROR"), refusal(500, "X"), side.Answer(200, b"x")]
)
def test_no_error_and_no_log_carries_a_key_or_an_authorization(
    pay: WechatPayGateway,
    channel: side.Channel,
    call: Callable[[WechatPayGateway], object],
    answer: side.Answer | None,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    channel.answer = lambda _request: answer
    text = text_left_behind(lambda: call(pay), caplog, capfd)
    assert "channel_" in text
    for canary in ("canary", "PRIVATE KEY", "WECHATPAY2-SHA256-RSA2048", "oABC"):
        assert canary not in text

import socket
import threading
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from backend.domain.errors import ChannelOutcomeUnknown, ChannelUnavailable
from backend.gateways import outbound_session
from backend.gateways.wechat.pay import WechatPayGateway, WechatPaySettings
from tests.unit.gateways import wechat_side as side
from tests.unit.gateways.pay_calls import PAYMENT_NO, create, every_call, refusal, signed


@every_call
@pytest.mark.parametrize(
    ("status", "code"),
    [(400, "PARAM_ERROR"), (401, "SIGN_ERROR"), (403, "NO_AUTH"), (429, "FREQUENCY_LIMITED")],
)
def test_a_definite_refusal_means_nothing_happened(
    pay: WechatPayGateway,
    channel: side.Channel,
    call: Callable[[WechatPayGateway], object],
    status: int,
    code: str,
) -> None:
    channel.answer = lambda _request: refusal(status, code)
    with pytest.raises(ChannelUnavailable):
        call(pay)
    assert len(channel.requests) == 1


@pytest.mark.parametrize("code", ["OUT_TRADE_NO_USED", "INVALID_REQUEST", "ORDERPAID"])
def test_a_number_that_already_lives_at_wechat_has_to_be_queried(
    pay: WechatPayGateway, channel: side.Channel, code: str
) -> None:
    channel.answer = lambda _request: refusal(403, code)
    with pytest.raises(ChannelOutcomeUnknown):
        create(pay)
    with pytest.raises(ChannelOutcomeUnknown):
        pay.close(PAYMENT_NO)


@pytest.mark.parametrize(("status", "code"), [(404, "ORDER_NOT_EXIST"), (400, "ORDER_CLOSED")])
def test_closing_what_nobody_can_pay_is_done(
    pay: WechatPayGateway, channel: side.Channel, status: int, code: str
) -> None:
    channel.answer = lambda _request: refusal(status, code)
    pay.close(PAYMENT_NO)
    channel.answer = lambda _request: refusal(500, code)
    with pytest.raises(ChannelOutcomeUnknown):
        pay.close(PAYMENT_NO)


@every_call
@pytest.mark.parametrize("status", [301, 500, 502, 503])
def test_a_server_error_or_redirect_is_an_unknown_outcome(
    pay: WechatPayGateway, channel: side.Channel, call: Callable[[WechatPayGateway], object], status: int
) -> None:
    channel.answer = lambda request: side.Answer(status, b"{}", {"Location": channel.base + request.path})
    with pytest.raises(ChannelOutcomeUnknown):
        call(pay)
    assert len(channel.requests) == 1


@every_call
def test_a_connection_dropped_after_accepting_is_an_unknown_outcome(
    pay: WechatPayGateway, channel: side.Channel, call: Callable[[WechatPayGateway], object]
) -> None:
    channel.answer = lambda _request: None
    with pytest.raises(ChannelOutcomeUnknown):
        call(pay)
    assert len(channel.requests) == 1  # never sent twice on its own


@every_call
def test_no_answer_in_time_is_an_unknown_outcome(
    pay: WechatPayGateway,
    channel: side.Channel,
    call: Callable[[WechatPayGateway], object],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(outbound_session, "READ_TIMEOUT_S", 0.1)
    late = threading.Event()
    channel.answer = lambda _request: side.Answer(200, b"{}", wait_for=late)
    with pytest.raises(ChannelOutcomeUnknown):
        call(pay)
    late.set()


def test_half_an_answer_is_an_unknown_outcome(
    pay: WechatPayGateway, channel: side.Channel, platform_key: rsa.RSAPrivateKey
) -> None:
    whole = signed(platform_key, 200, {"prepay_id": "wx2611"})
    channel.answer = lambda _request: side.Answer(200, whole.body, whole.headers, cut=5)
    with pytest.raises(ChannelOutcomeUnknown):
        create(pay)


@every_call
def test_nobody_listening_means_nothing_happened(
    pay_settings: Callable[..., WechatPaySettings], call: Callable[[WechatPayGateway], object]
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{probe.getsockname()[1]}"
    with pytest.raises(ChannelUnavailable):
        call(WechatPayGateway(pay_settings(api_base=base, allow_insecure=True)))


Spoil = Callable[[side.Answer], None]


def _without(name: str) -> Spoil:
    def spoil(answer: side.Answer) -> None:
        del answer.headers[name]

    return spoil


def _with(name: str, value: str) -> Spoil:
    return lambda answer: answer.headers.update({name: value})


@pytest.mark.parametrize(
    "spoil",
    [
        _without("Wechatpay-Signature"),
        _without("Wechatpay-Signature-Type"),
        _without("Wechatpay-Timestamp"),
        _without("Wechatpay-Serial"),
        _with("Wechatpay-Signature", "WECHATPAY/SIGNTEST/abcdef"),
        _with("Wechatpay-Serial", "PUB_KEY_ID_other"),
        _with("Wechatpay-Serial", "5F1C2B3A4D5E6F708192A3B4C5D6E7F801020304"),
        _with("Wechatpay-Nonce", "other"),
    ],
)
@every_call
def test_a_success_that_is_not_proven_is_an_unknown_outcome(
    pay: WechatPayGateway,
    channel: side.Channel,
    platform_key: rsa.RSAPrivateKey,
    call: Callable[[WechatPayGateway], object],
    spoil: Spoil,
) -> None:
    def answer(request: side.Request) -> side.Answer:
        good = _good(platform_key, request)
        spoil(good)
        return good

    channel.answer = answer
    with pytest.raises(ChannelOutcomeUnknown):
        call(pay)
    assert len(channel.requests) == 1  # an unknown serial fetches no certificates
    channel.answer = lambda request: _good(platform_key, request)
    call(pay)  # the same answer unspoilt is taken


def _good(key: rsa.RSAPrivateKey, request: side.Request) -> side.Answer:
    if request.path.endswith("/close"):
        return signed(key, 204)
    return signed(key, 200, side.trade() if request.method == "GET" else {"prepay_id": "wx2611"})


def test_an_answer_of_another_key_or_another_hour_is_an_unknown_outcome(
    pay: WechatPayGateway,
    channel: side.Channel,
    merchant_key: rsa.RSAPrivateKey,
    platform_key: rsa.RSAPrivateKey,
) -> None:
    for forged in (
        signed(merchant_key, 200, side.trade()),
        signed(platform_key, 200, side.trade(), age_s=400),
        signed(platform_key, 200, side.trade(), age_s=-400),
    ):
        channel.answer = lambda _request, forged=forged: forged  # type: ignore[misc] # bound per round
        with pytest.raises(ChannelOutcomeUnknown):
            pay.query(PAYMENT_NO)


@pytest.mark.parametrize("content", [{}, {"prepay_id": ""}, {"prepay_id": "x" * 65}, {"prepay_id": 5}, []])
def test_an_order_answered_without_a_prepay_id_is_an_unknown_outcome(
    pay: WechatPayGateway, channel: side.Channel, platform_key: rsa.RSAPrivateKey, content: object
) -> None:
    channel.answer = lambda _request: signed(platform_key, 200, content)
    with pytest.raises(ChannelOutcomeUnknown):
        create(pay)

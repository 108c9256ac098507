"""WeChat Pay over HTTP: who may ask, what is answered, and the switches that spoil an answer."""

import json
import time
from typing import Any

import pytest
import requests
from wechatpayv3 import WeChatPay, WeChatPayType

from tests.unit.sandbox.merchant import Merchant
from tests.waiting import LIMIT_S

JSAPI = "/v3/pay/transactions/jsapi"
REFUNDS = "/v3/refund/domestic/refunds"
NOTIFY_URL = "https://example.com/notify/wechat"
# Nothing listens on port 1; its notifies fail, which these tests do not look at.
NOWHERE = "http://127.0.0.1:1/notify"


def _pay(merchant: Merchant) -> dict[str, Any]:
    order, _ = merchant.place(NOWHERE)
    assert merchant.control("pay", {"out_trade_no": order["out_trade_no"]}) == {"errMsg": "requestPayment:ok"}
    return order


def _refund(order: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "out_trade_no": order["out_trade_no"],
        "out_refund_no": "R" + order["out_trade_no"],
        "amount": {"refund": 1000, "total": 5000, "currency": "CNY"},
    } | changes


def test_same_order_again_gives_the_same_prepay_id(merchant: Merchant) -> None:
    order, prepay_id = merchant.place(NOTIFY_URL)
    assert merchant.call("POST", JSAPI, order) == {"prepay_id": prepay_id}


def test_a_person_reads_what_is_to_be_paid_before_paying(merchant: Merchant) -> None:
    order, prepay_id = merchant.place(NOWHERE)
    shown = {"description": order["description"], "total_fen": order["amount"]["total"]}
    assert merchant.control("pay-sheet", {"prepay_id": prepay_id}) == shown
    assert merchant.control("pay-sheet", {"prepay_id": "wx0"})[0] == 404


def test_other_params_under_the_same_number_are_refused(merchant: Merchant) -> None:
    order, _ = merchant.place(NOTIFY_URL)
    order["amount"] = {"total": 5001, "currency": "CNY"}
    assert merchant.call("POST", JSAPI, order) == (403, "OUT_TRADE_NO_USED")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"appid": "wxother"}, "APPID_MCHID_NOT_MATCH"),
        ({"mchid": "1900000000"}, "MCH_NOT_EXISTS"),
        ({"out_trade_no": "short"}, "PARAM_ERROR"),
        ({"out_trade_no": "has space in it"}, "PARAM_ERROR"),
        ({"description": "充" * 128}, "PARAM_ERROR"),
        ({"description": ""}, "PARAM_ERROR"),
        ({"attach": "a" * 129}, "PARAM_ERROR"),
        ({"amount": {"total": 0}}, "PARAM_ERROR"),
        ({"amount": {"total": 1.5}}, "PARAM_ERROR"),
        ({"amount": {"total": "100"}}, "PARAM_ERROR"),
        ({"amount": {"total": True}}, "PARAM_ERROR"),
        ({"amount": {"total": 100, "currency": "USD"}}, "PARAM_ERROR"),
        ({"payer": {"openid": ""}}, "PARAM_ERROR"),
        ({"time_expire": "2020-01-01T00:00:00+08:00"}, "PARAM_ERROR"),
        ({"notify_url": "https://example.com/notify?a=1"}, "PARAM_ERROR"),
        ({"notify_url": "notify"}, "PARAM_ERROR"),
        ({"notify_url": "http://[1"}, "PARAM_ERROR"),
    ],
)
def test_refuses_an_order(merchant: Merchant, changes: dict[str, Any], code: str) -> None:
    assert merchant.call("POST", JSAPI, merchant.order(NOTIFY_URL) | changes) == (400, code)


def test_refuses_a_body_that_is_not_json(merchant: Merchant) -> None:
    answer = merchant.send("POST", JSAPI, "{")
    assert (answer.status_code, answer.json()["code"]) == (400, "PARAM_ERROR")


@pytest.mark.parametrize(
    "changes",
    [
        {"timestamp": "1624523846"},
        {"timestamp": "soon"},
        {"mchid": "1900000000"},
        {"serial_no": "D7CE59D1F522D701"},
        {"nonce_str": ""},
        {"signature": "c291cmNl"},
        {"signature": "%%"},
    ],
)
def test_refuses_a_request_not_proven_to_be_the_merchants(
    merchant: Merchant, changes: dict[str, str]
) -> None:
    target = f"/v3/pay/transactions/out-trade-no/T0000000?mchid={merchant.mchid}"
    proof = merchant.authorization("GET", target, "", **changes)
    answer = merchant.send("GET", target, authorization=proof)
    assert (answer.status_code, answer.json()["code"]) == (401, "SIGN_ERROR")


@pytest.mark.parametrize(
    "header", ["none", "WECHATPAY2-SHA256-RSA2048 mchid=1", 'WECHATPAY2-SHA256-RSA2048 mchid="1"']
)
def test_refuses_an_authorization_of_another_form(merchant: Merchant, header: str) -> None:
    answer = merchant.send("GET", "/v3/certificates", authorization=header)
    assert (answer.status_code, answer.json()["code"]) == (401, "SIGN_ERROR")


def test_signature_covers_the_exact_body_and_the_query(merchant: Merchant) -> None:
    order = json.dumps(merchant.order(NOTIFY_URL))
    proof = merchant.authorization("POST", JSAPI, order)
    assert merchant.send("POST", JSAPI, order + " ", proof).status_code == 401
    target = "/v3/pay/transactions/out-trade-no/T%7C000000"
    proof = merchant.authorization("GET", target, "")
    assert merchant.send("GET", f"{target}?mchid={merchant.mchid}", authorization=proof).status_code == 401


def test_percent_encoding_is_signed_as_sent(merchant: Merchant) -> None:
    order, _ = merchant.place(NOTIFY_URL, out_trade_no=f"T|{time.monotonic_ns()}")
    encoded = order["out_trade_no"].replace("|", "%7C")
    answer = merchant.call("GET", f"/v3/pay/transactions/out-trade-no/{encoded}?mchid={merchant.mchid}")
    assert answer["out_trade_no"] == order["out_trade_no"]


def test_request_sent_twice_is_refused(merchant: Merchant) -> None:
    order = json.dumps(merchant.order(NOTIFY_URL))
    proof = merchant.authorization("POST", JSAPI, order)
    assert merchant.send("POST", JSAPI, order, proof).status_code == 200
    answer = merchant.send("POST", JSAPI, order, proof)
    assert (answer.status_code, answer.json()["code"]) == (401, "SIGN_ERROR")


@pytest.mark.parametrize("serial", ["", "PUB_KEY_ID_0100000000000000"])
def test_requires_the_platform_key_id(merchant: Merchant, serial: str) -> None:
    answer = merchant.send("GET", "/v3/certificates", **{"Wechatpay-Serial": serial})
    assert (answer.status_code, answer.json()["code"]) == (400, "PARAM_ERROR")


def test_there_are_no_certificates_in_public_key_mode(merchant: Merchant) -> None:
    assert merchant.call("GET", "/v3/certificates") == (404, "RESOURCE_NOT_EXISTS")


def test_other_addresses_do_not_exist(merchant: Merchant) -> None:
    assert merchant.call("GET", "/v3/other") == (404, "RESOURCE_NOT_EXISTS")


def test_query_tells_an_unpaid_and_a_paid_order(merchant: Merchant) -> None:
    order, _ = merchant.place(NOWHERE, attach="附加")
    unpaid = merchant.query(order)
    assert (unpaid["trade_state"], unpaid["amount"]["total"]) == ("NOTPAY", 5000)
    assert "transaction_id" not in unpaid
    merchant.control("pay", {"out_trade_no": order["out_trade_no"]})
    paid = merchant.query(order)
    assert paid["trade_state"] == "SUCCESS"
    assert paid["amount"] == {"total": 5000, "currency": "CNY", "payer_total": 5000, "payer_currency": "CNY"}
    assert paid["attach"] == "附加"
    assert paid["success_time"].endswith("+08:00")
    by_transaction = f"/v3/pay/transactions/id/{paid['transaction_id']}?mchid={merchant.mchid}"
    assert merchant.call("GET", by_transaction) == paid
    assert merchant.call("POST", JSAPI, order) == (400, "INVALID_REQUEST")


def test_query_refuses_an_unknown_number_and_another_mchid(merchant: Merchant) -> None:
    unknown = "/v3/pay/transactions/{}?mchid=" + merchant.mchid
    assert merchant.call("GET", unknown.format("out-trade-no/T0000000")) == (404, "ORDER_NOT_EXIST")
    assert merchant.call("GET", unknown.format("id/4200001")) == (404, "ORDER_NOT_EXIST")
    assert merchant.call("GET", "/v3/pay/transactions/out-trade-no/T0000000?mchid=1") == (400, "PARAM_ERROR")


def test_closed_order_stays_closed(merchant: Merchant) -> None:
    order, prepay_id = merchant.place(NOWHERE)
    target = f"/v3/pay/transactions/out-trade-no/{order['out_trade_no']}/close"
    for _ in range(2):
        assert merchant.call("POST", target, {"mchid": merchant.mchid}) == 204
    assert merchant.query(order)["trade_state"] == "CLOSED"
    assert merchant.control("pay", merchant.payment(prepay_id)) == (400, "ORDER_CLOSED")
    assert merchant.call("POST", JSAPI, order) == (400, "ORDER_CLOSED")
    merchant.control("faults", {"pay_after_close": True})
    assert merchant.control("pay", merchant.payment(prepay_id)) == {"errMsg": "requestPayment:ok"}
    assert merchant.query(order)["trade_state"] == "SUCCESS"


def test_close_refuses_a_paid_an_unknown_order_and_another_mchid(merchant: Merchant) -> None:
    order = _pay(merchant)
    target = "/v3/pay/transactions/out-trade-no/{}/close"
    body = {"mchid": merchant.mchid}
    assert merchant.call("POST", target.format(order["out_trade_no"]), body) == (400, "INVALID_REQUEST")
    assert merchant.call("POST", target.format("T0000000"), body) == (404, "ORDER_NOT_EXIST")
    assert merchant.call("POST", target.format("T0000000"), {"mchid": "1"}) == (400, "PARAM_ERROR")


def test_refund_asked_twice_is_one_refund(merchant: Merchant) -> None:
    order = _pay(merchant)
    first = merchant.call("POST", REFUNDS, _refund(order))
    assert first["amount"]["refund"] == 1000
    again = merchant.call("POST", REFUNDS, _refund(order))
    assert again["refund_id"] == first["refund_id"]
    assert merchant.call("GET", f"{REFUNDS}/{first['out_refund_no']}")["refund_id"] == first["refund_id"]
    assert merchant.query(order)["trade_state"] == "REFUND"
    other = _refund(order, amount={"refund": 1001, "total": 5000, "currency": "CNY"})
    assert merchant.call("POST", REFUNDS, other) == (400, "INVALID_REQUEST")


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"amount": {"refund": 5001, "total": 5000, "currency": "CNY"}}, (400, "INVALID_REQUEST")),
        ({"amount": {"refund": 1, "total": 4999, "currency": "CNY"}}, (400, "PARAM_ERROR")),
        ({"amount": {"refund": 1, "total": 5000, "currency": "USD"}}, (400, "PARAM_ERROR")),
        ({"amount": {"refund": 0, "total": 5000, "currency": "CNY"}}, (400, "PARAM_ERROR")),
        ({"out_trade_no": "T0000000"}, (404, "RESOURCE_NOT_EXISTS")),
        ({"out_trade_no": None}, (400, "PARAM_ERROR")),
        ({"transaction_id": "4200001"}, (400, "PARAM_ERROR")),
        ({"out_refund_no": "R" * 65}, (400, "PARAM_ERROR")),
        ({"reason": "因" * 81}, (400, "PARAM_ERROR")),
        ({"notify_url": "/notify"}, (400, "PARAM_ERROR")),
    ],
)
def test_refuses_a_refund(merchant: Merchant, changes: dict[str, Any], refusal: tuple[int, str]) -> None:
    assert merchant.call("POST", REFUNDS, _refund(_pay(merchant), **changes)) == refusal


def test_refuses_to_refund_an_unpaid_order(merchant: Merchant) -> None:
    order, _ = merchant.place(NOTIFY_URL)
    assert merchant.call("POST", REFUNDS, _refund(order)) == (403, "TRADE_ERROR")
    assert merchant.call("GET", f"{REFUNDS}/R{order['out_trade_no']}") == (404, "RESOURCE_NOT_EXISTS")


def test_switch_signs_other_bytes(merchant: Merchant) -> None:
    order = merchant.order(NOTIFY_URL)
    merchant.control("faults", {"response_bad_signature": True, "times": 1})
    answer = merchant.send("POST", JSAPI, json.dumps(order))
    assert answer.status_code == 200
    assert not merchant.is_signed(answer.headers, answer.content)
    assert merchant.query(order)["trade_state"] == "NOTPAY"


def test_switch_takes_the_order_and_drops_the_connection(merchant: Merchant) -> None:
    order = merchant.order(NOTIFY_URL)
    merchant.control("faults", {"accept_then_drop": True, "times": 1})
    with pytest.raises(requests.ConnectionError):
        merchant.send("POST", JSAPI, json.dumps(order))
    assert merchant.query(order)["trade_state"] == "NOTPAY"
    assert "prepay_id" in merchant.call("POST", JSAPI, order)


@pytest.mark.parametrize(
    ("fault", "refusal"),
    [
        ({"http_status": 429}, (429, "FREQUENCY_LIMITED")),
        ({"http_status": 500}, (500, "SYSTEM_ERROR")),
        ({"http_status": 403, "http_code": "NO_AUTH"}, (403, "NO_AUTH")),
    ],
)
def test_switch_answers_an_error_and_does_nothing(
    merchant: Merchant, fault: dict[str, Any], refusal: tuple[int, str]
) -> None:
    order = merchant.order(NOTIFY_URL)
    merchant.control("faults", fault | {"times": 2})
    assert merchant.call("POST", JSAPI, order) == refusal
    assert merchant.query(order) == refusal
    assert merchant.query(order) == (404, "ORDER_NOT_EXIST")


def test_switch_answers_slowly(merchant: Merchant) -> None:
    order, _ = merchant.place(NOTIFY_URL)
    merchant.control("faults", {"slow_s": 100})
    target = f"/v3/pay/transactions/out-trade-no/{order['out_trade_no']}?mchid={merchant.mchid}"
    headers = {
        "Authorization": merchant.authorization("GET", target, ""),
        "Wechatpay-Serial": merchant.platform_key_id,
    }
    with pytest.raises(requests.Timeout):
        merchant.http.get(merchant.base + target, headers=headers, timeout=0.3)


@pytest.mark.parametrize(
    "faults",
    [
        {"unknown": 1},
        {"http_status": 200},
        {"http_code": "NO_AUTH"},
        {"slow_s": -1},
        {"times": 0},
        {"notify_duplicates": 51},
    ],
)
def test_refuses_switches_that_do_not_exist(merchant: Merchant, faults: dict[str, Any]) -> None:
    assert merchant.control("faults", faults) == (400, "PARAM_ERROR")
    assert merchant.control("faults") == {}


def test_an_independent_client_agrees(merchant: Merchant, keys_folder: Any) -> None:
    pay = WeChatPay(
        wechatpay_type=WeChatPayType.MINIPROG,
        mchid=merchant.mchid,
        private_key=(keys_folder / "merchant_key.pem").read_text(),
        cert_serial_no=merchant.serial,
        appid=merchant.appid,
        apiv3_key=merchant.api_v3_key.decode(),
        notify_url=NOTIFY_URL,
        public_key=(keys_folder / "platform_public_key.pem").read_text(),
        public_key_id=merchant.platform_key_id,
        timeout=LIMIT_S,
    )
    pay._core._gate_way = merchant.base
    number = f"T{time.monotonic_ns()}"
    status, text = pay.pay("充电预付", out_trade_no=number, amount={"total": 100}, payer={"openid": "oTest"})
    assert status == 200
    assert json.loads(text)["prepay_id"].startswith("wx")
    assert pay.close(out_trade_no=number)[0] == 204
    status, text = pay.query(out_trade_no=number)
    assert json.loads(text)["trade_state"] == "CLOSED"

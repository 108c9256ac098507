"""What happens when a person pays: the proof asked of the page, the notifies, and the switches that spoil them."""

import json
from typing import Any

import pytest

from scripts.stand_ins.sandbox.pay_notice import SCHEDULE_S
from tests.unit.sandbox.merchant import Merchant, NotifyAddress, notify_address
from tests.waiting import wait_until


def _pay(merchant: Merchant, address: NotifyAddress, **faults: Any) -> dict[str, Any]:
    """An order paid by a person; its first attempt meets `faults`."""
    order, prepay_id = merchant.place(address.url)
    if faults:
        merchant.control("faults", {**faults, "notify_only_for": order["out_trade_no"], "times": 1})
    assert merchant.control("pay", merchant.payment(prepay_id)) == {"errMsg": "requestPayment:ok"}
    return order


def _wait_for(address: NotifyAddress, count: int) -> None:
    wait_until(lambda: len(address.received) >= count, f"{count} notifies arrived")


def _wait_taken(merchant: Merchant, order: dict[str, Any]) -> list[dict[str, Any]]:
    """The attempts of this order, once one was taken and none is on its way."""
    wait_until(lambda: _is_taken(merchant.attempts(order)), "the notify was taken")
    return merchant.attempts(order)


def _is_taken(attempts: list[dict[str, Any]]) -> bool:
    is_settled = all(each["status"] or each["error"] or each["kind"] == "dropped" for each in attempts)
    return is_settled and any(each["status"] == 204 and each["kind"] != "probe" for each in attempts)


def test_payment_is_told_signed_and_encrypted(merchant: Merchant, address: NotifyAddress) -> None:
    order = _pay(merchant, address)
    _wait_taken(merchant, order)
    received = address.received[0]
    assert merchant.is_signed(received.headers, received.body)
    envelope = json.loads(received.body)
    assert envelope["event_type"] == "TRANSACTION.SUCCESS"
    assert envelope["resource_type"] == "encrypt-resource"
    assert envelope["resource"]["algorithm"] == "AEAD_AES_256_GCM"
    assert merchant.decrypt(received.body) == merchant.query(order)


def test_cancel_pays_nothing(merchant: Merchant, address: NotifyAddress) -> None:
    order, prepay_id = merchant.place(address.url)
    cancelled = merchant.control("pay", merchant.payment(prepay_id) | {"outcome": "cancel"})
    assert cancelled == {"errMsg": "requestPayment:fail cancel"}
    assert merchant.query(order)["trade_state"] == "NOTPAY"
    assert merchant.attempts(order) == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"timeStamp": "1700000001"}, "SIGN_ERROR"),
        ({"nonceStr": "other"}, "SIGN_ERROR"),
        ({"paySign": "c291cmNl"}, "SIGN_ERROR"),
        ({"package": "prepay_id=wxother"}, "PARAM_ERROR"),
        ({"signType": "MD5"}, "PARAM_ERROR"),
        ({"paySign": None}, "PARAM_ERROR"),
        ({"timeStamp": 1700000000}, "PARAM_ERROR"),
        ({"out_trade_no": "T0000000"}, "PARAM_ERROR"),
        ({"outcome": "maybe"}, "PARAM_ERROR"),
    ],
)
def test_refuses_a_payment_that_the_page_did_not_prove(
    merchant: Merchant, address: NotifyAddress, changes: dict[str, Any], code: str
) -> None:
    order, prepay_id = merchant.place(address.url)
    assert merchant.control("pay", merchant.payment(prepay_id) | changes) == (400, code)
    assert merchant.query(order)["trade_state"] == "NOTPAY"


def test_order_number_with_pay_sign_is_proven_too(merchant: Merchant, address: NotifyAddress) -> None:
    order, prepay_id = merchant.place(address.url)
    payment = merchant.payment(prepay_id) | {"prepay_id": None, "out_trade_no": order["out_trade_no"]}
    assert merchant.control("pay", payment | {"nonceStr": "other"}) == (400, "SIGN_ERROR")
    assert merchant.control("pay", payment) == {"errMsg": "requestPayment:ok"}


def test_order_is_paid_once(merchant: Merchant, address: NotifyAddress) -> None:
    order = _pay(merchant, address)
    assert merchant.control("pay", {"out_trade_no": order["out_trade_no"]}) == (400, "INVALID_REQUEST")
    assert merchant.control("pay", {"out_trade_no": "T0000000"}) == (404, "ORDER_NOT_EXIST")


def test_schedule_lasts_a_day_and_four_minutes() -> None:
    assert sum(SCHEDULE_S) == 24 * 3600 + 4 * 60
    assert SCHEDULE_S[:5] == (0, 15, 15, 30, 180)


def test_notify_is_repeated_with_the_same_id_until_it_is_taken(
    merchant: Merchant, address: NotifyAddress
) -> None:
    address.answers = [500, 401]
    attempts = _wait_taken(merchant, _pay(merchant, address))
    assert [each["kind"] for each in attempts] == ["first", "repeat", "repeat"]
    assert [each["status"] for each in attempts] == [500, 401, 204]
    assert len({each["notify_id"] for each in attempts}) == 1
    nonces = {received.headers["Wechatpay-Nonce"] for received in address.received}
    assert len(nonces) == 3
    # A later order that is refused through the same waits: had the first gone on, it would have come by then.
    address.answers = [500, 500, 500]
    _wait_taken(merchant, _pay(merchant, address))
    assert len(address.received) == 7


def test_address_that_does_not_answer_is_tried_again(merchant: Merchant) -> None:
    with notify_address() as gone:
        order, _ = merchant.place(gone.url)
    merchant.control("pay", {"out_trade_no": order["out_trade_no"]})
    wait_until(lambda: len(merchant.attempts(order)) >= 2, "a second attempt")
    first = merchant.attempts(order)[0]
    assert first["status"] is None
    assert first["error"]


def test_switch_sends_duplicates(merchant: Merchant, address: NotifyAddress) -> None:
    attempts = _wait_taken(merchant, _pay(merchant, address, notify_duplicates=3))
    assert [each["kind"] for each in attempts] == ["first", *["duplicate"] * 3]
    assert len({json.loads(received.body)["id"] for received in address.received}) == 1
    assert all(merchant.is_signed(received.headers, received.body) for received in address.received)


def test_switch_drops_the_notify_and_the_next_one_comes(merchant: Merchant, address: NotifyAddress) -> None:
    attempts = _wait_taken(merchant, _pay(merchant, address, notify_drop=True))
    assert [each["kind"] for each in attempts] == ["dropped", "repeat"]
    assert len(address.received) == 1


def test_switches_for_one_order_touch_no_other(merchant: Merchant, address: NotifyAddress) -> None:
    faults = {"notify_drop": True, "notify_only_for": "T0000000"}
    merchant.control("faults", faults | {"times": 1})
    attempts = _wait_taken(merchant, _pay(merchant, address))
    assert [each["kind"] for each in attempts] == ["first"]
    assert merchant.control("faults") == faults | {"times": 1}


def test_switch_delays_the_notify(merchant: Merchant, address: NotifyAddress) -> None:
    late = _pay(merchant, address, notify_delay_s=100)
    wait_until(lambda: merchant.control("faults") == {}, "the first attempt began")
    _wait_taken(merchant, _pay(merchant, address))
    assert merchant.query(late)["trade_state"] == "SUCCESS"
    assert merchant.attempts(late) == []


def test_switch_sends_a_probe_before_the_true_one(merchant: Merchant, address: NotifyAddress) -> None:
    address.answers = [401]
    attempts = _wait_taken(merchant, _pay(merchant, address, notify_probe=True))
    assert [(each["kind"], each["status"]) for each in attempts] == [("probe", 401), ("first", 204)]
    probe, true_one = address.received
    assert probe.headers["Wechatpay-Signature"].startswith("WECHATPAY/SIGNTEST/")
    assert not merchant.is_signed(probe.headers, probe.body)
    assert merchant.is_signed(true_one.headers, true_one.body)


def test_switch_names_an_unknown_key(merchant: Merchant, address: NotifyAddress) -> None:
    address.answers = [401]
    _wait_taken(merchant, _pay(merchant, address, notify_wrong_serial=True))
    wrong, right = address.received
    assert wrong.headers["Wechatpay-Serial"].startswith("PUB_KEY_ID_")
    assert wrong.headers["Wechatpay-Serial"] != merchant.platform_key_id
    assert merchant.is_signed(right.headers, right.body)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("amount", 1),
        ("currency", "USD"),
        ("mchid", "1900000000"),
        ("appid", "wxother"),
        ("out_trade_no", "T0000000"),
    ],
)
def test_switch_forges_a_field_of_a_well_signed_notify(
    merchant: Merchant, address: NotifyAddress, field: str, value: object
) -> None:
    address.answers = [400]
    order = _pay(merchant, address, notify_tamper={field: value})
    _wait_for(address, 2)
    forged, true_one = address.received
    assert merchant.is_signed(forged.headers, forged.body)
    expected = merchant.query(order)
    assert merchant.decrypt(true_one.body) == expected
    if field in {"amount", "currency"}:
        expected["amount"]["total" if field == "amount" else "currency"] = value
    else:
        expected[field] = value
    assert merchant.decrypt(forged.body) == expected


def test_past_notify_is_sent_again_byte_for_byte(merchant: Merchant, address: NotifyAddress) -> None:
    attempt = _wait_taken(merchant, _pay(merchant, address))[0]
    replayed = merchant.control("notifies/replay", {"id": attempt["id"]})
    assert (replayed["kind"], replayed["status"]) == ("replay", 204)
    assert replayed["id"] > attempt["id"]
    first, again = address.received
    assert first.body == again.body
    assert first.headers == again.headers
    assert merchant.control("notifies/replay", {"id": 0}) == (404, "RESOURCE_NOT_EXISTS")


@pytest.mark.parametrize("outcome", ["SUCCESS", "ABNORMAL", "CLOSED"])
def test_refund_ends_and_is_told(merchant: Merchant, address: NotifyAddress, outcome: str) -> None:
    order = _pay(merchant, address)
    _wait_taken(merchant, order)
    merchant.control("faults", {"refund_outcome": outcome})
    request = {
        "out_trade_no": order["out_trade_no"],
        "out_refund_no": "R" + order["out_trade_no"],
        "notify_url": address.url,
        "amount": {"refund": 5000, "total": 5000, "currency": "CNY"},
    }
    assert merchant.call("POST", "/v3/refund/domestic/refunds", request)["status"] == "PROCESSING"
    _wait_for(address, 2)
    told = address.received[1]
    assert merchant.is_signed(told.headers, told.body)
    assert json.loads(told.body)["event_type"] == f"REFUND.{outcome}"
    assert merchant.decrypt(told.body)["refund_status"] == outcome
    answer = merchant.call("GET", f"/v3/refund/domestic/refunds/{request['out_refund_no']}")
    assert answer["status"] == outcome
    assert merchant.query(order)["trade_state"] == ("SUCCESS" if outcome == "CLOSED" else "REFUND")

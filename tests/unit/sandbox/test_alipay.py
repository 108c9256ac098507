"""Alipay's stand-in on the wire: signed both ways, no trade before a scan, and every switch that spoils it."""

import base64
import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key

from scripts.stand_ins.sandbox.alipay_notice import SCHEDULE_S
from tests.unit.gateways import alipay_side as side
from tests.unit.sandbox.merchant import Merchant, NotifyAddress
from tests.waiting import LIMIT_S, wait_until

NUMBERS = iter(range(10**9))


class Shop:
    """A merchant at Alipay, written by hand."""

    def __init__(self, merchant: Merchant, folder: Path) -> None:
        table = tomllib.loads((folder / "product.toml").read_text(encoding="utf-8"))["alipay"]
        key = load_pem_private_key((folder / table["private_key_file"]).read_bytes(), None)
        alipay_key = load_pem_public_key((folder / table["alipay_public_key_file"]).read_bytes())
        assert isinstance(key, RSAPrivateKey)
        assert isinstance(alipay_key, RSAPublicKey)
        self.merchant, self.key, self.alipay_key = merchant, key, alipay_key
        self.app_id, self.seller_id = table["app_id"], table["seller_id"]
        self.number = f"PSANDBOX{next(NUMBERS):06d}"

    def params(self, method: str, content: dict[str, Any], **changes: str) -> dict[str, str]:
        params = {
            "app_id": self.app_id,
            "method": method,
            "charset": "utf-8",
            "sign_type": "RSA2",
            "timestamp": "2026-11-23 18:00:05",
            "version": "1.0",
            "biz_content": json.dumps(content, ensure_ascii=False),
        } | changes
        text = "&".join(f"{name}={value}" for name, value in sorted(params.items()) if value)
        return params | {"sign": side.sign(self.key, text)}

    def ask(self, params: dict[str, str]) -> tuple[dict[str, Any], bool]:
        """The inner object of the answer, and whether it was signed; a wrong signature fails."""
        answer = self.merchant.http.post(
            f"{self.merchant.base}/gateway.do",
            params={name: value for name, value in params.items() if name != "biz_content"},
            data={"biz_content": params["biz_content"]},
            timeout=LIMIT_S,
        )
        name = params["method"].replace(".", "_") + "_response"
        members = json.loads(answer.content)
        text = answer.text.partition(f'"{name}":')[2].rpartition(',"sign":"')[0]
        if "sign" in members:
            self._prove(members["sign"], text)
        content: dict[str, Any] = members[name]
        return content, "sign" in members

    def call(self, method: str, content: dict[str, Any], **changes: str) -> Any:
        """A signed answer's content, or its reason."""
        told, is_signed = self.ask(self.params(f"alipay.trade.{method}", content, **changes))
        assert is_signed
        return told if told["code"] == "10000" else told["sub_code"]

    def precreate(self, **changes: str) -> Any:
        content = {"out_trade_no": self.number, "total_amount": "50.01", "subject": "充电 {⚡}"}
        url = changes.pop("notify_url", "")
        return self.call("precreate", content | changes, notify_url=url)

    def query(self) -> Any:
        return self.call("query", {"out_trade_no": self.number})

    def pay(self, outcome: str = "ok") -> Any:
        return self.merchant.control("alipay/pay", {"out_trade_no": self.number, "outcome": outcome})

    def is_true(self, body: bytes) -> bool:
        """Whether Alipay signed this notify."""
        fields = side.params_of("?" + body.decode())
        signed = sorted((n, v) for n, v in fields.items() if n not in {"sign", "sign_type"})
        try:
            self._prove(fields["sign"], "&".join(f"{name}={value}" for name, value in signed))
        except InvalidSignature:
            return False
        return True

    def _prove(self, signature: str, text: str) -> None:
        self.alipay_key.verify(base64.b64decode(signature), text.encode(), padding.PKCS1v15(), SHA256())


@pytest.fixture
def shop(merchant: Merchant, keys_folder: Path, address: NotifyAddress) -> Shop:
    address.answers, address.body = [], b"success"
    return Shop(merchant, keys_folder)


def told(shop: Shop) -> list[dict[str, Any]]:
    return shop.merchant.attempts({"out_trade_no": shop.number})


def wait_taken(shop: Shop, count: int = 1) -> list[dict[str, Any]]:
    def is_done() -> bool:
        done = [one["status"] or one["error"] or one["kind"] == "dropped" for one in told(shop)]
        return len(done) >= count and all(done)

    wait_until(is_done, f"{count} notifies were told")
    return told(shop)


def test_no_trade_exists_until_the_code_is_scanned(shop: Shop) -> None:
    code = shop.precreate()["qr_code"]
    assert (shop.query(), shop.call("close", {"out_trade_no": shop.number})) == ("ACQ.TRADE_NOT_EXIST",) * 2
    assert "¥50.01" in shop.merchant.http.get(code, timeout=LIMIT_S).text
    seen = shop.query()
    assert (seen["trade_status"], seen["total_amount"]) == ("WAIT_BUYER_PAY", "50.01")
    assert shop.pay("cancel") == {"trade_status": "WAIT_BUYER_PAY"}
    assert shop.call("close", {"out_trade_no": shop.number})["out_trade_no"] == shop.number
    assert shop.query()["trade_status"] == "TRADE_CLOSED"
    assert shop.pay() == (400, "ACQ.TRADE_HAS_CLOSE")


def test_a_paid_trade_is_told_with_empty_fields_and_a_true_signature(
    shop: Shop, address: NotifyAddress
) -> None:
    shop.precreate(notify_url=address.url)
    shop.pay()
    wait_taken(shop)
    fields = side.params_of("?" + address.received[0].body.decode())
    assert shop.is_true(address.received[0].body)
    wanted = ("trade_status", "total_amount", "out_trade_no", "app_id", "seller_id", "body", "subject")
    assert [fields[name] for name in wanted] == [
        "TRADE_SUCCESS", "50.01", shop.number, shop.app_id, shop.seller_id, "", "充电 {⚡}",
    ]  # fmt: skip
    assert (shop.pay(), shop.precreate()) == ((400, "ACQ.TRADE_HAS_SUCCESS"), "ACQ.TRADE_HAS_SUCCESS")
    assert shop.query()["send_pay_date"] == fields["gmt_payment"]


def test_only_the_word_success_ends_the_telling(shop: Shop, address: NotifyAddress) -> None:
    address.body = b"ok"
    address.answers = [500, 200]
    shop.precreate(notify_url=address.url)
    shop.pay()
    wait_until(lambda: len(told(shop)) >= 3, "a third attempt")
    address.body = b"success"
    kinds = [one["kind"] for one in wait_taken(shop, 3)]
    assert (kinds[0], set(kinds[1:])) == ("first", {"repeat"})
    assert sum(SCHEDULE_S) == 60 * (4 + 10 + 10) + 3600 * (1 + 2 + 6 + 15)


@pytest.mark.parametrize(
    "changes",
    [
        {"sign": "AAAA"},
        {"app_id": "2021999999999999"},
        {"total": "1"},
        {"timestamp": "now"},
        {"sign_type": "RSA"},
        {"charset": "GBK"},
        {"method": "alipay.trade.pay"},
        {"version": ""},
    ],
)
def test_what_is_not_proven_is_refused_without_a_signature(shop: Shop, changes: dict[str, str]) -> None:
    content = {"out_trade_no": shop.number, "total_amount": "1.00", "subject": "x"}
    params = shop.params("alipay.trade.precreate", content) | changes
    if "timestamp" in changes or "method" in changes:
        params = shop.params(params["method"], content, timestamp=params["timestamp"])
    refusal, is_signed = shop.ask(params)
    assert (refusal["code"], is_signed) == ("40002", False)


@pytest.mark.parametrize(
    "changes",
    [
        {"total_amount": "0.001"},
        {"total_amount": "0"},
        {"time_expire": "soon"},
        {"seller_id": "2088000000000000"},
    ],
)
def test_what_cannot_be_asked_is_refused_with_one(shop: Shop, changes: dict[str, str]) -> None:
    assert shop.precreate(**changes).startswith("ACQ.")


def test_a_number_is_one_content_and_one_product(shop: Shop) -> None:
    shop.precreate()
    assert shop.precreate(total_amount="50.02") == "ACQ.CONTEXT_INCONSISTENT"
    content = {
        "out_trade_no": shop.number,
        "total_amount": "50.01",
        "subject": "充电 {⚡}",
        "product_code": "QUICK_WAP_WAY",
    }
    link = shop.params("alipay.trade.wap.pay", content)
    page = shop.merchant.http.get(f"{shop.merchant.base}/gateway.do", params=link, timeout=LIMIT_S)
    assert "确认付款" in page.text
    code = shop.precreate()["qr_code"]
    assert shop.merchant.http.get(code, timeout=LIMIT_S).status_code == 400
    forged = link | {"return_url": "https://evil.example"}
    page = shop.merchant.http.get(f"{shop.merchant.base}/gateway.do", params=forged, timeout=LIMIT_S)
    assert (page.status_code, "无效签名" in page.text) == (400, True)


def test_a_code_that_has_run_out_cannot_be_paid_unless_the_switch_says_so(shop: Shop) -> None:
    shop.precreate(time_expire="2026-01-01 00:00:00")
    assert shop.pay() == (400, "ACQ.TRADE_HAS_CLOSE")
    shop.merchant.control("faults", {"pay_after_close": True})
    assert shop.pay() == {"trade_status": "TRADE_SUCCESS"}


SPOILT: dict[str, tuple[dict[str, Any], Callable[[Shop], bool]]] = {
    "unsigned": ({"alipay_unsigned": True}, lambda shop: not _asked(shop)[1]),
    "busy": ({"alipay_sub_code": "isp.unknow-error"}, lambda shop: _asked(shop)[0]["code"] == "20000"),
    "failing": ({"alipay_sub_code": "ACQ.SYSTEM_ERROR"}, lambda shop: _asked(shop)[0]["code"] == "40004"),
}


def _asked(shop: Shop) -> tuple[dict[str, Any], bool]:
    return shop.ask(shop.params("alipay.trade.query", {"out_trade_no": shop.number}))


@pytest.mark.parametrize("case", SPOILT)
def test_switches_spoil_answers(shop: Shop, case: str) -> None:
    faults, is_so = SPOILT[case]
    shop.precreate()
    shop.merchant.control("faults", faults | {"times": 1})
    assert is_so(shop)
    assert shop.query() == "ACQ.TRADE_NOT_EXIST"


def test_a_switch_signs_other_bytes(shop: Shop) -> None:
    shop.merchant.control("faults", {"response_bad_signature": True, "times": 1})
    with pytest.raises(InvalidSignature):
        _asked(shop)


@pytest.mark.parametrize(
    ("tamper", "field", "value"),
    [
        ({"amount": 1}, "total_amount", "0.01"),
        ({"seller_id": "2088"}, "seller_id", "2088"),
        ({"app_id": "2021"}, "app_id", "2021"),
        ({"out_trade_no": "P1"}, "out_trade_no", "P1"),
        ({"trade_status": "TRADE_CLOSED"}, "trade_status", "TRADE_CLOSED"),
        ({"mchid": "19"}, "trade_status", "TRADE_SUCCESS"),
    ],
)
def test_a_switch_forges_a_field_of_a_well_signed_notify(
    shop: Shop, address: NotifyAddress, tamper: dict[str, Any], field: str, value: str
) -> None:
    shop.precreate(notify_url=address.url)
    shop.merchant.control("faults", {"notify_tamper": tamper, "notify_only_for": shop.number, "times": 1})
    shop.pay()
    wait_taken(shop)
    body = address.received[0].body
    assert (shop.is_true(body), side.params_of("?" + body.decode())[field]) == (True, value)


def test_switches_drop_repeat_and_sign_by_somebody_else(shop: Shop, address: NotifyAddress) -> None:
    faults = {"notify_drop": True, "notify_only_for": shop.number, "times": 1}
    shop.precreate(notify_url=address.url)
    shop.merchant.control("faults", faults)
    shop.pay()
    assert [one["kind"] for one in wait_taken(shop, 2)] == ["dropped", "repeat"]
    shop.number += "B"
    address.received.clear()
    address.answers = [400]
    shop.precreate(notify_url=address.url)
    shop.merchant.control("faults", {"notify_wrong_key": True, "notify_only_for": shop.number, "times": 1})
    shop.pay()
    wait_taken(shop, 2)
    assert [shop.is_true(one.body) for one in address.received] == [False, True]


def test_refunds_are_parts_of_what_was_paid_once_by_number_and_told(
    shop: Shop, address: NotifyAddress
) -> None:
    def refund(number: str, yuan: str) -> Any:
        content = {"out_trade_no": shop.number, "refund_amount": yuan, "out_request_no": number}
        answer = shop.call("refund", content)
        return answer if isinstance(answer, str) else (answer["fund_change"], answer["refund_fee"])

    shop.precreate(notify_url=address.url)
    assert refund("R1", "0.01") == "ACQ.TRADE_NOT_EXIST"
    shop.pay()
    assert [refund("R1", "0.01"), refund("R1", "0.01"), refund("R2", "49.99")] == [
        ("Y", "0.01"),
        ("N", "0.01"),
        ("Y", "50.00"),
    ]
    too_much = "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL"
    assert (refund("R3", "0.02"), refund("R1", "0.02")) == (too_much, too_much)
    found = shop.call("fastpay.refund.query", {"out_trade_no": shop.number, "out_request_no": "R2"})
    assert (found["refund_status"], found["refund_amount"]) == ("REFUND_SUCCESS", "49.99")
    nothing = shop.call("fastpay.refund.query", {"out_trade_no": shop.number, "out_request_no": "R9"})
    assert set(nothing) == {"code", "msg"}
    assert refund("R3", "0.01") == ("Y", "50.01")
    assert shop.query()["trade_status"] == "TRADE_CLOSED"
    wait_taken(shop, 4)
    forms = [side.params_of("?" + one.body.decode()) for one in address.received]
    refunds = sorted((one["refund_fee"], one["out_biz_no"]) for one in forms if "refund_fee" in one)
    assert refunds == [("0.01", "R1"), ("50.00", "R2"), ("50.01", "R3")]

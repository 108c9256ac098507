"""Alipay's open platform: POST /gateway.do for servers, GET /gateway.do for a browser that comes to pay.

Answers are signed with RSA2 over the exact text of the inner object. A request that is not proven to be the merchant's,
and the switch `alipay_unsigned`, are answered without a signature, as in reality.
"""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

import msgspec

from scripts.stand_ins.sandbox import alipay_cashier
from scripts.stand_ins.sandbox.alipay_signatures import SIGN_TYPE, asked_message
from scripts.stand_ins.sandbox.alipay_trades import (
    AlipayError,
    AlipayTrade,
    Asked,
    Order,
    Product,
    fen_of,
    seconds_of,
    wall_clock,
    yuan_of,
)
from scripts.stand_ins.sandbox.clock import now_s
from scripts.stand_ins.sandbox.faults import ALIPAY_CHANGE_FAULTS, ALIPAY_READ_FAULTS, OFF, Faults
from scripts.stand_ins.sandbox.handler import Handler, override
from scripts.stand_ins.sandbox.merchants import AlipayMerchant
from scripts.stand_ins.sandbox.signatures import is_signed, sign

_REQUIRED = ("app_id", "method", "charset", "sign_type", "sign", "timestamp", "version", "biz_content")
ContentT = TypeVar("ContentT")


class _UnprovenError(Exception):
    """The request is not the merchant's: nothing is signed for it."""

    def __init__(self, sub_code: str, sub_msg: str) -> None:
        super().__init__(sub_code)
        self.sub_code, self.sub_msg = sub_code, sub_msg


class Number(msgspec.Struct):
    """`biz_content` of queries and of closing."""

    out_trade_no: str


class RefundRequest(msgspec.Struct):
    """`biz_content` of alipay.trade.refund."""

    out_trade_no: str
    refund_amount: str
    out_request_no: str = ""


class RefundNumber(msgspec.Struct):
    """`biz_content` of alipay.trade.fastpay.refund.query."""

    out_trade_no: str
    out_request_no: str


class GatewayHandler(Handler):
    """One address for every method; `method` names it."""

    faults: Faults = OFF

    @override
    async def get(self) -> None:
        """alipay.trade.wap.pay: a browser arrives with a signed link."""
        try:
            key = self._open_link()
        except (_UnprovenError, AlipayError) as refusal:
            self.set_status(400)
            self.finish(alipay_cashier.refusal_page(refusal.sub_msg))
        else:
            self.redirect(f"/cashier/{key}")

    @override
    async def post(self) -> None:
        is_read = self.get_query_argument("method", "").endswith("query")
        self.faults = self.world.faults.take(ALIPAY_READ_FAULTS if is_read else ALIPAY_CHANGE_FAULTS)
        await asyncio.sleep(self.faults.slow_s)
        if self.faults.http_status is not None:
            self.set_status(self.faults.http_status)
            self.finish("")
            return
        try:
            content = {"code": "10000", "msg": "Success", **self._work()}
        except _UnprovenError as refusal:
            self._write(_refused("40002", refusal.sub_code, refusal.sub_msg), is_signed=False)
        except AlipayError as refusal:
            self._write(_refused(refusal.code, refusal.sub_code, refusal.sub_msg), is_signed=True)
        else:
            self._write(content, is_signed=True)

    def _open_link(self) -> str:
        """The key of the cashier's page for a signed link."""
        params = self._proven()
        if params["method"] != "alipay.trade.wap.pay":
            raise _UnprovenError("isv.invalid-method", "不存在的方法名")
        order = _content(params, Order)
        if order.product_code != "QUICK_WAP_WAY":
            raise AlipayError("ACQ.INVALID_PARAMETER", "product_code 应为 QUICK_WAP_WAY")
        return self.world.alipay.offer(self._asked(params, order, Product.WAP))

    def _work(self) -> dict[str, Any]:
        """What the method answers when all goes well."""
        params = self._proven()
        work = _METHODS.get(params["method"])
        if work is None:
            raise _UnprovenError("isv.invalid-method", "不存在的方法名")
        if self.faults.alipay_unsigned:
            raise _UnprovenError("isp.unknow-error", "故障开关设定的应答")
        if self.faults.alipay_sub_code:
            code = "20000" if self.faults.alipay_sub_code.startswith("isp.") else "40004"
            raise AlipayError(self.faults.alipay_sub_code, "故障开关设定的应答", code=code)
        return work(self, params)

    def precreate(self, params: dict[str, str]) -> dict[str, Any]:
        order = _content(params, Order)
        key = self.world.alipay.offer(self._asked(params, order, Product.CODE))
        code = f"{self.request.protocol}://{self.request.host}/cashier/{key}"
        return {"out_trade_no": order.out_trade_no, "qr_code": code}

    def query(self, params: dict[str, str]) -> dict[str, Any]:
        return _described(self._trade(params, _content(params, Number).out_trade_no))

    def close(self, params: dict[str, str]) -> dict[str, Any]:
        trade = self._trade(params, _content(params, Number).out_trade_no)
        self.world.alipay.close(trade)
        return {"out_trade_no": trade.out_trade_no, "trade_no": trade.trade_no}

    def refund(self, params: dict[str, str]) -> dict[str, Any]:
        asked = _content(params, RefundRequest)
        trade = self._trade(params, asked.out_trade_no)
        fen = fen_of(asked.refund_amount)
        has_moved = self.world.alipay.refund(trade, asked.out_request_no or asked.out_trade_no, fen)
        if has_moved:
            self.world.tell_alipay(trade)
        return {
            "out_trade_no": trade.out_trade_no,
            "trade_no": trade.trade_no,
            "fund_change": "Y" if has_moved else "N",
            "refund_fee": yuan_of(trade.refunded_fen),
        }

    def refund_query(self, params: dict[str, str]) -> dict[str, Any]:
        asked = _content(params, RefundNumber)
        trade = self._trade(params, asked.out_trade_no)
        fen = trade.refunds.get(asked.out_request_no)
        if fen is None:
            return {}  # a number that gave nothing back: success, and no word of a refund
        return {
            "out_trade_no": trade.out_trade_no,
            "trade_no": trade.trade_no,
            "out_request_no": asked.out_request_no,
            "refund_status": "REFUND_SUCCESS",
            "refund_amount": yuan_of(fen),
            "total_amount": yuan_of(trade.asked.order.total_fen),
        }

    def _trade(self, params: dict[str, str], out_trade_no: str) -> AlipayTrade:
        """One of the application that asks; another's is as good as absent."""
        trade = self.world.alipay.get(out_trade_no, now_s())
        if trade.asked.app_id != params["app_id"]:
            raise AlipayError("ACQ.TRADE_NOT_EXIST", "交易不存在")
        return trade

    def _asked(self, params: dict[str, str], order: Order, product: Product) -> Asked:
        merchant = self._merchant(params)
        if order.seller_id not in {"", merchant.seller_id}:
            raise AlipayError("ACQ.SELLER_NOT_EXIST", "卖家不存在")
        fen_of(order.total_amount)
        if order.time_expire:
            seconds_of(order.time_expire)
        urls = (params.get("notify_url", ""), params.get("return_url", ""))
        return Asked(order, product, *urls, now_s(), merchant.app_id, merchant.seller_id)

    def _merchant(self, params: dict[str, str]) -> AlipayMerchant:
        merchant = self.world.merchants.find_alipay(params["app_id"])
        if merchant is None:
            raise _UnprovenError("isv.invalid-app-id", "无效的AppID参数")
        return merchant

    def _proven(self) -> dict[str, str]:
        """All parameters of a request that is the merchant's."""
        params = {name: self.get_argument(name, strip=False) for name in self.request.arguments}
        missing = next((name for name in _REQUIRED if not params.get(name)), None)
        if missing is not None:
            raise _UnprovenError("isv.missing-" + missing.replace("_", "-"), f"缺少{missing}参数")
        merchant = self._merchant(params)
        if params["sign_type"] != SIGN_TYPE or params["charset"] != "utf-8" or params["version"] != "1.0":
            raise _UnprovenError("isv.invalid-signature-type", "无效的签名类型、字符集或版本")
        if not is_signed(merchant.key, params["sign"], asked_message(params)):
            raise _UnprovenError("isv.invalid-signature", "无效签名")
        try:
            seconds_of(params["timestamp"])
        except AlipayError:
            raise _UnprovenError("isv.invalid-timestamp", "非法的时间戳参数") from None
        return params

    def _write(self, content: dict[str, Any], *, is_signed: bool) -> None:
        if self.faults.accept_then_drop:
            self.detach().close()
            return
        name = self.get_query_argument("method", "").replace(".", "_") + "_response"
        text = msgspec.json.encode(content)
        signed = b"other bytes" if self.faults.response_bad_signature else text
        members = [b'"%s":%s' % (name.encode(), text)]
        if is_signed:
            members.append(b'"sign":"%s"' % sign(self.world.identity.alipay_key, signed).encode())
        self.set_header("Content-Type", "text/html;charset=utf-8")  # so it is
        self.finish(b"{" + b",".join(members) + b"}")


def _content(params: dict[str, str], kind: type[ContentT]) -> ContentT:
    try:
        return msgspec.json.decode(params["biz_content"].encode(), type=kind)
    except (msgspec.DecodeError, msgspec.ValidationError):
        raise AlipayError("isv.invalid-parameter", "业务参数不正确", code="40002") from None


def _described(trade: AlipayTrade) -> dict[str, Any]:
    order = trade.asked.order
    told = {
        "out_trade_no": order.out_trade_no,
        "trade_no": trade.trade_no,
        "trade_status": trade.status.value,
        "total_amount": yuan_of(order.total_fen),
        "buyer_logon_id": "159****5620",
        "subject": order.subject,
    }
    return told | ({"send_pay_date": wall_clock(trade.paid_s)} if trade.paid_s else {})


def _refused(code: str, sub_code: str, sub_msg: str) -> dict[str, Any]:
    said = {"20000": "Service Currently Unavailable", "40004": "Business Failed"}.get(
        code, "Invalid Arguments"
    )
    return {"code": code, "msg": said, "sub_code": sub_code, "sub_msg": sub_msg}


_METHODS: dict[str, Callable[[GatewayHandler, dict[str, str]], dict[str, Any]]] = {
    "alipay.trade.precreate": GatewayHandler.precreate,
    "alipay.trade.query": GatewayHandler.query,
    "alipay.trade.close": GatewayHandler.close,
    "alipay.trade.refund": GatewayHandler.refund,
    "alipay.trade.fastpay.refund.query": GatewayHandler.refund_query,
}

URLS = [(r"/gateway\.do", GatewayHandler)]

"""WeChat Pay v3, by public key or certificates: orders, queries, closing, refunds. Every 2xx is signed, no refusal is."""

import asyncio
import secrets
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from scripts.stand_ins.sandbox.clock import now_s
from scripts.stand_ins.sandbox.errors import PayError, param_error
from scripts.stand_ins.sandbox.faults import OFF, PAY_CHANGE_FAULTS, PAY_READ_FAULTS, Faults
from scripts.stand_ins.sandbox.handler import Handler, override
from scripts.stand_ins.sandbox.merchants import Merchant
from scripts.stand_ins.sandbox.refunds import RefundRequest, describe_refund
from scripts.stand_ins.sandbox.signatures import SIGNATURE_TYPE, answer_message, sign
from scripts.stand_ins.sandbox.trades import OrderRequest, PartnerOrderRequest, describe, require_sub_merchant


class PayHandler(Handler):
    """Applies the fault switches, proves the request, signs the answer."""

    faults: Faults = OFF
    merchant: Merchant

    @override
    async def prepare(self) -> None:
        names = PAY_CHANGE_FAULTS if self.request.method == "POST" else PAY_READ_FAULTS
        self.faults = self.world.faults.take(names)
        await asyncio.sleep(self.faults.slow_s)
        if self.faults.http_status is not None:
            raise _ordered(self.faults.http_status, self.faults.http_code)
        target = (self.request.uri or "").encode("latin-1")
        method = self.request.method or ""
        header = self.request.headers.get("Authorization", "")
        self.merchant = self.world.authorizer.require(header, method, target, self.request.body, now_s())
        self._require_headers()

    def reply(self, value: Any = None) -> None:
        """A signed 200 with this JSON, or a signed 204 without any."""
        if self.faults.accept_then_drop:
            self.detach().close()
            return
        body = b"" if value is None else msgspec.json.encode(value)
        timestamp, nonce = str(int(now_s())), secrets.token_hex(16)
        signed = b"other bytes" if self.faults.response_bad_signature else body
        serial, key = self._signer()
        self.set_status(200 if body else 204)
        self.set_header("Wechatpay-Timestamp", timestamp)
        self.set_header("Wechatpay-Nonce", nonce)
        self.set_header("Wechatpay-Serial", serial)
        self.set_header("Wechatpay-Signature-Type", SIGNATURE_TYPE)
        self.set_header("Wechatpay-Signature", sign(key, answer_message(timestamp, nonce, signed)))
        self.set_header("Request-ID", secrets.token_hex(16).upper())
        if body:
            self.set_header("Content-Type", "application/json; charset=utf-8")
            self.write(body)
        self.finish()

    def whose(self, mchid: str, sub_mchid: str = "") -> tuple[str, str]:
        """The mchid and sub_mchid that are asked for; PayError 400 unless they are the merchant's."""
        if mchid != self.merchant.mchid:
            raise param_error("mchid 与请求的商户不一致")
        require_sub_merchant(self.merchant, sub_mchid)
        return mchid, sub_mchid

    def _require_headers(self) -> None:
        headers = self.request.headers
        if not headers.get("User-Agent") or not headers.get("Accept"):
            raise param_error("Http头缺少Accept或User-Agent")
        self._signer()

    def _signer(self) -> tuple[str, RSAPrivateKey]:
        """An answer is signed by what the request names, without a name by the newest certificate."""
        signer = self.world.verification.signer_of_answer(self.request.headers.get("Wechatpay-Serial"))
        if signer is None:
            raise param_error("Http头Wechatpay-Serial缺失或不是当前的微信支付公钥ID")
        return signer


class OrdersHandler(PayHandler):
    """下单."""

    @override
    async def post(self) -> None:
        order = self.read_body(OrderRequest)
        if order.mchid == self.merchant.mchid and self.merchant.sub_mchids:
            raise PayError(403, "NO_AUTH", "服务商请使用服务商接口")
        trade = self.world.trades.place(order, now_s())
        self.reply({"prepay_id": trade.prepay_id})


class OrderByNumberHandler(PayHandler):
    """商户订单号查询."""

    @override
    async def get(self, out_trade_no: str) -> None:
        whose = self.whose(self.get_query_argument("mchid", ""))
        self.reply(describe(self.world.trades.get(out_trade_no, whose)))


class OrderByTransactionHandler(PayHandler):
    """微信支付订单号查询."""

    @override
    async def get(self, transaction_id: str) -> None:
        whose = self.whose(self.get_query_argument("mchid", ""))
        self.reply(describe(self.world.trades.get_by_transaction(transaction_id, whose)))


class CloseRequest(msgspec.Struct):
    """Body of close."""

    mchid: str


class CloseHandler(PayHandler):
    """关闭订单."""

    @override
    async def post(self, out_trade_no: str) -> None:
        whose = self.whose(self.read_body(CloseRequest).mchid)
        self.world.trades.close(out_trade_no, whose)
        self.reply()


class PartnerOrdersHandler(PayHandler):
    """服务商下单."""

    @override
    async def post(self) -> None:
        order = self.read_body(PartnerOrderRequest).as_order()
        self.whose(order.mchid, order.sub_mchid)
        self.reply({"prepay_id": self.world.trades.place(order, now_s()).prepay_id})


class PartnerOrderByNumberHandler(PayHandler):
    """服务商查询."""

    @override
    async def get(self, out_trade_no: str) -> None:
        whose = self.whose(self.get_query_argument("sp_mchid", ""), self.get_query_argument("sub_mchid", ""))
        self.reply(describe(self.world.trades.get(out_trade_no, whose)))


class PartnerCloseRequest(msgspec.Struct):
    """Body of a 服务商's close."""

    sp_mchid: str
    sub_mchid: str


class PartnerCloseHandler(PayHandler):
    """服务商关闭订单."""

    @override
    async def post(self, out_trade_no: str) -> None:
        asked = self.read_body(PartnerCloseRequest)
        self.world.trades.close(out_trade_no, self.whose(asked.sp_mchid, asked.sub_mchid))
        self.reply()


class RefundsHandler(PayHandler):
    """申请退款."""

    @override
    async def post(self) -> None:
        asked = self.read_body(RefundRequest)
        whose = self.whose(self.merchant.mchid, asked.sub_mchid)
        refund, is_new = self.world.refunds.apply(asked, now_s(), whose)
        if is_new:
            self.world.end_refund_later(refund)
        self.reply(describe_refund(refund))


class RefundByNumberHandler(PayHandler):
    """查询单笔退款."""

    @override
    async def get(self, out_refund_no: str) -> None:
        whose = self.whose(self.merchant.mchid, self.get_query_argument("sub_mchid", ""))
        self.reply(describe_refund(self.world.refunds.get(out_refund_no, whose)))


class CertificatesHandler(PayHandler):
    """下载平台证书."""

    @override
    async def get(self) -> None:
        self.reply(self.world.verification.describe(self.merchant.api_v3_key))


def _ordered(status: int, code: str) -> PayError:
    default = "FREQUENCY_LIMITED" if status == 429 else "SYSTEM_ERROR"  # noqa: PLR2004 an HTTP status
    return PayError(status, code or default, "故障开关设定的应答")


URLS = [
    (r"/v3/pay/transactions/jsapi", OrdersHandler),
    (r"/v3/pay/transactions/out-trade-no/([^/]+)/close", CloseHandler),
    (r"/v3/pay/transactions/out-trade-no/([^/]+)", OrderByNumberHandler),
    (r"/v3/pay/transactions/id/([^/]+)", OrderByTransactionHandler),
    (r"/v3/pay/partner/transactions/jsapi", PartnerOrdersHandler),
    (r"/v3/pay/partner/transactions/out-trade-no/([^/]+)/close", PartnerCloseHandler),
    (r"/v3/pay/partner/transactions/out-trade-no/([^/]+)", PartnerOrderByNumberHandler),
    (r"/v3/refund/domestic/refunds", RefundsHandler),
    (r"/v3/refund/domestic/refunds/([^/]+)", RefundByNumberHandler),
    (r"/v3/certificates", CertificatesHandler),
]

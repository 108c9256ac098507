"""What WeChat's own app does between a person and the mini-program, and the switches of a test; loopback only.

POST /sandbox/login-codes {openid?, unionid?} → {code, openid}: stands for wx.login; without openid a new person
POST /sandbox/phone-codes {phone_number?} → {code}: stands for a getPhoneNumber button
POST /sandbox/subscriptions {openid, template_ids}: a person allows one message of each; GET → {messages: […]} that came through
POST /sandbox/pay-sheet {prepay_id} → {description, total_fen}: what WeChat shows a person who is asked to pay
POST /sandbox/pay {prepay_id, timeStamp, nonceStr, package, signType, paySign, outcome?}: stands for
     wx.requestPayment; or {out_trade_no, outcome?} for a person who pays without our page.
     outcome ok (default) or cancel → {errMsg} as the page hears it
GET, POST /sandbox/faults: see scripts.stand_ins.sandbox.faults
POST /sandbox/merchants, /sandbox/alipay/merchants: add one, see scripts.stand_ins.sandbox.merchants
POST /sandbox/verification {has_certificates?, notifies?, is_renewed?, life_s?}: by what WeChat Pay signs, see
     scripts.stand_ins.sandbox.verification
GET /sandbox/refunds → {refunds: […]}; POST /sandbox/refunds/end {out_refund_no, outcome}: somebody at the merchant's
     own desk of WeChat Pay ends a refund anew (an ABNORMAL one as SUCCESS), which is notified
GET /sandbox/notifies → {attempts: […]}; POST /sandbox/notifies/replay {id} → the new attempt
"""

import ipaddress
from typing import Literal

import msgspec

from scripts.stand_ins.sandbox.clock import now_s
from scripts.stand_ins.sandbox.errors import PayError, param_error
from scripts.stand_ins.sandbox.faults import Faults, Outcome
from scripts.stand_ins.sandbox.handler import Handler, override
from scripts.stand_ins.sandbox.merchants import AlipayMerchantFile, MerchantFile
from scripts.stand_ins.sandbox.people import person, phone_number
from scripts.stand_ins.sandbox.refunds import describe_refund
from scripts.stand_ins.sandbox.signatures import is_signed, payment_message
from scripts.stand_ins.sandbox.trades import Trade
from scripts.stand_ins.sandbox.verification import Change


class ControlHandler(Handler):
    """Answers this machine only, whatever address the process listens on."""

    @override
    async def prepare(self) -> None:
        if not ipaddress.ip_address(self.request.remote_ip or "0.0.0.0").is_loopback:
            raise PayError(403, "NO_AUTH", "控制地址只接受本机访问")


class LoginCodeRequest(msgspec.Struct, forbid_unknown_fields=True):
    """Body of login-codes."""

    openid: str | None = None
    unionid: str | None = None


class LoginCodesHandler(ControlHandler):
    """wx.login."""

    @override
    async def post(self) -> None:
        asked = self.read_body(LoginCodeRequest)
        who = person(asked.openid, asked.unionid)
        self.write_json({"code": self.world.people.login_codes.mint(who, now_s()), "openid": who.openid})


class PhoneCodeRequest(msgspec.Struct, forbid_unknown_fields=True):
    """Body of phone-codes."""

    phone_number: str | None = None


class PhoneCodesHandler(ControlHandler):
    """The getPhoneNumber button."""

    @override
    async def post(self) -> None:
        number = phone_number(self.read_body(PhoneCodeRequest).phone_number)
        self.write_json({"code": self.world.people.phone_codes.mint(number, now_s())})


class SubscriptionsRequest(msgspec.Struct, forbid_unknown_fields=True):
    """Body of subscriptions."""

    openid: str
    template_ids: list[str]


class SubscriptionsHandler(ControlHandler):
    """wx.requestSubscribeMessage, where the person allows it; and what they were told since."""

    @override
    async def post(self) -> None:
        asked = self.read_body(SubscriptionsRequest)
        for template_id in asked.template_ids:
            self.world.people.subscriptions.allow(asked.openid, template_id)
        self.write_json({})

    @override
    async def get(self) -> None:
        self.write_json({"messages": list(self.world.people.subscriptions.told)})


class PaySheetRequest(msgspec.Struct, forbid_unknown_fields=True):
    """Body of pay-sheet."""

    prepay_id: str


class PaySheetHandler(ControlHandler):
    """wx.requestPayment, while the person reads."""

    @override
    async def post(self) -> None:
        order = self.world.trades.get_by_prepay(self.read_body(PaySheetRequest).prepay_id).order
        self.write_json({"description": order.description, "total_fen": order.amount.total})


class PayRequest(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """Body of pay: either number, and the fields of wx.requestPayment."""

    prepay_id: str | None = msgspec.field(default=None, name="prepay_id")
    out_trade_no: str | None = msgspec.field(default=None, name="out_trade_no")
    outcome: Literal["ok", "cancel"] = "ok"
    time_stamp: str | None = None
    nonce_str: str | None = None
    package: str | None = None
    sign_type: str | None = None
    pay_sign: str | None = None


class PersonPaysHandler(ControlHandler):
    """wx.requestPayment, up to the person's finger."""

    @override
    async def post(self) -> None:
        asked = self.read_body(PayRequest)
        trade = self._trade_of(asked)
        if asked.prepay_id is not None or asked.package is not None or asked.pay_sign is not None:
            self._require_pay_sign(asked, trade)
        if asked.outcome == "cancel":
            self.write_json({"errMsg": "requestPayment:fail cancel"})
            return
        even_closed = self.world.faults.current.pay_after_close
        self.world.trades.pay(trade, now_s(), even_closed=even_closed)
        self.world.tell_payment(trade)
        self.write_json({"errMsg": "requestPayment:ok"})

    def _trade_of(self, asked: PayRequest) -> Trade:
        if (asked.prepay_id is None) == (asked.out_trade_no is None):
            raise param_error("prepay_id 和 out_trade_no 二选一")
        if asked.prepay_id is not None:
            return self.world.trades.get_by_prepay(asked.prepay_id)
        return self.world.trades.get(asked.out_trade_no or "")

    def _require_pay_sign(self, asked: PayRequest, trade: Trade) -> None:
        fields = (asked.time_stamp, asked.nonce_str, asked.package, asked.sign_type, asked.pay_sign)
        if not all(fields):
            raise param_error("缺少 timeStamp、nonceStr、package、signType 或 paySign")
        if asked.sign_type != "RSA" or asked.package != f"prepay_id={trade.prepay_id}":
            raise param_error("signType 应为 RSA,package 应为 prepay_id=…")
        merchant = self.world.merchants.get(trade.order.mchid)
        message = payment_message(
            merchant.appid, asked.time_stamp or "", asked.nonce_str or "", asked.package
        )
        if not is_signed(merchant.key, asked.pay_sign or "", message):
            raise PayError(400, "SIGN_ERROR", "支付验证签名失败")


class FaultsHandler(ControlHandler):
    """The switches."""

    @override
    async def get(self) -> None:
        self.write_json(self.world.faults.current)

    @override
    async def post(self) -> None:
        self.world.faults.current = self.read_body(Faults)
        self.write_json(self.world.faults.current)


class MerchantsHandler(ControlHandler):
    """A merchant signs with WeChat Pay."""

    @override
    async def post(self) -> None:
        self.world.merchants.add(self.read_body(MerchantFile))
        self.write_json({})


class AlipayMerchantsHandler(ControlHandler):
    """A merchant signs with Alipay."""

    @override
    async def post(self) -> None:
        self.world.merchants.add_alipay(self.read_body(AlipayMerchantFile))
        self.write_json({})


class VerificationHandler(ControlHandler):
    """What WeChat Pay itself decides, and merchants follow."""

    @override
    async def post(self) -> None:
        self.write_json(self.world.verification.change(self.read_body(Change)))


class NotifiesHandler(ControlHandler):
    """What was sent."""

    @override
    async def get(self) -> None:
        self.write_json({"attempts": self.world.notifier.attempts()})


class ReplayRequest(msgspec.Struct, forbid_unknown_fields=True):
    """Body of replay: the id of an attempt."""

    id: int


class ReplayHandler(ControlHandler):
    """An attacker's or a network's second copy."""

    @override
    async def post(self) -> None:
        self.write_json(await self.world.notifier.replay(self.read_body(ReplayRequest).id))


class RefundsHandler(ControlHandler):
    """What was asked back."""

    @override
    async def get(self) -> None:
        self.write_json({"refunds": [describe_refund(one) for one in self.world.refunds.all()]})


class EndRefundRequest(msgspec.Struct, forbid_unknown_fields=True):
    """Body of refunds/end."""

    out_refund_no: str
    outcome: Outcome


class EndRefundHandler(ControlHandler):
    """The merchant's own desk of WeChat Pay."""

    @override
    async def post(self) -> None:
        asked = self.read_body(EndRefundRequest)
        refund = self.world.refunds.get(asked.out_refund_no)
        self.world.end_refund(refund, asked.outcome)
        self.write_json(describe_refund(refund))


URLS = [
    (r"/sandbox/login-codes", LoginCodesHandler),
    (r"/sandbox/phone-codes", PhoneCodesHandler),
    (r"/sandbox/subscriptions", SubscriptionsHandler),
    (r"/sandbox/pay-sheet", PaySheetHandler),
    (r"/sandbox/pay", PersonPaysHandler),
    (r"/sandbox/faults", FaultsHandler),
    (r"/sandbox/merchants", MerchantsHandler),
    (r"/sandbox/alipay/merchants", AlipayMerchantsHandler),
    (r"/sandbox/verification", VerificationHandler),
    (r"/sandbox/refunds", RefundsHandler),
    (r"/sandbox/refunds/end", EndRefundHandler),
    (r"/sandbox/notifies", NotifiesHandler),
    (r"/sandbox/notifies/replay", ReplayHandler),
]

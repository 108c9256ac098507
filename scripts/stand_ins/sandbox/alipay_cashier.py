"""Alipay's cashier: the page behind a code or a link where a person pays or cancels, and the same for tests.

GET /cashier/{key}: the page, and from then on the trade exists; POST the same with outcome=ok or cancel
POST /sandbox/alipay/scan {out_trade_no}: a person scans the code and looks; → {out_trade_no, total_amount, subject}
POST /sandbox/alipay/pay {out_trade_no, outcome?}: a person scans it if nobody did, and pays (ok) or not (cancel)
"""

from html import escape
from typing import Literal

import msgspec

from scripts.stand_ins.sandbox.alipay_trades import AlipayError, AlipayTrade, TradeStatus, yuan_of
from scripts.stand_ins.sandbox.clock import now_s
from scripts.stand_ins.sandbox.control import ControlHandler
from scripts.stand_ins.sandbox.errors import PayError
from scripts.stand_ins.sandbox.handler import Handler, override
from scripts.stand_ins.sandbox.world import World

_PAGE = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>支付宝沙箱</title>
<meta name="viewport" content="width=device-width,initial-scale=1"><style>
body{margin:0;background:#f2f4f8;color:#1a1a1a;font:17px/1.6 system-ui,"PingFang SC","Noto Sans CJK SC",sans-serif}
header{background:#1677ff;color:#fff;padding:14px 20px}
main{max-width:420px;margin:0 auto;padding:24px 20px;text-align:center}
strong{display:block;font-size:42px;line-height:1.3}
button{width:100%%;min-height:50px;margin-top:14px;border:0;border-radius:12px;font:inherit;background:#1677ff;color:#fff}
button.other{background:#fff;color:#1677ff}.soft{color:#5b6b7a;font-size:15px}</style></head>
<body><header>支付宝沙箱收银台</header><main>%s</main></body></html>"""


def refusal_page(text: str) -> str:
    """A page that says why nothing can be paid."""
    return _PAGE % f'<h2>不能付款</h2><p class="soft">{escape(text)}</p>'


class CashierHandler(Handler):
    """A person's browser."""

    @override
    async def get(self, key: str) -> None:
        try:
            self.finish(_cashier(_begin(self.world, key)))
        except AlipayError as refusal:
            self._refuse(refusal)

    @override
    async def post(self, key: str) -> None:
        try:
            trade = _begin(self.world, key)
            if self.get_body_argument("outcome", "") == "ok":
                _pay(self.world, trade)
        except AlipayError as refusal:
            self._refuse(refusal)
            return
        if trade.asked.return_url:
            self.redirect(trade.asked.return_url, status=303)
        else:
            self.finish(_cashier(trade))

    def _refuse(self, refusal: AlipayError) -> None:
        self.set_status(400)
        self.finish(refusal_page(refusal.sub_msg))


class ScanRequest(msgspec.Struct, forbid_unknown_fields=True):
    """Body of scan."""

    out_trade_no: str


class ScanHandler(ControlHandler):
    """A person's phone scans the code."""

    @override
    async def post(self) -> None:
        number = self.read_body(ScanRequest).out_trade_no
        try:
            trade = _begin(self.world, self.world.alipay.key_of(number))
        except AlipayError as refusal:
            raise _as_control(refusal) from None
        order = trade.asked.order
        self.write_json(
            {
                "out_trade_no": order.out_trade_no,
                "total_amount": yuan_of(order.total_fen),
                "subject": order.subject,
            }
        )


class PayRequest(msgspec.Struct, forbid_unknown_fields=True):
    """Body of pay."""

    out_trade_no: str
    outcome: Literal["ok", "cancel"] = "ok"


class PayHandler(ControlHandler):
    """A person's finger in Alipay's app."""

    @override
    async def post(self) -> None:
        asked = self.read_body(PayRequest)
        try:
            trade = _begin(self.world, self.world.alipay.key_of(asked.out_trade_no))
            if asked.outcome == "ok":
                _pay(self.world, trade)
        except AlipayError as refusal:
            raise _as_control(refusal) from None
        self.write_json({"trade_status": trade.status.value})


def _begin(world: World, key: str) -> AlipayTrade:
    return world.alipay.begin(key, now_s(), even_late=world.faults.current.pay_after_close)


def _pay(world: World, trade: AlipayTrade) -> None:
    world.alipay.pay(trade, now_s(), even_closed=world.faults.current.pay_after_close)
    world.tell_alipay(trade)


def _cashier(trade: AlipayTrade) -> str:
    order = trade.asked.order
    head = f"<p>{escape(order.subject)}</p><strong>¥{yuan_of(order.total_fen)}</strong>"
    if trade.status is TradeStatus.PAID:
        return _PAGE % f"{head}<h2>付款成功</h2>"
    if trade.status is TradeStatus.CLOSED:
        return _PAGE % f"{head}<h2>交易已关闭</h2>"
    return _PAGE % (
        f'{head}<p class="soft">沙箱付款，不会真实扣款</p><form method="post">'
        '<button name="outcome" value="ok">确认付款</button>'
        '<button class="other" name="outcome" value="cancel">取消</button></form>'
    )


def _as_control(refusal: AlipayError) -> PayError:
    return PayError(400, refusal.sub_code, refusal.sub_msg)


URLS = [
    (r"/cashier/(bax[0-9a-f]+)", CashierHandler),
    (r"/sandbox/alipay/scan", ScanHandler),
    (r"/sandbox/alipay/pay", PayHandler),
]

"""Everything that one running sandbox knows."""

import asyncio
from dataclasses import dataclass

from scripts.stand_ins.sandbox.alipay_notice import AlipayNotice, describe_alipay
from scripts.stand_ins.sandbox.alipay_trades import AlipayTrade, AlipayTrades
from scripts.stand_ins.sandbox.authorization import Authorizer
from scripts.stand_ins.sandbox.background import Background
from scripts.stand_ins.sandbox.clock import now_s
from scripts.stand_ins.sandbox.config import Identity
from scripts.stand_ins.sandbox.faults import FaultBox, Outcome
from scripts.stand_ins.sandbox.merchants import Merchants
from scripts.stand_ins.sandbox.notifies import Notifier
from scripts.stand_ins.sandbox.pay_notice import PayNotice
from scripts.stand_ins.sandbox.people import People
from scripts.stand_ins.sandbox.refunds import GAP_S, Refund, Refunds, describe_refund_notice
from scripts.stand_ins.sandbox.trades import Trade, Trades, describe
from scripts.stand_ins.sandbox.verification import Verification

REFUND_TAKES_S = 3


@dataclass(frozen=True, slots=True)
class World:
    """State shared by all handlers; `speed` shortens all that a channel does in its own time."""

    identity: Identity
    verification: Verification
    speed: float
    faults: FaultBox
    people: People
    trades: Trades
    refunds: Refunds
    alipay: AlipayTrades
    authorizer: Authorizer
    merchants: Merchants
    background: Background
    notifier: Notifier

    def tell_payment(self, trade: Trade) -> None:
        """Start the notifies of a payment."""
        key = self.merchants.get(trade.order.mchid).api_v3_key
        kind = ("TRANSACTION.SUCCESS", "支付成功", "transaction")
        self.notifier.tell(PayNotice(key, self.verification, trade.order.notify_url, *kind, describe(trade)))

    def tell_alipay(self, trade: AlipayTrade) -> None:
        """Start the notifies of what just happened to a payment at Alipay."""
        if trade.asked.notify_url:
            fields = describe_alipay(trade)
            self.notifier.tell(AlipayNotice(self.identity, trade.asked.notify_url, fields))

    def end_refund_later(self, refund: Refund) -> None:
        """Let a refund end as it does in reality, after its answer."""
        self.background.start(self._end_refund(refund))

    def end_refund(self, refund: Refund, outcome: Outcome) -> None:
        """End a refund so, and tell it."""
        self.refunds.end(refund, outcome, now_s())
        if refund.request.notify_url:
            key = self.merchants.get(refund.trade.order.mchid).api_v3_key
            kind = (f"REFUND.{outcome}", _SUMMARIES[outcome], "refund")
            content = describe_refund_notice(refund)
            self.notifier.tell(PayNotice(key, self.verification, refund.request.notify_url, *kind, content))

    async def stop(self) -> None:
        """End everything that runs in the background."""
        await self.background.stop()
        self.notifier.close()

    async def _end_refund(self, refund: Refund) -> None:
        await asyncio.sleep(REFUND_TAKES_S / self.speed)
        self.end_refund(refund, self.faults.current.refund_outcome)


_SUMMARIES = {"SUCCESS": "退款成功", "ABNORMAL": "退款异常", "CLOSED": "退款关闭"}


def new_world(identity: Identity, speed: float) -> World:
    """An empty one."""
    faults, background = FaultBox(), Background()
    merchants = Merchants(identity)
    trades = Trades(merchants)
    return World(
        identity=identity,
        verification=Verification(identity),
        speed=speed,
        faults=faults,
        people=People(),
        trades=trades,
        refunds=Refunds(trades, GAP_S / speed),
        alipay=AlipayTrades(),
        authorizer=Authorizer(merchants),
        merchants=merchants,
        background=background,
        notifier=Notifier(faults, background, speed),
    )

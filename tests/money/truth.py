"""A channel whose truth is kept here: what people really paid and what really went back, whatever its answers and notifies say.

Notifies are signed as the real channel signs them and are proven by the product's own gateways; its calls meet what the
chance brings: they are answered, lost after the channel acted, or never arrive.
"""

from __future__ import annotations

import functools
import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import msgspec
from cryptography.hazmat.primitives.asymmetric import rsa

from backend.domain.channel_account import CheckResult
from backend.domain.errors import ChannelOutcomeUnknown, ChannelUnavailable, RefundRefused
from backend.domain.identity import IdentityKind
from backend.domain.payment import Channel
from backend.gateways.alipay.pay import AlipayGateway, AlipaySettings
from backend.gateways.channel_trade import (
    ChannelNotify,
    ChannelRefund,
    ChannelRefundState,
    ChannelTrade,
    TradeState,
)
from backend.gateways.payment_channel import (
    AskedPayment,
    AskedRefund,
    CheckedChannel,
    PaymentChannel,
)
from backend.gateways.wechat.pay import WechatPayGateway, WechatPaySettings
from tests.unit.gateways import alipay_side, wechat_side

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
NOWHERE: Final = "http://127.0.0.1:1"
LOST: Final = "lost"
AWAY: Final = "away"
REFUSED: Final = "refused"
Notify = tuple[dict[str, str], bytes]


class Pay(msgspec.Struct, frozen=True):
    number: str


@dataclass
class Trade:
    """What the channel holds of a payment; `paid_at` is the truth."""

    asked: AskedPayment
    number: str
    paid_at: datetime | None = None
    is_closed: bool = False


@dataclass
class TruthChannel:
    """`answers` are the odds of what a call meets; without any, each is answered."""

    channel: Channel
    gateway: PaymentChannel
    chance: random.Random
    answers: tuple[str, ...] = ("",)
    ends: tuple[ChannelRefundState, ...] = (ChannelRefundState.DONE,)
    trades: dict[str, Trade] = field(default_factory=dict)
    refunds: dict[str, tuple[AskedRefund, ChannelRefundState]] = field(default_factory=dict)

    @property
    def merchant(self) -> Mapping[str, str]:
        return self.gateway.merchant

    @property
    def payer_kind(self) -> IdentityKind | None:
        return self.gateway.payer_kind

    @property
    def refund_gap_s(self) -> int:
        return self.gateway.refund_gap_s

    # ---- what people do

    def pay(self, payment_no: str, now: datetime) -> bool:
        """A person pays; nothing where the channel holds no such payment, or closed it, or it was paid."""
        trade = self.trades.get(payment_no)
        if trade is None or trade.is_closed or trade.paid_at is not None or now >= trade.asked.expires_at:
            return False
        trade.paid_at = now.replace(microsecond=0)
        return True

    def given_fen(self, payment_no: str) -> int:
        """What really went back of a payment."""
        return sum(
            asked.amount_fen
            for asked, state in self.refunds.values()
            if asked.payment_no == payment_no and state is ChannelRefundState.DONE
        )

    def held_fen(self) -> int:
        """What people paid in and have not got back."""
        paid = sum(one.asked.amount_fen for one in self.trades.values() if one.paid_at is not None)
        return paid - sum(self.given_fen(number) for number in self.trades)

    # ---- what the platform asks

    def ask_for(self, payment: AskedPayment) -> str:
        answer = self._answer()
        if answer != AWAY:
            number = f"42{len(self.trades):06d}{self.channel.value}"
            self.trades.setdefault(payment.payment_no, Trade(payment, number))
        self._fail(answer)
        return f"handle-{payment.payment_no}"

    def pay_params(self, payment: AskedPayment, handle: str, now: datetime) -> Pay:
        del handle, now
        return Pay(payment.payment_no)

    def query(self, payment_no: str) -> ChannelTrade:
        self._fail(self._answer())
        trade = self.trades.get(payment_no)
        if trade is None:
            return ChannelTrade(payment_no=payment_no, state=TradeState.MISSING, merchant={})
        if trade.paid_at is None:
            state = TradeState.CLOSED if trade.is_closed else TradeState.UNPAID
            return ChannelTrade(payment_no=payment_no, state=state, merchant=self.merchant)
        return ChannelTrade(
            payment_no=payment_no,
            state=TradeState.PAID,
            merchant=self.merchant,
            amount_fen=trade.asked.amount_fen,
            currency="CNY",
            transaction_no=trade.number,
            paid_at=trade.paid_at,
            payer="payer-1",
        )

    def close(self, payment_no: str) -> None:
        answer = self._answer()
        trade = self.trades.get(payment_no)
        if trade is not None and trade.paid_at is not None:
            raise ChannelOutcomeUnknown
        if trade is not None and answer != AWAY:
            trade.is_closed = True
        self._fail(answer)

    def refund(self, refund: AskedRefund) -> ChannelRefund:
        answer = self._answer()
        if answer == REFUSED:
            raise RefundRefused(reason="invalid_request")
        if answer != AWAY and refund.part_no not in self.refunds:
            self.refunds[refund.part_no] = (refund, self.chance.choice(self.ends))
        self._fail(answer)
        return self._word(refund.part_no)

    def find_refund(self, refund: AskedRefund) -> ChannelRefund:
        self._fail(self._answer())
        if refund.part_no not in self.refunds:
            return ChannelRefund(part_no=refund.part_no, state=ChannelRefundState.MISSING, merchant={})
        return self._word(refund.part_no)

    def check(self, payment_no: str) -> CheckedChannel:
        return CheckedChannel(CheckResult.WORKS)

    def renew_proofs(self, now: datetime) -> None:
        """Nothing is fetched: the keys are given."""

    def verify_notify(self, headers: Mapping[str, str], body: bytes, now: datetime) -> ChannelNotify:
        return self.gateway.verify_notify(headers, body, now)

    # ---- what it tells

    def tell(self, payment_no: str, now: datetime, **changes: Any) -> Notify:
        """A genuine notify of a payment; `changes` are signed too."""
        trade = self.trades[payment_no]
        at = trade.paid_at or now
        amount_fen = changes.pop("amount_fen", trade.asked.amount_fen)
        if self.channel is Channel.ALIPAY:
            fields = alipay_side.notify_fields(
                **{
                    "out_trade_no": payment_no,
                    "trade_no": trade.number,
                    "total_amount": f"{amount_fen // 100}.{amount_fen % 100:02d}",
                    "gmt_payment": f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M:%S}",
                }
                | changes
            )
            return {}, alipay_side.form(keys()[0], fields)
        told = wechat_side.trade(
            out_trade_no=payment_no,
            transaction_id=trade.number,
            success_time=at.astimezone(SHANGHAI).isoformat(),
            amount={
                "total": amount_fen,
                "payer_total": amount_fen,
                "currency": "CNY",
                "payer_currency": "CNY",
            },
        )
        return self._sealed(told | changes, "TRANSACTION.SUCCESS", now)

    def tell_refund(self, part_no: str, now: datetime) -> Notify | None:
        """A genuine notify of a refund, where this channel sends any."""
        asked, state = self.refunds[part_no]
        if self.channel is Channel.ALIPAY:
            return None
        word = {
            ChannelRefundState.DONE: "SUCCESS",
            ChannelRefundState.CLOSED: "CLOSED",
            ChannelRefundState.ABNORMAL: "ABNORMAL",
        }[state]
        told = {
            "mchid": wechat_side.MCHID,
            "out_trade_no": asked.payment_no,
            "transaction_id": asked.transaction_no,
            "out_refund_no": part_no,
            "refund_id": f"C{part_no}",
            "refund_status": word,
            "success_time": now.astimezone(SHANGHAI).replace(microsecond=0).isoformat(),
            "user_received_account": "招商银行信用卡0403",
            "amount": {
                "total": asked.paid_fen,
                "refund": asked.amount_fen,
                "payer_total": asked.paid_fen,
                "payer_refund": asked.amount_fen,
            },
        }
        return self._sealed(told, f"REFUND.{word}", now)

    def _sealed(self, told: Mapping[str, Any], event_type: str, now: datetime) -> Notify:
        body = wechat_side.notify_body(json.dumps(told).encode(), event_type=event_type)
        return wechat_side.signed_headers(keys()[0], body, int(now.timestamp())), body

    def _word(self, part_no: str) -> ChannelRefund:
        asked, state = self.refunds[part_no]
        return ChannelRefund(
            part_no=part_no,
            state=state,
            merchant={},
            payment_no=asked.payment_no,
            amount_fen=asked.amount_fen,
            channel_refund_no=f"C{part_no}",
        )

    def _answer(self) -> str:
        return self.chance.choice(self.answers)

    def _fail(self, answer: str) -> None:
        if answer == AWAY:
            raise ChannelUnavailable(reason="refused")
        if answer == LOST:
            raise ChannelOutcomeUnknown


@functools.cache
def keys() -> tuple[rsa.RSAPrivateKey, rsa.RSAPrivateKey]:
    """The channels' key and ours; making them is slow."""
    first, second = (rsa.generate_private_key(public_exponent=65_537, key_size=2_048) for _ in range(2))
    return first, second


def make_channels(chance: random.Random) -> dict[Channel, TruthChannel]:
    """Both channels, by the product's own gateways."""
    theirs, ours = keys()
    wechat = WechatPayGateway(
        WechatPaySettings(
            mchid=wechat_side.MCHID,
            appid=wechat_side.APPID,
            merchant_private_key_pem=wechat_side.pem_of(ours),
            merchant_serial=wechat_side.MERCHANT_SERIAL,
            api_v3_key=wechat_side.API_V3_KEY,
            platform_public_key_pem=wechat_side.public_pem_of(theirs),
            platform_public_key_id=wechat_side.PLATFORM_KEY_ID,
            notify_url="https://charge.example.com/notify/wechat",
            api_base=NOWHERE,
            allow_insecure=True,
        )
    )
    alipay = AlipayGateway(
        AlipaySettings(
            app_id=alipay_side.APP_ID,
            seller_id=alipay_side.SELLER_ID,
            private_key=wechat_side.pem_of(ours),
            alipay_public_key=wechat_side.public_pem_of(theirs),
            notify_url=alipay_side.NOTIFY_URL,
            return_url=alipay_side.RETURN_URL,
        )
    )
    return {
        Channel.WECHAT: TruthChannel(Channel.WECHAT, wechat, chance),
        Channel.ALIPAY: TruthChannel(Channel.ALIPAY, alipay, chance),
    }

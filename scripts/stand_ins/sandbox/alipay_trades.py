"""Alipay's payments in memory: what was asked for, and the trade that begins when a person scans or opens it.

A number is one trade, by the product that began it and with the very same content; others are refused.
"""

import datetime as dt
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated

import msgspec

MAX_ASKED = 100_000
MAX_FEN = 10_000_000_000
CODE_LIFE_S = 7200
MAX_PARTS = 50
_BEIJING = dt.timezone(dt.timedelta(hours=8))
_YUAN = re.compile(r"([0-9]{1,9})(?:\.([0-9]{1,2}))?", re.ASCII)

Text = Annotated[str, msgspec.Meta(min_length=1, max_length=256)]


class AlipayError(Exception):
    """A signed refusal: code 40004 with this reason, or another code."""

    def __init__(self, sub_code: str, sub_msg: str, *, code: str = "40004") -> None:
        super().__init__(sub_code)
        self.code, self.sub_code, self.sub_msg = code, sub_code, sub_msg


class Product(StrEnum):
    """By what a trade begins."""

    CODE = "precreate"
    WAP = "wap"


class TradeStatus(StrEnum):
    """`trade_status`, those met here."""

    WAITING = "WAIT_BUYER_PAY"
    PAID = "TRADE_SUCCESS"
    CLOSED = "TRADE_CLOSED"


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """`biz_content` of alipay.trade.precreate and alipay.trade.wap.pay."""

    out_trade_no: Annotated[str, msgspec.Meta(pattern=r"^[0-9A-Za-z_]{1,64}$")]
    total_amount: str
    subject: Text
    seller_id: str = ""
    time_expire: str = ""
    product_code: str = ""
    quit_url: str = ""

    @property
    def total_fen(self) -> int:
        return fen_of(self.total_amount)

    @property
    def ends_s(self) -> float | None:
        return seconds_of(self.time_expire) if self.time_expire else None

    def is_like(self, other: "Order") -> bool:
        """Whether the same is asked for again."""
        mine, theirs = (one.out_trade_no for one in (self, other))
        return (mine, self.total_fen, self.subject) == (theirs, other.total_fen, other.subject)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a code or a link stands for."""

    order: Order
    product: Product
    notify_url: str
    return_url: str
    made_s: float
    app_id: str = ""
    seller_id: str = ""


@dataclass(slots=True)
class AlipayTrade:
    """One payment, from the moment a person saw it. `refunds` are fen by `out_request_no`."""

    asked: Asked
    trade_no: str
    began_s: float
    status: TradeStatus = TradeStatus.WAITING
    paid_s: float = 0
    refunds: dict[str, int] = field(default_factory=dict)

    @property
    def out_trade_no(self) -> str:
        return self.asked.order.out_trade_no

    @property
    def refunded_fen(self) -> int:
        return sum(self.refunds.values())


class AlipayTrades:
    """Everything since the start."""

    def __init__(self) -> None:
        self._asked: dict[str, Asked] = {}
        self._trades: dict[str, AlipayTrade] = {}

    def offer(self, asked: Asked) -> str:
        """A key by which a person finds this; AlipayError where the number was something else, or is done."""
        for earlier in self._of(asked.order.out_trade_no):
            if not earlier.order.is_like(asked.order):
                raise AlipayError("ACQ.CONTEXT_INCONSISTENT", "交易信息被篡改")
        trade = self._trades.get(asked.order.out_trade_no)
        if trade is not None and trade.status is TradeStatus.PAID:
            raise AlipayError("ACQ.TRADE_HAS_SUCCESS", "交易已被支付")
        if trade is not None and trade.status is TradeStatus.CLOSED:
            raise AlipayError("ACQ.TRADE_HAS_CLOSE", "交易已经关闭")
        if len(self._asked) >= MAX_ASKED:
            raise AlipayError("ACQ.SYSTEM_ERROR", "沙箱里的订单太多,请重新启动沙箱")
        key = f"bax{secrets.token_hex(12)}"
        self._asked[key] = asked
        return key

    def begin(self, key: str, now_s: float, *, even_late: bool) -> AlipayTrade:
        """A person looks at it: from now on the trade exists. AlipayError where it cannot be paid so."""
        asked = self._asked.get(key)
        if asked is None:
            raise AlipayError("ACQ.INVALID_PARAMETER", "没有这个码")
        ends_s = min(asked.order.ends_s or now_s + 1, asked.made_s + CODE_LIFE_S)
        trade = self._trades.get(asked.order.out_trade_no)
        if trade is None:
            if now_s >= ends_s and not even_late:
                raise AlipayError("ACQ.TRADE_HAS_CLOSE", "已过支付截止时间")
            trade = AlipayTrade(asked, f"2026112222001{secrets.randbelow(10**15):015d}", now_s)
            self._trades[asked.order.out_trade_no] = trade
        if trade.asked.product is not asked.product:
            raise AlipayError("ACQ.CONTEXT_INCONSISTENT", "这笔订单已用另一种方式打开,请用那一种方式付款")
        if trade.status is TradeStatus.WAITING and now_s >= ends_s and not even_late:
            trade.status = TradeStatus.CLOSED
        return trade

    def key_of(self, out_trade_no: str) -> str:
        """The newest code or link for a number. AlipayError where none was asked for."""
        for key, asked in reversed(self._asked.items()):
            if asked.order.out_trade_no == out_trade_no:
                return key
        raise _missing()

    def get(self, out_trade_no: str, now_s: float) -> AlipayTrade:
        """AlipayError ACQ.TRADE_NOT_EXIST until somebody looked at it."""
        trade = self._trades.get(out_trade_no)
        if trade is None:
            raise _missing()
        ends_s = trade.asked.order.ends_s
        if trade.status is TradeStatus.WAITING and ends_s is not None and now_s >= ends_s:
            trade.status = TradeStatus.CLOSED
        return trade

    def pay(self, trade: AlipayTrade, now_s: float, *, even_closed: bool) -> None:
        """The person has paid; AlipayError when that cannot be (any more)."""
        if trade.status is TradeStatus.PAID or trade.paid_s:
            raise AlipayError("ACQ.TRADE_HAS_SUCCESS", "交易已被支付")
        if trade.status is TradeStatus.CLOSED and not even_closed:
            raise AlipayError("ACQ.TRADE_HAS_CLOSE", "交易已经关闭")
        trade.status, trade.paid_s = TradeStatus.PAID, now_s

    def close(self, trade: AlipayTrade) -> None:
        """Close what waits."""
        if trade.status is not TradeStatus.WAITING:
            raise AlipayError("ACQ.TRADE_STATUS_ERROR", "交易状态不合法")
        trade.status = TradeStatus.CLOSED

    def refund(self, trade: AlipayTrade, number: str, fen: int) -> bool:
        """Give a part back; whether money moved: the same number moves it once. AlipayError for what cannot be."""
        if number in trade.refunds:
            if trade.refunds[number] != fen:
                raise AlipayError("ACQ.REFUND_AMT_NOT_EQUAL_TOTAL", "退款金额与之前的请求不一致")
            return False
        if not trade.paid_s:
            raise AlipayError("ACQ.TRADE_STATUS_ERROR", "交易状态不合法")
        if len(trade.refunds) >= MAX_PARTS or trade.refunded_fen + fen > trade.asked.order.total_fen:
            raise AlipayError("ACQ.REFUND_AMT_NOT_EQUAL_TOTAL", "退款金额超限")
        trade.refunds[number] = fen
        if trade.refunded_fen == trade.asked.order.total_fen:
            trade.status = TradeStatus.CLOSED
        return True

    def _of(self, out_trade_no: str) -> Iterator[Asked]:
        return (one for one in self._asked.values() if one.order.out_trade_no == out_trade_no)


def fen_of(yuan: str) -> int:
    """AlipayError for what is no amount in yuan."""
    match = _YUAN.fullmatch(yuan)
    fen = int(match[1]) * 100 + int((match[2] or "").ljust(2, "0")) if match else 0
    if not 0 < fen <= MAX_FEN:
        raise AlipayError("ACQ.INVALID_PARAMETER", "金额不正确")
    return fen


def yuan_of(fen: int) -> str:
    """With two decimals."""
    return f"{fen // 100}.{fen % 100:02d}"


def wall_clock(at_s: float) -> str:
    """Beijing's time as Alipay writes it."""
    return dt.datetime.fromtimestamp(at_s, _BEIJING).strftime("%Y-%m-%d %H:%M:%S")


def seconds_of(wall: str) -> float:
    """AlipayError for what is no time of Alipay's."""
    try:
        return dt.datetime.strptime(wall, "%Y-%m-%d %H:%M:%S").replace(tzinfo=_BEIJING).timestamp()
    except ValueError:
        raise AlipayError("ACQ.INVALID_PARAMETER", "时间格式不正确") from None


def _missing() -> AlipayError:
    return AlipayError("ACQ.TRADE_NOT_EXIST", "交易不存在")

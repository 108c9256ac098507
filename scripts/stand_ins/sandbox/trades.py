"""JSAPI orders and their states, in memory, with the rules of /v3/pay/transactions."""

import datetime as dt
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any
from urllib.parse import urlsplit

import msgspec

from scripts.stand_ins.sandbox.clock import beijing_time
from scripts.stand_ins.sandbox.errors import PayError, param_error
from scripts.stand_ins.sandbox.merchants import Merchant, Merchants

PREPAY_LIFE_S = 7200
SHORTEST_TIME_TO_PAY_S = 60
MAX_TRADES = 100_000
MAX_FEN = 10_000_000_000

_NUMBER = re.compile(r"[0-9A-Za-z_\-|*]{6,32}")


class TradeState(StrEnum):
    """`trade_state`, those that a JSAPI order meets here."""

    SUCCESS = "SUCCESS"
    REFUND = "REFUND"
    NOTPAY = "NOTPAY"
    CLOSED = "CLOSED"


class OrderAmount(msgspec.Struct, frozen=True):
    """`total` in fen."""

    total: Annotated[int, msgspec.Meta(ge=1, le=MAX_FEN)]
    currency: str = "CNY"


class Payer(msgspec.Struct, frozen=True):
    """Who is to pay."""

    openid: Annotated[str, msgspec.Meta(min_length=1, max_length=128)]


class OrderRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Body of POST /v3/pay/transactions/jsapi; two orders are the same when these fields are."""

    appid: str
    mchid: str
    description: Annotated[str, msgspec.Meta(min_length=1, max_length=127)]
    out_trade_no: str
    notify_url: Annotated[str, msgspec.Meta(max_length=255)]
    amount: OrderAmount
    payer: Payer
    sub_mchid: str = ""
    time_expire: str | None = None
    attach: Annotated[str, msgspec.Meta(max_length=128)] | None = None


class PartnerPayer(msgspec.Struct, frozen=True):
    """Who is to pay, as the 服务商's mini-program knows them."""

    sp_openid: Annotated[str, msgspec.Meta(min_length=1, max_length=128)]


class PartnerOrderRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Body of POST /v3/pay/partner/transactions/jsapi."""

    sp_appid: str
    sp_mchid: str
    sub_mchid: str
    description: str
    out_trade_no: str
    notify_url: str
    amount: OrderAmount
    payer: PartnerPayer
    time_expire: str | None = None

    def as_order(self) -> OrderRequest:
        """The same as one order."""
        return OrderRequest(
            appid=self.sp_appid,
            mchid=self.sp_mchid,
            sub_mchid=self.sub_mchid,
            description=self.description,
            out_trade_no=self.out_trade_no,
            notify_url=self.notify_url,
            amount=self.amount,
            payer=Payer(self.payer.sp_openid),
            time_expire=self.time_expire,
        )


@dataclass(slots=True)
class Trade:
    """One order."""

    order: OrderRequest
    prepay_id: str
    prepay_ends_s: float
    state: TradeState = TradeState.NOTPAY
    transaction_id: str = ""
    paid_s: float = 0


class Trades:
    """All orders since the start, by each of their numbers."""

    def __init__(self, merchants: Merchants) -> None:
        self._merchants = merchants
        self._by_number: dict[str, Trade] = {}
        self._by_prepay: dict[str, Trade] = {}
        self._by_transaction: dict[str, Trade] = {}

    def place(self, order: OrderRequest, now_s: float) -> Trade:
        """The order, made once per out_trade_no; PayError for a bad, different, paid or closed one."""
        _require_merchant(order, self._merchants.get(order.mchid))
        _require_form(order)
        trade = self._by_number.get(order.out_trade_no)
        if trade is None:
            return self._add(order, now_s)
        if trade.order != order:
            raise PayError(403, "OUT_TRADE_NO_USED", "商户订单号重复")
        if trade.state is TradeState.CLOSED:
            raise PayError(400, "ORDER_CLOSED", "订单已关闭")
        if trade.state is not TradeState.NOTPAY:
            raise PayError(400, "INVALID_REQUEST", "该订单已支付")
        if now_s >= trade.prepay_ends_s:
            self._renew(trade, now_s)
        return trade

    def get(self, out_trade_no: str, whose: tuple[str, str] | None = None) -> Trade:
        """By the merchant's number; PayError 404, also where it is not of this mchid and sub_mchid."""
        return _found(self._by_number.get(out_trade_no), whose)

    def get_by_transaction(self, transaction_id: str, whose: tuple[str, str] | None = None) -> Trade:
        """By WeChat Pay's number; PayError 404, as above."""
        return _found(self._by_transaction.get(transaction_id), whose)

    def get_by_prepay(self, prepay_id: str) -> Trade:
        """By prepay_id; PayError 404."""
        return _found(self._by_prepay.get(prepay_id))

    def close(self, out_trade_no: str, whose: tuple[str, str] | None = None) -> None:
        """Close what is not paid; closing twice is closing once. PayError when paid or unknown."""
        trade = self.get(out_trade_no, whose)
        if trade.state in {TradeState.SUCCESS, TradeState.REFUND}:
            raise PayError(400, "INVALID_REQUEST", "该订单已支付")
        trade.state = TradeState.CLOSED

    def pay(self, trade: Trade, now_s: float, *, even_closed: bool) -> None:
        """The person has paid; PayError when that cannot be (any more)."""
        if trade.state in {TradeState.SUCCESS, TradeState.REFUND}:
            raise PayError(400, "INVALID_REQUEST", "该订单已支付")
        if not even_closed:
            _require_open(trade, now_s)
        trade.state = TradeState.SUCCESS
        trade.paid_s = now_s
        trade.transaction_id = f"42000{secrets.randbelow(10**23):023d}"
        self._by_transaction[trade.transaction_id] = trade

    def _add(self, order: OrderRequest, now_s: float) -> Trade:
        if order.time_expire is not None and _seconds(order.time_expire) < now_s + SHORTEST_TIME_TO_PAY_S:
            raise param_error("time_expire 至少在一分钟以后")
        if len(self._by_number) >= MAX_TRADES:
            raise PayError(500, "SYSTEM_ERROR", "沙箱里的订单太多,请重新启动沙箱")
        trade = Trade(order, prepay_id="", prepay_ends_s=0)
        self._by_number[order.out_trade_no] = trade
        self._renew(trade, now_s)
        return trade

    def _renew(self, trade: Trade, now_s: float) -> None:
        self._by_prepay.pop(trade.prepay_id, None)
        trade.prepay_id = f"wx{secrets.token_hex(17)}"
        trade.prepay_ends_s = now_s + PREPAY_LIFE_S
        self._by_prepay[trade.prepay_id] = trade


def describe(trade: Trade) -> dict[str, Any]:
    """The order as queries answer it and notifies carry it."""
    return dict(_fields(trade))


def _fields(trade: Trade) -> Iterator[tuple[str, Any]]:
    order = trade.order
    own = "sp_" if order.sub_mchid else ""
    yield f"{own}appid", order.appid
    yield f"{own}mchid", order.mchid
    if order.sub_mchid:
        yield "sub_mchid", order.sub_mchid
    yield "out_trade_no", order.out_trade_no
    yield "trade_state", trade.state.value
    yield "trade_state_desc", _DESCRIPTIONS[trade.state]
    yield "attach", order.attach or ""
    yield "payer", {f"{own}openid": order.payer.openid}
    amount: dict[str, Any] = {"total": order.amount.total, "currency": order.amount.currency}
    if trade.transaction_id:
        yield "transaction_id", trade.transaction_id
        yield "trade_type", "JSAPI"
        yield "bank_type", "OTHERS"
        yield "success_time", beijing_time(trade.paid_s)
        amount |= {"payer_total": order.amount.total, "payer_currency": order.amount.currency}
    yield "amount", amount


_DESCRIPTIONS = {
    TradeState.SUCCESS: "支付成功",
    TradeState.REFUND: "转入退款",
    TradeState.NOTPAY: "订单未支付",
    TradeState.CLOSED: "订单已关闭",
}


def require_notify_url(url: str) -> None:
    """PayError unless it is an address without a query. Plain http is taken: the product runs beside us."""
    try:
        parts = urlsplit(url)
        is_good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        is_good = False
    if not is_good or "?" in url or "#" in url:
        raise param_error("notify_url 应为不带参数的完整网址")


def _require_merchant(order: OrderRequest, merchant: Merchant) -> None:
    if order.appid != merchant.appid:
        raise PayError(400, "APPID_MCHID_NOT_MATCH", "appid 和 mchid 不匹配")
    require_sub_merchant(merchant, order.sub_mchid)


def require_sub_merchant(merchant: Merchant, sub_mchid: str) -> None:
    """PayError unless a 服务商 names a merchant it collects for, and any other none."""
    if sub_mchid not in (merchant.sub_mchids or ("",)):
        raise PayError(403, "NO_AUTH", "特约商户号与服务商没有绑定关系")


def _require_form(order: OrderRequest) -> None:
    if not _NUMBER.fullmatch(order.out_trade_no):
        raise param_error("out_trade_no 应为 6–32 位字母、数字或 _-|*")
    if order.amount.currency != "CNY":
        raise param_error("amount.currency 只支持 CNY")
    if order.time_expire is not None:
        _seconds(order.time_expire)
    require_notify_url(order.notify_url)


def _require_open(trade: Trade, now_s: float) -> None:
    if trade.state is TradeState.CLOSED:
        raise PayError(400, "ORDER_CLOSED", "订单已关闭")
    if now_s >= trade.prepay_ends_s:
        raise PayError(400, "INVALID_REQUEST", "prepay_id 已过期")
    if trade.order.time_expire is not None and now_s >= _seconds(trade.order.time_expire):
        raise PayError(400, "INVALID_REQUEST", "订单已过支付截止时间")


def _seconds(time_expire: str) -> float:
    try:
        at = dt.datetime.fromisoformat(time_expire)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise param_error("time_expire 应为带时区的 RFC 3339 时间")
    return at.timestamp()


def _found(trade: Trade | None, whose: tuple[str, str] | None = None) -> Trade:
    if trade is None or whose not in {None, (trade.order.mchid, trade.order.sub_mchid)}:
        raise PayError(404, "ORDER_NOT_EXIST", "订单不存在")
    return trade

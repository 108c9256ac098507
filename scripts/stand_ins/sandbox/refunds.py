"""Refunds of paid orders, in memory, with the rules of /v3/refund/domestic/refunds: accepted first, ended a moment later."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any

import msgspec

from scripts.stand_ins.sandbox.clock import beijing_time
from scripts.stand_ins.sandbox.errors import PayError, param_error
from scripts.stand_ins.sandbox.trades import MAX_FEN, Trade, Trades, TradeState, require_notify_url

MAX_PARTS = 50
LAST_DAY_S = 365 * 86_400
GAP_S = 60

Fen = Annotated[int, msgspec.Meta(ge=1, le=MAX_FEN)]


class RefundAmount(msgspec.Struct, frozen=True):
    """In fen; `total` is the order's."""

    refund: Fen
    total: Fen
    currency: str


class RefundRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Body of POST /v3/refund/domestic/refunds."""

    out_refund_no: Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[0-9A-Za-z_\-|*@]+$")]
    amount: RefundAmount
    sub_mchid: str = ""
    transaction_id: str | None = None
    out_trade_no: str | None = None
    reason: Annotated[str, msgspec.Meta(max_length=80)] | None = None
    notify_url: Annotated[str, msgspec.Meta(max_length=255)] | None = None


@dataclass(slots=True)
class Refund:
    """One part of one order going back."""

    request: RefundRequest
    trade: Trade
    refund_id: str
    created_s: float
    status: str = "PROCESSING"
    ended_s: float = 0


class Refunds:
    """All refunds since the start. `gap_s` is the least time between two parts of one order."""

    def __init__(self, trades: Trades, gap_s: float) -> None:
        self._trades = trades
        self._gap_s = gap_s
        self._by_number: dict[str, Refund] = {}
        self._by_transaction: dict[str, list[Refund]] = {}

    def apply(
        self, request: RefundRequest, now_s: float, whose: tuple[str, str] | None = None
    ) -> tuple[Refund, bool]:
        """The refund, and whether it is new. The same number asks again about the same refund; PayError else."""
        known = self._by_number.get(request.out_refund_no)
        if known is not None:
            if known.request != request:
                raise PayError(400, "INVALID_REQUEST", "退款单号已存在,且参数与之前的请求不一致")
            return known, False
        trade = self._trade_of(request, whose)
        self._require_allowed(request, trade, self._by_transaction.get(trade.transaction_id, []), now_s)
        refund = Refund(request, trade, f"50{secrets.randbelow(10**27):027d}", now_s)
        self._by_transaction.setdefault(trade.transaction_id, []).append(refund)
        self._by_number[request.out_refund_no] = refund
        trade.state = TradeState.REFUND
        return refund, True

    def get(self, out_refund_no: str, whose: tuple[str, str] | None = None) -> Refund:
        """PayError 404 when there is none, or none of this mchid and sub_mchid."""
        refund = self._by_number.get(out_refund_no)
        if refund is None or whose not in {
            None,
            (refund.trade.order.mchid, refund.trade.order.sub_mchid),
        }:
            raise PayError(404, "RESOURCE_NOT_EXISTS", "退款单不存在")
        return refund

    def all(self) -> list[Refund]:
        """Oldest first."""
        return list(self._by_number.values())

    def end(self, refund: Refund, status: str, now_s: float) -> None:
        """SUCCESS, ABNORMAL or CLOSED. A closed one leaves its amount to be refunded again."""
        refund.status = status
        refund.ended_s = now_s
        parts = self._by_transaction[refund.trade.transaction_id]
        if all(part.status == "CLOSED" for part in parts):
            refund.trade.state = TradeState.SUCCESS

    def _trade_of(self, request: RefundRequest, whose: tuple[str, str] | None) -> Trade:
        if (request.transaction_id is None) == (request.out_trade_no is None):
            raise param_error("transaction_id 和 out_trade_no 二选一")
        try:
            if request.transaction_id is not None:
                return self._trades.get_by_transaction(request.transaction_id, whose)
            return self._trades.get(request.out_trade_no or "", whose)
        except PayError:
            raise PayError(404, "RESOURCE_NOT_EXISTS", "订单不存在") from None

    def _require_allowed(
        self, request: RefundRequest, trade: Trade, parts: list[Refund], now_s: float
    ) -> None:
        if request.notify_url is not None:
            require_notify_url(request.notify_url)
        if not trade.transaction_id:
            raise PayError(403, "TRADE_ERROR", "订单未支付,不能退款")
        if now_s - trade.paid_s > LAST_DAY_S:
            raise PayError(403, "TRADE_ERROR", "订单已超过 365 天,不能退款")
        if request.amount.total != trade.order.amount.total or request.amount.currency != "CNY":
            raise param_error("订单金额或币种与原订单不一致")
        if len(parts) >= MAX_PARTS:
            raise PayError(403, "RULELIMIT", "一笔订单最多退款 50 次")
        if parts and now_s - parts[-1].created_s < self._gap_s:
            raise PayError(429, "FREQUENCY_LIMITED", "同一订单的多次退款请间隔一分钟")
        refunded = sum(part.request.amount.refund for part in parts if part.status != "CLOSED")
        if refunded + request.amount.refund > trade.order.amount.total:
            raise PayError(400, "INVALID_REQUEST", "申请退款金额超过订单剩余可退金额")


def describe_refund(refund: Refund) -> dict[str, Any]:
    """The refund as the API answers it."""
    return {
        **dict(_shared_fields(refund)),
        "channel": "ORIGINAL",
        "create_time": beijing_time(refund.created_s),
        "status": refund.status,
        "funds_account": "UNSETTLED",
        "amount": {**_amount(refund), "currency": "CNY"},
    }


def describe_refund_notice(refund: Refund) -> dict[str, Any]:
    """The refund as a notify carries it, where the state has another name."""
    order = refund.trade.order
    own = {"mchid": order.mchid}
    if order.sub_mchid:
        own = {"sp_mchid": order.mchid, "sub_mchid": order.sub_mchid}
    return {
        **own,
        **dict(_shared_fields(refund)),
        "refund_status": refund.status,
        "amount": _amount(refund),
    }


def _shared_fields(refund: Refund) -> Iterator[tuple[str, str]]:
    yield "refund_id", refund.refund_id
    yield "out_refund_no", refund.request.out_refund_no
    yield "transaction_id", refund.trade.transaction_id
    yield "out_trade_no", refund.trade.order.out_trade_no
    yield "user_received_account", "支付用户零钱"
    if refund.status == "SUCCESS":
        yield "success_time", beijing_time(refund.ended_s)


def _amount(refund: Refund) -> dict[str, int]:
    amount = refund.request.amount
    return {
        "total": amount.total,
        "refund": amount.refund,
        "payer_total": amount.total,
        "payer_refund": amount.refund,
    }

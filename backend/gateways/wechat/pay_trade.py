"""Reads WeChat Pay's trade object (the answer of a query, the content of a notify) into a ChannelTrade."""

from datetime import UTC, datetime
from typing import Annotated

import msgspec

from backend.gateways.channel_trade import ChannelTrade, Merchant, TradeState

MAX_AMOUNT_FEN = 10_000_000_000

STATES = {
    "SUCCESS": TradeState.PAID,
    "REFUND": TradeState.REFUNDED,
    "NOTPAY": TradeState.UNPAID,
    "USERPAYING": TradeState.UNPAID,
    "CLOSED": TradeState.CLOSED,
    "REVOKED": TradeState.CLOSED,
    "PAYERROR": TradeState.FAILED,
}

_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
_Fen = Annotated[int, msgspec.Meta(ge=1, le=MAX_AMOUNT_FEN)]
_AwareDatetime = Annotated[datetime, msgspec.Meta(tz=True)]


class UnreadableTradeError(Exception):
    """The object is not a trade, has a state we do not know, or is paid without saying what and when."""


class _Amount(msgspec.Struct):
    total: _Fen
    currency: _Name | None = None


class _Payer(msgspec.Struct):
    openid: Annotated[str, msgspec.Meta(max_length=128)] | None = None
    sp_openid: Annotated[str, msgspec.Meta(max_length=128)] | None = None


class _Trade(msgspec.Struct):
    """A 服务商 is told its own names with `sp_` before them, and the merchant it collects for."""

    out_trade_no: _Name
    trade_state: str
    mchid: _Name | None = None
    appid: _Name | None = None
    sp_mchid: _Name | None = None
    sp_appid: _Name | None = None
    sub_mchid: _Name | None = None
    amount: _Amount | None = None
    payer: _Payer | None = None
    transaction_id: Annotated[str, msgspec.Meta(max_length=64)] | None = None
    success_time: str | None = None


def merchant_of(mchid: str, appid: str, sub_mchid: str = "") -> Merchant:
    """Who is paid, ours or a trade's."""
    return {"mchid": mchid, "appid": appid} | ({"sub_mchid": sub_mchid} if sub_mchid else {})


def read_trade(raw: bytes) -> ChannelTrade:
    """Return the trade; UnreadableTradeError for anything that could not be acted upon. Unknown fields are let by.

    Source: WeChat Pay API v3, 查询订单 and 支付成功回调通知. `paid_at` is UTC.
    """
    try:
        wire = msgspec.json.decode(raw, type=_Trade)
        paid_at = (
            msgspec.convert(wire.success_time, _AwareDatetime).astimezone(UTC) if wire.success_time else None
        )
    except (msgspec.MsgspecError, UnicodeError, OverflowError):
        raise UnreadableTradeError("not a trade") from None
    merchant = merchant_of(
        wire.sp_mchid or wire.mchid or "", wire.sp_appid or wire.appid or "", wire.sub_mchid or ""
    )
    if not all(merchant.values()):
        raise UnreadableTradeError("a trade that does not say who is paid")
    state = STATES.get(wire.trade_state)
    if state is None:
        raise UnreadableTradeError("unknown trade_state")
    trade = ChannelTrade(
        payment_no=wire.out_trade_no,
        state=state,
        merchant=merchant,
        amount_fen=wire.amount.total if wire.amount else None,
        currency=wire.amount.currency if wire.amount else None,
        transaction_no=wire.transaction_id or None,
        paid_at=paid_at,
        payer=(wire.payer.openid or wire.payer.sp_openid) if wire.payer else None,
    )
    if state in (TradeState.PAID, TradeState.REFUNDED) and not _is_complete(trade):
        raise UnreadableTradeError("a paid trade without amount, transaction or time")
    return trade


def _is_complete(trade: ChannelTrade) -> bool:
    return None not in (trade.amount_fen, trade.currency, trade.transaction_no, trade.paid_at)

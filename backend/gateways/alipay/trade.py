"""Reads what Alipay says of a payment, in the answer of a query or in a notify, into a ChannelTrade."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from backend.gateways.alipay.client import BEIJING, TIME_FORMAT
from backend.gateways.alipay.yuan import fen_of
from backend.gateways.channel_trade import ChannelTrade, Merchant, TradeState

MAX_NAME_CHARS = 64
MAX_PAYER_CHARS = 128
CURRENCY = "CNY"  # the only one a merchant of the mainland is paid in; trade messages do not name it
PAID_STATES = frozenset({"TRADE_SUCCESS", "TRADE_FINISHED"})
STATES = {
    "WAIT_BUYER_PAY": TradeState.UNPAID,
    "TRADE_CLOSED": TradeState.CLOSED,
    **dict.fromkeys(PAID_STATES, TradeState.PAID),
}


class UnreadableTradeError(Exception):
    """Not a trade, or one of a state we do not know, or paid without saying what and when."""


def merchant_of(app_id: str, seller_id: str) -> Merchant:
    """Who is paid, ours or a trade's."""
    return {"app_id": app_id, "seller_id": seller_id}


def read_trade(fields: Mapping[str, Any], *, paid_at_field: str, merchant: Merchant) -> ChannelTrade:
    """Return the trade; UnreadableTradeError for anything that could not be acted upon.

    A trade closed after it was paid (its time of payment is told) was given back whole. `paid_at` is UTC.
    Source: alipay.trade.query, and 异步通知说明.
    """
    state = STATES.get(_text(fields, "trade_status"))
    if state is None:
        raise UnreadableTradeError("unknown trade_status")
    try:
        amount = _text(fields, "total_amount")
        paid_at = _instant(_text(fields, paid_at_field))
        trade = ChannelTrade(
            payment_no=_text(fields, "out_trade_no"),
            state=TradeState.REFUNDED if state is TradeState.CLOSED and paid_at else state,
            merchant=merchant,
            amount_fen=fen_of(amount) if amount else None,
            currency=_text(fields, "trans_currency") or CURRENCY,
            transaction_no=_text(fields, "trade_no") or None,
            paid_at=paid_at,
            payer=_payer(fields),
        )
    except ValueError:
        raise UnreadableTradeError("not a trade") from None
    if not trade.payment_no or (state is TradeState.PAID and not _is_complete(trade)):
        raise UnreadableTradeError("a paid trade without number, amount, transaction or time")
    return trade


def _payer(fields: Mapping[str, Any]) -> str | None:
    """By the new name or by the old one; nothing hangs on it, so what is no short text is nobody."""
    told = fields.get("buyer_open_id") or fields.get("buyer_id") or fields.get("buyer_user_id")
    return told if isinstance(told, str) and len(told) <= MAX_PAYER_CHARS else None


def _text(fields: Mapping[str, Any], name: str) -> str:
    """The value, empty where there is none. UnreadableTradeError for what is no short text."""
    value = fields.get(name, "")
    if not isinstance(value, str) or len(value) > MAX_NAME_CHARS:
        raise UnreadableTradeError(name)
    return value


def _instant(text: str) -> datetime | None:
    if not text:
        return None
    return datetime.strptime(text, TIME_FORMAT).replace(tzinfo=BEIJING).astimezone(UTC)


def _is_complete(trade: ChannelTrade) -> bool:
    return None not in (trade.amount_fen, trade.transaction_no, trade.paid_at)

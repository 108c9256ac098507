"""Opens a notify of Alipay. It decides only whether the bytes are proven; the caller compares and books.

A notify carries no time that could bound a replay (Alipay itself repeats one for a day): the number of the trade
does, which credits once.
"""

from collections.abc import Sequence
from urllib.parse import parse_qsl

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from backend.gateways.alipay.signature import SIGN_TYPE, UnprovenError, notify_text, prove
from backend.gateways.alipay.trade import PAID_STATES, UnreadableTradeError, merchant_of, read_trade
from backend.gateways.channel_trade import ChannelNotify, ChannelTrade

MAX_NOTIFY_BYTES = 16 * 1024
MAX_FIELDS = 100
MAX_ID_CHARS = 128
TRADE_NOTIFY = "trade_status_sync"


def open_notify(body: bytes, alipay_keys: Sequence[RSAPublicKey]) -> ChannelNotify:
    """Return the proven notify; UnprovenError names the first check that failed.

    Source: open platform, 异步通知说明 and 自行实现验签.
    """
    if len(body) > MAX_NOTIFY_BYTES:
        raise UnprovenError("too_large")
    fields = _fields(body)
    if fields.get("sign_type") != SIGN_TYPE:
        raise UnprovenError("signature_type")
    prove(alipay_keys, fields.get("sign", ""), notify_text(fields))
    notify_id, status = fields.get("notify_id", ""), fields.get("trade_status", "")
    if not 0 < len(notify_id) <= MAX_ID_CHARS or len(status) > MAX_ID_CHARS:
        raise UnprovenError("body_unreadable")
    return ChannelNotify(notify_id=notify_id, event_type=status, trade=_paid_trade(fields, status))


def _fields(body: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=MAX_FIELDS,
        )
    except ValueError:
        raise UnprovenError("body_unreadable") from None
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise UnprovenError("name_repeated")
    return fields


def _paid_trade(fields: dict[str, str], status: str) -> ChannelTrade | None:
    """What was paid; None for what reports no payment: a refund repeats the paid trade, and must not credit it."""
    if fields.get("notify_type") != TRADE_NOTIFY or status not in PAID_STATES:
        return None
    if fields.get("gmt_refund") or fields.get("refund_fee"):
        return None
    merchant = merchant_of(fields.get("app_id", ""), fields.get("seller_id", ""))
    try:
        return read_trade(fields, paid_at_field="gmt_payment", merchant=merchant)
    except UnreadableTradeError:
        raise UnprovenError("trade_unreadable") from None

"""Opens a WeChat Pay notify. It decides only whether the bytes are proven; the caller compares and books."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Annotated, Literal

import msgspec

from backend.gateways.channel_trade import ChannelNotify
from backend.gateways.wechat.pay_proof import (
    EncryptedResource,
    FindKey,
    UnprovenError,
    decrypt_resource,
    prove,
)
from backend.gateways.wechat.pay_refund import UnreadableRefundError, read_refund
from backend.gateways.wechat.pay_trade import UnreadableTradeError, read_trade

MAX_NOTIFY_BYTES = 64 * 1024
PAID_EVENT = "TRANSACTION.SUCCESS"
REFUND_EVENTS = frozenset({"REFUND.SUCCESS", "REFUND.ABNORMAL", "REFUND.CLOSED"})

_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class _Notify(msgspec.Struct):
    id: _Name
    event_type: _Name
    resource_type: Literal["encrypt-resource"]
    resource: EncryptedResource


def open_notify(
    headers: Mapping[str, str],
    body: bytes,
    *,
    find_key: FindKey,
    api_v3_keys: Sequence[bytes],
    now: datetime,
) -> ChannelNotify:
    """Return the proven notify; UnprovenError names the first check that failed.

    Order: size, headers, time, serial, signature over the raw body, then JSON and decryption.
    Source: WeChat Pay API v3, 支付成功回调通知, 退款结果通知.
    """
    if len(body) > MAX_NOTIFY_BYTES:
        raise UnprovenError("too_large")
    prove(headers, body, find_key=find_key, now=now)
    try:
        notify = msgspec.json.decode(body, type=_Notify)
    except (msgspec.MsgspecError, UnicodeError):
        raise UnprovenError("body_unreadable") from None
    content = _decrypt(notify.resource, api_v3_keys)
    trade = refund = None
    try:
        if notify.event_type == PAID_EVENT:
            trade = read_trade(content)
        elif notify.event_type in REFUND_EVENTS:
            refund = read_refund(content, is_notify=True)
    except UnreadableTradeError:
        raise UnprovenError("trade_unreadable") from None
    except UnreadableRefundError:
        raise UnprovenError("refund_unreadable") from None
    return ChannelNotify(notify_id=notify.id, event_type=notify.event_type, trade=trade, refund=refund)


def _decrypt(resource: EncryptedResource, api_v3_keys: Sequence[bytes]) -> bytes:
    """While a merchant changes its key, either may have been used."""
    for key in api_v3_keys[:-1]:
        try:
            return decrypt_resource(resource, key)
        except UnprovenError:
            continue
    return decrypt_resource(resource, api_v3_keys[-1])

"""Reads WeChat Pay's refund object (the answer of a request or a query, the content of a notify) into a ChannelRefund.

It also decides what a refusal of a refund means: never, not now, or nobody knows.
"""

from datetime import UTC, datetime
from typing import Annotated, Final

import msgspec

from backend.domain.errors import ChannelOutcomeUnknown, ChannelUnavailable, DomainError, RefundRefused
from backend.gateways.channel_trade import ChannelRefund, ChannelRefundState, Merchant
from backend.gateways.wechat.pay_trade import MAX_AMOUNT_FEN

GAP_S: Final = 60
"""Source: 申请退款, 注意事项: 一笔支付单的多次部分退款请间隔一分钟."""
MAX_REASON_CHARS: Final = 80
_STATES: Final = {
    "SUCCESS": ChannelRefundState.DONE,
    "CLOSED": ChannelRefundState.CLOSED,
    "PROCESSING": ChannelRefundState.PROCESSING,
    "ABNORMAL": ChannelRefundState.ABNORMAL,
}
# INVALID_REQUEST also says that the number lives there with other fields: services ask before they believe it.
_NEVER: Final = {
    "INVALID_REQUEST": "invalid_request",
    "RESOURCE_NOT_EXISTS": "payment_missing",
    "RULELIMIT": "too_many_parts",
    "TRADE_ERROR": "not_refundable",
    "USER_ACCOUNT_ABNORMAL": "payer_account",
}
_NOT_NOW: Final = {"NOT_ENOUGH": "not_enough", "FREQUENCY_LIMITED": "too_often"}

_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
_Fen = Annotated[int, msgspec.Meta(ge=1, le=MAX_AMOUNT_FEN)]
_AwareDatetime = Annotated[datetime, msgspec.Meta(tz=True)]


class UnreadableRefundError(Exception):
    """The object is not a refund, or has a state we do not know."""


class _Amount(msgspec.Struct):
    refund: _Fen
    total: _Fen


class _Refund(msgspec.Struct):
    """An answer says `status`, a notify `refund_status` and the `mchid`."""

    out_refund_no: _Name
    out_trade_no: _Name
    amount: _Amount
    refund_id: Annotated[str, msgspec.Meta(max_length=64)] = ""
    status: str = ""
    refund_status: str = ""
    mchid: Annotated[str, msgspec.Meta(max_length=64)] = ""
    sp_mchid: Annotated[str, msgspec.Meta(max_length=64)] = ""
    sub_mchid: Annotated[str, msgspec.Meta(max_length=64)] = ""
    success_time: str | None = None


def read_refund(raw: bytes, *, is_notify: bool) -> ChannelRefund:
    """Return the refund; UnreadableRefundError for anything that could not be acted upon. `done_at` is UTC."""
    try:
        wire = msgspec.json.decode(raw, type=_Refund)
        done_at = (
            msgspec.convert(wire.success_time, _AwareDatetime).astimezone(UTC) if wire.success_time else None
        )
    except (msgspec.MsgspecError, UnicodeError, OverflowError):
        raise UnreadableRefundError("not a refund") from None
    state = _STATES.get(wire.refund_status if is_notify else wire.status)
    if state is None:
        raise UnreadableRefundError("unknown status")
    merchant: Merchant = {}
    if is_notify:
        own = {"mchid": wire.sp_mchid or wire.mchid}
        merchant = own | ({"sub_mchid": wire.sub_mchid} if wire.sub_mchid else {})
    return ChannelRefund(
        part_no=wire.out_refund_no,
        state=state,
        merchant=merchant,
        payment_no=wire.out_trade_no,
        amount_fen=wire.amount.refund,
        channel_refund_no=wire.refund_id or None,
        done_at=done_at,
    )


def refusal_of(status: int, code: str) -> DomainError:
    """What a refused refund means, by HTTP class first: 5xx is unknown."""
    if not 400 <= status < 500:  # noqa: PLR2004 - HTTP classes
        return ChannelOutcomeUnknown()
    if code in _NEVER:
        return RefundRefused(reason=_NEVER[code])
    return ChannelUnavailable(reason=_NOT_NOW.get(code, "refused"))

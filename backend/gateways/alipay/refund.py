"""Reads what Alipay says of a refund. It pays one back at once and names no number of its own for it."""

from collections.abc import Mapping
from typing import Any, Final

from backend.domain.errors import ChannelOutcomeUnknown, ChannelUnavailable, RefundRefused
from backend.gateways.alipay.answer import Answer
from backend.gateways.alipay.yuan import fen_of
from backend.gateways.channel_trade import ChannelRefund, ChannelRefundState
from backend.gateways.payment_channel import AskedRefund

GAP_S: Final = 5  # Alipay asks for three
MAX_REASON_CHARS: Final = 100
# Refusals that no later repetition cures, in our words.
_NEVER: Final = {
    "ACQ.TRADE_NOT_EXIST": "payment_missing",
    "ACQ.TRADE_HAS_FINISHED": "not_refundable",
    "ACQ.TRADE_STATUS_ERROR": "not_refundable",
    "ACQ.TRADE_NOT_ALLOW_REFUND": "not_refundable",
    "ACQ.TRADE_HAS_CLOSE": "not_refundable",
    "ACQ.REASON_TRADE_STATUS_INVALID": "not_refundable",
    "ACQ.REASON_TRADE_REFUND_FEE_ERR": "invalid_request",
    "ACQ.REFUND_AMT_NOT_EQUAL_TOTAL": "invalid_request",
    "ACQ.DISCORDANT_REPEAT_REQUEST": "invalid_request",
    "ACQ.BUYER_NOT_EXIST": "payer_account",
    "ACQ.BUYER_ERROR": "payer_account",
}
_DONE: Final = "REFUND_SUCCESS"
_FAILED_BUSINESS: Final = "40004"


def accepted_refund(refund: AskedRefund, fields: Mapping[str, Any]) -> ChannelRefund:
    """What a success of alipay.trade.refund means: done where it moved money, else to be asked about.

    `refund_fee` of the answer sums all parts of the payment, so that it says nothing of this one.
    """
    has_moved = fields.get("fund_change") == "Y"
    return _part(refund, ChannelRefundState.DONE if has_moved else ChannelRefundState.PROCESSING)


def found_refund(refund: AskedRefund, fields: Mapping[str, Any]) -> ChannelRefund:
    """What a success of alipay.trade.fastpay.refund.query means: without a state it was not taken, or gave nothing back.

    ChannelOutcomeUnknown for what does not fit what was asked.
    """
    if not fields.get("refund_status"):
        return ChannelRefund(part_no=refund.part_no, state=ChannelRefundState.MISSING, merchant={})
    try:
        fits = (
            fields.get("out_request_no") == refund.part_no
            and fields.get("out_trade_no") == refund.payment_no
            and fen_of(str(fields.get("refund_amount", ""))) == refund.amount_fen
        )
    except ValueError:
        fits = False
    if not fits:
        raise ChannelOutcomeUnknown
    is_done = fields.get("refund_status") == _DONE
    return _part(refund, ChannelRefundState.DONE if is_done else ChannelRefundState.PROCESSING)


def refusal_of(answer: Answer) -> RefundRefused | ChannelUnavailable | ChannelOutcomeUnknown:
    """Choose by whether it can ever be taken; a reason that is not known may pass."""
    if answer.code != _FAILED_BUSINESS or answer.sub_code == "ACQ.SYSTEM_ERROR":
        return ChannelOutcomeUnknown()
    reason = _NEVER.get(answer.sub_code)
    return ChannelUnavailable() if reason is None else RefundRefused(reason=reason)


def _part(refund: AskedRefund, state: ChannelRefundState) -> ChannelRefund:
    return ChannelRefund(
        part_no=refund.part_no,
        state=state,
        merchant={},
        payment_no=refund.payment_no,
        amount_fen=refund.amount_fen,
    )

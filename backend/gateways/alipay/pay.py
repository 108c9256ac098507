"""Alipay for a driver inside WeChat and for browsers: a code to scan, a link to open, query, close, refund.

It never decides whether a payment is ours or the amount right: services compare with the locked row.
An answer that did not come, or is not proven, is an unknown outcome: ask again with the same number.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Final

import structlog

from backend.domain.channel_account import CheckResult
from backend.domain.errors import ChannelOutcomeUnknown, ChannelUnavailable, NotifyRejected
from backend.domain.payment import HANDLE_CHARS
from backend.gateways.alipay.answer import Answer
from backend.gateways.alipay.client import AlipayClient, beijing_text
from backend.gateways.alipay.notify import open_notify
from backend.gateways.alipay.pay_params import AlipayPayParams
from backend.gateways.alipay.qr_image import qr_data_url
from backend.gateways.alipay.refund import (
    GAP_S,
    MAX_REASON_CHARS,
    accepted_refund,
    found_refund,
    refusal_of,
)
from backend.gateways.alipay.settings import AlipaySettings
from backend.gateways.alipay.signature import UnprovenError
from backend.gateways.alipay.trade import UnreadableTradeError, merchant_of, read_trade
from backend.gateways.alipay.yuan import yuan_of
from backend.gateways.channel_trade import (
    ChannelNotify,
    ChannelRefund,
    ChannelRefundState,
    ChannelTrade,
    Merchant,
    TradeState,
)
from backend.gateways.payment_channel import AskedPayment, AskedRefund, CheckedChannel

__all__ = ["AlipayGateway", "AlipaySettings"]

MAX_SUBJECT_CHARS = 256
MISSING = "ACQ.TRADE_NOT_EXIST"

_PAYMENT_NO = re.compile(r"[0-9A-Za-z_]{6,64}", re.ASCII)
_FAILED_BUSINESS: Final = "40004"
_REFUSED: Final = frozenset({"40001", "40002", "40003", "40006", _FAILED_BUSINESS})
# Business refusals that leave open what Alipay has done or that say it is done: only a query can tell.
_ASK_AGAIN: Final = frozenset(
    {
        "ACQ.SYSTEM_ERROR",
        "ACQ.CONTEXT_INCONSISTENT",
        "ACQ.TRADE_HAS_SUCCESS",
        "ACQ.TRADE_HAS_CLOSE",
        "ACQ.TRADE_HAS_FINISHED",
        "ACQ.TRADE_STATUS_ERROR",
        "ACQ.REASON_TRADE_STATUS_INVALID",
    }
)

_log = structlog.get_logger(__name__)


class AlipayGateway:
    """A PaymentChannel: what each call is for, and the errors of all of them, stand there."""

    def __init__(self, settings: AlipaySettings) -> None:
        self._settings = settings
        self._client = AlipayClient(settings)
        self._alipay_keys = settings.load_alipay_keys()

    @property
    def merchant(self) -> Merchant:
        """Our app_id and the seller who is paid."""
        return merchant_of(self._settings.app_id, self._settings.seller_id)

    @property
    def payer_kind(self) -> None:
        """Anybody may pay: whoever opens the link or scans the code."""
        return

    def ask_for(self, payment: AskedPayment) -> str:
        """Have a code made to pay by, and return its text. Alipay knows no trade until somebody scans it.

        Source: alipay.trade.precreate. ValueError for input Alipay's format forbids.
        """
        answer = self._client.call(
            "alipay.trade.precreate",
            self._content(payment) | {"seller_id": self._settings.seller_id},
            notify_url=self._settings.notify_url,
        )
        qr_code = answer.fields.get("qr_code")
        if not answer.is_ok:
            raise _refused(answer)
        if (
            answer.fields.get("out_trade_no") != payment.payment_no
            or not isinstance(qr_code, str)
            or not 0 < len(qr_code) <= HANDLE_CHARS
        ):
            raise ChannelOutcomeUnknown
        return qr_code

    def pay_params(self, payment: AskedPayment, handle: str, now: datetime) -> AlipayPayParams:
        """The code, its picture, and a link of alipay.trade.wap.pay for the same number."""
        return_url = payment.return_url or self._settings.return_url
        content = self._content(payment) | {
            "product_code": "QUICK_WAP_WAY",
            "seller_id": self._settings.seller_id,
            "quit_url": return_url,
        }
        urls = {"notify_url": self._settings.notify_url, "return_url": return_url}
        link = self._client.link("alipay.trade.wap.pay", content, now, **urls)
        return AlipayPayParams(link=link, qr_code=handle, qr_image=qr_data_url(handle))

    def query(self, payment_no: str) -> ChannelTrade:
        """What Alipay knows of a payment; `missing` until a code was scanned or a link opened.

        The answer is signed for our app and names neither app nor seller. Source: alipay.trade.query.
        """
        _check_payment_no(payment_no)
        answer = self._client.call("alipay.trade.query", {"out_trade_no": payment_no})
        if answer.sub_code == MISSING:
            return ChannelTrade(payment_no=payment_no, state=TradeState.MISSING, merchant=self.merchant)
        if not answer.is_ok:
            raise _refused(answer)
        try:
            trade = read_trade(answer.fields, paid_at_field="send_pay_date", merchant=self.merchant)
        except UnreadableTradeError:
            trade = None
        if trade is None or trade.payment_no != payment_no:
            _log.warning("alipay_trade_unreadable", payment_no=payment_no)
            raise ChannelOutcomeUnknown
        return trade

    def close(self, payment_no: str) -> None:
        """Make sure nobody can pay this number any more; unknown to Alipay is done too: the code has run out by then.

        ChannelOutcomeUnknown also when it has been paid or closed: query. Source: alipay.trade.close.
        """
        _check_payment_no(payment_no)
        answer = self._client.call("alipay.trade.close", {"out_trade_no": payment_no})
        if not answer.is_ok and answer.sub_code != MISSING:
            raise _refused(answer)

    @property
    def refund_gap_s(self) -> int:
        """Alipay wants a few seconds between two refunds of one payment."""
        return GAP_S

    def refund(self, refund: AskedRefund) -> ChannelRefund:
        """Pay back; the number makes a repetition the same refund. Source: alipay.trade.refund."""
        content = {
            "out_trade_no": refund.payment_no,
            "refund_amount": yuan_of(refund.amount_fen),
            "out_request_no": refund.part_no,
            "refund_reason": refund.reason[:MAX_REASON_CHARS],
        }
        answer = self._client.call("alipay.trade.refund", content)
        if not answer.is_ok:
            raise refusal_of(answer)
        return accepted_refund(refund, answer.fields)

    def find_refund(self, refund: AskedRefund) -> ChannelRefund:
        """What Alipay knows of a refund; `missing` when it never took it. Source: alipay.trade.fastpay.refund.query."""
        content = {"out_trade_no": refund.payment_no, "out_request_no": refund.part_no}
        answer = self._client.call("alipay.trade.fastpay.refund.query", content)
        if answer.sub_code == MISSING:
            return ChannelRefund(part_no=refund.part_no, state=ChannelRefundState.MISSING, merchant={})
        if not answer.is_ok:
            raise _refused(answer)
        return found_refund(refund, answer.fields)

    def check(self, payment_no: str) -> CheckedChannel:
        """Alipay signs that there is no such trade, so that its key is looked at too."""
        try:
            answer = self._client.call("alipay.trade.query", {"out_trade_no": payment_no})
        except ChannelUnavailable:
            return CheckedChannel(CheckResult.UNREACHABLE)
        except ChannelOutcomeUnknown:
            return CheckedChannel(CheckResult.UNPROVEN)
        if answer.sub_code == MISSING:
            return CheckedChannel(CheckResult.WORKS)
        return CheckedChannel(CheckResult.REFUSED, answer.sub_code or answer.code)

    def renew_proofs(self, now: datetime) -> None:
        """Alipay's key is given by hand."""

    def verify_notify(self, headers: Mapping[str, str], body: bytes, now: datetime) -> ChannelNotify:
        """Return the proven content of a notify; NotifyRejected(reason) for anything else. No network call."""
        del headers, now  # the form proves itself
        try:
            return open_notify(body, self._alipay_keys)
        except UnprovenError as error:
            rejected = NotifyRejected(reason=error.reason)
        except Exception as error:  # noqa: BLE001 - strangers write this input: every failure is a refusal
            _log.warning("alipay_notify_unreadable", error=type(error).__name__)
            rejected = NotifyRejected(reason="unreadable")
        raise rejected

    def _content(self, payment: AskedPayment) -> dict[str, str]:
        _check_payment_no(payment.payment_no)
        if not 1 <= len(payment.description) <= MAX_SUBJECT_CHARS:
            raise ValueError(f"A payment needs 1 to {MAX_SUBJECT_CHARS} characters of description.")
        return {
            "out_trade_no": payment.payment_no,
            "total_amount": yuan_of(payment.amount_fen),
            "subject": payment.description,
            "time_expire": beijing_text(payment.expires_at),
        }


def _refused(answer: Answer) -> ChannelUnavailable | ChannelOutcomeUnknown:
    """A proven refusal did nothing, unless it says that Alipay does not know or that something was there before."""
    if answer.code in _REFUSED and answer.sub_code not in _ASK_AGAIN:
        return ChannelUnavailable()
    return ChannelOutcomeUnknown()


def _check_payment_no(payment_no: str) -> None:
    if not _PAYMENT_NO.fullmatch(payment_no):
        raise ValueError("A payment number is 6 to 64 characters of [0-9A-Za-z_].")

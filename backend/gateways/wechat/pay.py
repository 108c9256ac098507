"""WeChat Pay API v3 for the mini-program: order, query, close, refund, and proof of notifies.

It never decides whether a payment is ours or the amount right: services compare with the locked row.
An answer that did not come, or is not proven, is an unknown outcome: ask again with the same number.
"""

import re
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone

import msgspec
import structlog

from backend.domain.channel_account import CheckResult
from backend.domain.errors import ChannelOutcomeUnknown, ChannelUnavailable, DomainError, NotifyRejected
from backend.domain.identity import IdentityKind
from backend.gateways.channel_trade import (
    ChannelNotify,
    ChannelRefund,
    ChannelRefundState,
    ChannelTrade,
    Merchant,
    TradeState,
)
from backend.gateways.outbound_session import TransportError
from backend.gateways.payment_channel import AskedPayment, AskedRefund, CheckedChannel
from backend.gateways.wechat.pay_client import PayClient
from backend.gateways.wechat.pay_notify import open_notify
from backend.gateways.wechat.pay_params import WechatPayParams
from backend.gateways.wechat.pay_proof import UnprovenError
from backend.gateways.wechat.pay_refund import (
    GAP_S,
    MAX_REASON_CHARS,
    UnreadableRefundError,
    read_refund,
    refusal_of,
)
from backend.gateways.wechat.pay_settings import WechatPaySettings
from backend.gateways.wechat.pay_trade import UnreadableTradeError, merchant_of, read_trade
from backend.gateways.wechat.platform_keys import CertificateShelf, PlatformKeys

__all__ = ["WechatPayGateway", "WechatPaySettings"]

MAX_DESCRIPTION_CHARS = 127
MAX_PREPAY_ID_CHARS = 64

_PAYMENT_NO = re.compile(r"[0-9A-Za-z_-]{6,32}")
_BEIJING = timezone(timedelta(hours=8))
# Refusals that say the number already lives at WeChat, perhaps paid: only a query can tell.
_ASK_AGAIN = {"INVALID_REQUEST", "ORDERPAID", "OUT_TRADE_NO_USED", "TRADE_ERROR", "USERPAYING"}
_CANNOT_BE_PAID = {"ORDER_CLOSED", "ORDER_NOT_EXIST"}

_log = structlog.get_logger(__name__)


class _Prepay(msgspec.Struct):
    prepay_id: str


class _Refusal(msgspec.Struct):
    code: str = ""


class WechatPayGateway:
    """A PaymentChannel: what each call is for, and the errors of all of them, stand there."""

    def __init__(self, settings: WechatPaySettings, shelf: CertificateShelf | None = None) -> None:
        """`shelf` keeps the certificates of a merchant that uses them. ValueError where it is missing."""
        if settings.uses_certificates and shelf is None:
            raise ValueError("A merchant that uses certificates has a shelf for them.")
        self._settings = settings
        self._shelf = shelf if settings.uses_certificates else None
        self._keys = PlatformKeys(settings.platform_public_keys(), self._shelf)
        self._client = PayClient(settings, self._keys)

    @property
    def merchant(self) -> Merchant:
        """Our mchid and appid, and the merchant that a 服务商 collects for."""
        return merchant_of(self._settings.mchid, self._settings.appid, self._settings.sub_mchid)

    @property
    def _for_whom(self) -> dict[str, str]:
        return {"sub_mchid": self._settings.sub_mchid} if self._settings.sub_mchid else {}

    @property
    def payer_kind(self) -> IdentityKind:
        """The person in our mini-program."""
        return IdentityKind.WECHAT_MINI_PROGRAM

    def ask_for(self, payment: AskedPayment) -> str:
        """Order a payment and return its prepay_id, which lives 2 h.

        Source: JSAPI/小程序下单. ValueError for input WeChat's format forbids.
        """
        if payment.payer_key is None:
            raise ChannelUnavailable
        openid, description, expires_at = payment.payer_key, payment.description, payment.expires_at
        _check_payment_no(payment.payment_no)
        if payment.amount_fen < 1 or not 1 <= len(description) <= MAX_DESCRIPTION_CHARS or not openid:
            raise ValueError(
                "An order needs an amount above 0, 1 to 127 characters of description, an openid."
            )
        if expires_at.tzinfo is None:
            raise ValueError("expires_at is an aware datetime.")
        status, text = _attempt(
            lambda: self._client.pay(
                description,
                payment.payment_no,
                {"total": payment.amount_fen, "currency": "CNY"},
                payer={"sp_openid" if self._settings.sub_mchid else "openid": openid},
                **self._for_whom,
                time_expire=expires_at.astimezone(_BEIJING).isoformat(timespec="seconds"),
            )
        )
        if status != 200:  # noqa: PLR2004 - HTTP OK
            raise _refused(status, _code(text))
        return _prepay_id(text)

    def pay_params(self, payment: AskedPayment, handle: str, now: datetime) -> WechatPayParams:
        """Sign what the mini-program hands to `wx.requestPayment`. Source: 小程序调起支付."""
        del payment  # the prepay_id stands for it
        time_stamp, nonce = str(int(now.timestamp())), secrets.token_hex(16)
        package = f"prepay_id={handle}"
        pay_sign: str = self._client.sign([self._settings.appid, time_stamp, nonce, package])
        return WechatPayParams(
            time_stamp=time_stamp, nonce_str=nonce, package=package, sign_type="RSA", pay_sign=pay_sign
        )

    def query(self, payment_no: str) -> ChannelTrade:
        """Return what WeChat knows of a payment; state `missing` when it never took the order. Source: 查询订单."""
        _check_payment_no(payment_no)
        status, text = _attempt(lambda: self._client.query(out_trade_no=payment_no, **self._for_whom))
        if status == 404 and _code(text) == "ORDER_NOT_EXIST":  # noqa: PLR2004 - HTTP not found
            return ChannelTrade(payment_no=payment_no, state=TradeState.MISSING, merchant=self.merchant)
        if status != 200:  # noqa: PLR2004 - HTTP OK
            raise _refused(status, _code(text))
        return _trade_of(payment_no, text)

    def close(self, payment_no: str) -> None:
        """Make sure nobody can pay this number any more; closed or unknown to WeChat is done too.

        ChannelOutcomeUnknown also when it is being paid or has been: query. Source: 关闭订单.
        """
        _check_payment_no(payment_no)
        status, text = _attempt(lambda: self._client.close(payment_no, **self._for_whom))
        if status == 204:  # noqa: PLR2004 - HTTP no content
            return
        if 400 <= status < 500 and _code(text) in _CANNOT_BE_PAID:  # noqa: PLR2004 - HTTP refusals
            return
        raise _refused(status, _code(text))

    @property
    def refund_gap_s(self) -> int:
        """WeChat Pay wants a minute between two refunds of one payment."""
        return GAP_S

    def refund(self, refund: AskedRefund) -> ChannelRefund:
        """Ask for a refund; the number makes a repetition the same one. Source: 申请退款."""
        status, text = _attempt(
            lambda: self._client.refund(
                refund.part_no,
                {"refund": refund.amount_fen, "total": refund.paid_fen, "currency": "CNY"},
                transaction_id=refund.transaction_no,
                reason=refund.reason[:MAX_REASON_CHARS],
                **self._for_whom,
            )
        )
        if status != 200:  # noqa: PLR2004 - HTTP OK
            raise refusal_of(status, _code(text))
        return _refund_of(refund.part_no, text)

    def find_refund(self, refund: AskedRefund) -> ChannelRefund:
        """Return what WeChat knows of a refund; state `missing` when it never took it. Source: 查询单笔退款."""
        status, text = _attempt(lambda: self._client.query_refund(refund.part_no, **self._for_whom))
        if status == 404 and _code(text) == "RESOURCE_NOT_EXISTS":  # noqa: PLR2004 - HTTP not found
            return ChannelRefund(part_no=refund.part_no, state=ChannelRefundState.MISSING, merchant={})
        if status != 200:  # noqa: PLR2004 - HTTP OK
            raise _refused(status, _code(text))
        return _refund_of(refund.part_no, text)

    def check(self, payment_no: str) -> CheckedChannel:
        """WeChat Pay tells only whoever it knows that there is no such order."""
        try:
            status, text = _attempt(lambda: self._client.query(out_trade_no=payment_no, **self._for_whom))
        except ChannelUnavailable:
            return CheckedChannel(CheckResult.UNREACHABLE)
        except ChannelOutcomeUnknown:
            return CheckedChannel(CheckResult.UNPROVEN)
        code = _code(text)
        if status == 404 and code == "ORDER_NOT_EXIST":  # noqa: PLR2004 - HTTP not found
            return CheckedChannel(CheckResult.WORKS)
        return CheckedChannel(CheckResult.REFUSED, code or str(status))

    def renew_proofs(self, now: datetime) -> None:
        """Download WeChat Pay's certificates where they are used and due; nobody waits for them, so failures are logged."""
        if self._shelf is None or not self._shelf.is_due(now):
            return
        try:
            self._client.renew_certificates()
        except (TransportError, UnprovenError) as failure:
            _log.warning("wechat_pay_certificates_unclear", reason=failure.reason)

    def verify_notify(self, headers: Mapping[str, str], body: bytes, now: datetime) -> ChannelNotify:
        """Return the proven content of a notify; NotifyRejected(reason) for anything else. No network call."""
        try:
            return open_notify(
                headers,
                body,
                find_key=self._keys.find,
                api_v3_keys=self._settings.api_v3_keys(),
                now=now,
            )
        except UnprovenError as error:
            rejected = NotifyRejected(reason=error.reason)
        except Exception as error:  # noqa: BLE001 - strangers write this input: every failure is a refusal
            _log.warning("wechat_notify_unreadable", error=type(error).__name__)
            rejected = NotifyRejected(reason="unreadable")
        raise rejected


def _attempt(call: Callable[[], tuple[int, str]]) -> tuple[int, str]:
    try:
        return call()
    except TransportError as failure:
        error: DomainError = ChannelOutcomeUnknown() if failure.sent else ChannelUnavailable()
    except UnprovenError:
        error = ChannelOutcomeUnknown()
    except Exception as trouble:  # noqa: BLE001 - the library raises bare Exception, also after sending
        _log.warning("wechat_pay_unclear", error=type(trouble).__name__)
        error = ChannelOutcomeUnknown()
    raise error


def _refused(status: int, code: str) -> DomainError:
    """Choose by HTTP class first: the codes differ between generations of the documents."""
    if 400 <= status < 500 and code not in _ASK_AGAIN:  # noqa: PLR2004 - HTTP classes
        return ChannelUnavailable()
    return ChannelOutcomeUnknown()


def _code(text: str) -> str:
    try:
        return msgspec.json.decode(text, type=_Refusal).code
    except msgspec.MsgspecError:
        return ""


def _prepay_id(text: str) -> str:
    try:
        prepay_id = msgspec.json.decode(text, type=_Prepay).prepay_id
    except msgspec.MsgspecError:
        prepay_id = ""
    if not 0 < len(prepay_id) <= MAX_PREPAY_ID_CHARS:
        raise ChannelOutcomeUnknown
    return prepay_id


def _trade_of(payment_no: str, text: str) -> ChannelTrade:
    try:
        trade = read_trade(text.encode())
    except UnreadableTradeError:
        trade = None
    if trade is None or trade.payment_no != payment_no:
        _log.warning("wechat_pay_trade_unreadable", payment_no=payment_no)
        raise ChannelOutcomeUnknown
    return trade


def _refund_of(part_no: str, text: str) -> ChannelRefund:
    try:
        refund = read_refund(text.encode(), is_notify=False)
    except UnreadableRefundError:
        refund = None
    if refund is None or refund.part_no != part_no:
        _log.warning("wechat_pay_refund_unreadable", part_no=part_no)
        raise ChannelOutcomeUnknown
    return refund


def _check_payment_no(payment_no: str) -> None:
    if not _PAYMENT_NO.fullmatch(payment_no):
        raise ValueError("A payment number is 6 to 32 characters of [0-9A-Za-z_-].")

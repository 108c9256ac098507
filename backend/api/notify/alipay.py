"""Alipay tells us of a payment. The form proves itself; a stranger learns nothing from the answer."""

from typing import Final

from backend.api.http import limits
from backend.api.http.call import Call
from backend.api.http.route import Reply, Route, Scope
from backend.crash_points import CrashPoint
from backend.domain import errors
from backend.domain.payment import Channel
from backend.services.payments.record_payment_notify import record_payment_notify

_BEFORE_ANSWER: Final = CrashPoint("notify.before_answer")
_TAKEN: Final = b"success"  # the very bytes that Alipay waits for


async def receive(call: Call[bytes, None]) -> Reply:
    """`success` once the payment is durable (also for a repetition); after anything else Alipay sends it again."""
    await call.transact(
        record_payment_notify,
        channel=Channel.ALIPAY,
        account_no=call.path.get("account_no"),
        headers=call.headers,
        body=call.body,
        now=call.now,
    )
    _BEFORE_ANSWER()
    return Reply(body=_TAKEN)


ROUTES: tuple[Route, ...] = (
    Route(
        method="POST",
        path="/notify/alipay",
        scope=Scope.CHANNEL,
        handle=receive,
        summary="支付宝通知",
        errors=(errors.NotifyRejected,),
        limit=limits.NOTIFY,
        is_documented=False,
    ),
    Route(
        method="POST",
        path="/notify/alipay/{account_no}",
        scope=Scope.CHANNEL,
        handle=receive,
        summary="支付宝通知，运营商自己的账户",
        errors=(errors.NotifyRejected,),
        limit=limits.NOTIFY,
        is_documented=False,
    ),
)

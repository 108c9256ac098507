"""WeChat Pay tells us that a payment was made. The body proves itself; a stranger learns nothing from the answer."""

from typing import Final

from backend.api.http import limits
from backend.api.http.call import Call
from backend.api.http.route import Route, Scope
from backend.crash_points import CrashPoint
from backend.domain import errors
from backend.domain.payment import Channel
from backend.services.payments.record_payment_notify import record_payment_notify

_BEFORE_ANSWER: Final = CrashPoint("notify.before_answer")


async def receive(call: Call[bytes, None]) -> None:
    """204 once the payment is durable (also for a repetition); anything else makes WeChat Pay send it again."""
    await call.transact(
        record_payment_notify,
        channel=Channel.WECHAT,
        account_no=call.path.get("account_no"),
        headers=call.headers,
        body=call.body,
        now=call.now,
    )
    _BEFORE_ANSWER()


ROUTES: tuple[Route, ...] = (
    Route(
        method="POST",
        path="/notify/wechat",
        scope=Scope.CHANNEL,
        handle=receive,
        summary="微信支付通知",
        errors=(errors.NotifyRejected,),
        limit=limits.NOTIFY,
        is_documented=False,
    ),
    Route(
        method="POST",
        path="/notify/wechat/{account_no}",
        scope=Scope.CHANNEL,
        handle=receive,
        summary="微信支付通知，运营商自己的账户",
        errors=(errors.NotifyRejected,),
        limit=limits.NOTIFY,
        is_documented=False,
    ),
)

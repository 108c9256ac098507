"""A channel's notify: proven by its signature, then settled, be it a payment or a refund. No network call is made."""

from collections.abc import Mapping
from datetime import datetime

import structlog

from backend.domain.errors import ChannelUnavailable, NotifyRejected
from backend.domain.payment import Channel
from backend.gateways.payment_channel import PaymentChannel
from backend.models.engine.database import reading
from backend.services.payments.account_gateways import find_notified, gateway_of, get_gateway
from backend.services.payments.record_refund import record_refund
from backend.services.payments.settle_payment import settle_payment

_log = structlog.get_logger(__name__)


def record_payment_notify(
    *,
    channel: Channel,
    headers: Mapping[str, str],
    body: bytes,
    now: datetime,
    account_no: str | None = None,
) -> None:
    """Record what a genuine notify reports; one that reports neither payment nor refund is taken and dropped.

    `account_no`: the operator's account whose address it came to; None: the platform's. Its keys alone prove it, and its own
    payments alone it settles. Raises NotifyRejected(reason) for a forged, altered or unfitting one.
    """
    account_id, gateway = _find(channel, account_no)
    notify = gateway.verify_notify(headers, body, now)
    if notify.trade is not None:
        settle_payment(channel=channel, account_id=account_id, trade=notify.trade, now=now)
    elif notify.refund is not None:
        record_refund(channel=channel, account_id=account_id, word=notify.refund, now=now)
    else:
        _log.info("notify_without_payment", notify_id=notify.notify_id, event_type=notify.event_type)


@reading
def _find(channel: Channel, account_no: str | None) -> tuple[int | None, PaymentChannel]:
    if account_no is None:
        return None, get_gateway(channel, None)
    account = find_notified(channel, account_no)
    try:
        return account.id, gateway_of(account)
    except ChannelUnavailable:
        raise NotifyRejected(reason="account_unusable") from None

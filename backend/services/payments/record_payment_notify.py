"""A channel's notify: proven by its signature, then settled, be it a payment or a refund. No network call is made."""

from collections.abc import Mapping
from datetime import datetime

import structlog

from backend.domain.payment import Channel
from backend.gateways import get_payment_channel
from backend.services.payments.record_refund import record_refund
from backend.services.payments.settle_payment import settle_payment

_log = structlog.get_logger(__name__)


def record_payment_notify(
    *, channel: Channel, headers: Mapping[str, str], body: bytes, now: datetime
) -> None:
    """Record what a genuine notify reports; one that reports neither payment nor refund is taken and dropped.

    Raises NotifyRejected(reason) for a forged, altered or unfitting one.
    """
    notify = get_payment_channel(channel).verify_notify(headers, body, now)
    if notify.trade is not None:
        settle_payment(channel=channel, trade=notify.trade, now=now)
    elif notify.refund is not None:
        record_refund(channel=channel, word=notify.refund, now=now)
    else:
        _log.info("notify_without_payment", notify_id=notify.notify_id, event_type=notify.event_type)

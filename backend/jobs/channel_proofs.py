"""What proves the words of payment channels is fetched when it is due, in a thread that may wait for a channel."""

from functools import partial
from typing import Final

import structlog

from backend.gateways import get_payment_channel, list_payment_channels
from backend.gateways.clock import utc_now
from backend.gateways.payment_channel import PaymentChannel
from backend.jobs.timers import OutsideLane
from backend.services.payments.account_gateways import list_certified_gateways

EVERY_S: Final = 10
_log = structlog.get_logger(__name__)


class ChannelProofs:
    """Knows when this process looks next."""

    def __init__(self) -> None:
        self._due_s = 0.0

    def run_due(self, outside: OutsideLane, *, now_s: float) -> None:
        """Let each channel, also at operators' own accounts, renew what it has to; `now_s` is of the monotonic clock."""
        if now_s < self._due_s:
            return
        self._due_s = now_s + EVERY_S
        ours = [get_payment_channel(channel) for channel in list_payment_channels()]
        for channel in (*ours, *list_certified_gateways()):
            outside.offer_work(partial(_renew, channel))


def _renew(channel: PaymentChannel) -> None:
    try:
        channel.renew_proofs(utc_now())
    except Exception:  # noqa: BLE001 - it is due again at the next look
        _log.exception("channel_proofs_put_off", merchant=dict(channel.merchant))

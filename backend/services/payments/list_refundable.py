"""What of a driver's top-ups could still go back through their channels."""

from datetime import datetime
from typing import Any, Final

from peewee import JOIN, Case, fn

from backend.domain.errors import ChannelUnavailable
from backend.domain.payment import Channel, PaymentPurpose, PaymentState
from backend.domain.refund import REFUNDABLE_FOR, PaidTopUp, PartState
from backend.gateways import get_payment_channel
from backend.models import Payment, RefundPart

MOST_TOP_UPS: Final = 500
"""The newest; what is older is paid out by a person."""
_LEFT: Final = (PaymentState.PAID, PaymentState.PART_REFUNDED)


def list_refundable(*, driver_id: int, now: datetime) -> list[PaidTopUp]:
    """The driver's top-ups with what parts of refunds took of them; whoever shares out holds the wallet's lock."""
    given = Case(None, ((RefundPart.state == PartState.RETURNED, 0),), RefundPart.amount_fen)
    rows: Any = (
        Payment.select(
            Payment.id,
            Payment.amount_fen,
            Payment.paid_at,
            fn.COALESCE(fn.SUM(given), 0),
            fn.COUNT(RefundPart.id),
            Payment.channel,
        )
        .join(RefundPart, JOIN.LEFT_OUTER, on=(RefundPart.payment_id == Payment.id))
        .where(
            (Payment.driver_id == driver_id)
            & Payment.state.in_(_LEFT)
            & (Payment.purpose == PaymentPurpose.TOP_UP)
            & (Payment.paid_at >= now - REFUNDABLE_FOR)
        )
        .group_by(Payment.id, Payment.amount_fen, Payment.paid_at, Payment.channel)
        .order_by(Payment.id.desc())
        .limit(MOST_TOP_UPS)
        .tuples()
    )
    return [
        PaidTopUp(
            payment_id=row_id,
            amount_fen=amount_fen,
            paid_at=paid_at,
            given_fen=int(given_fen),
            parts=parts,
            has_channel=_is_built_in(channel),
        )
        for row_id, amount_fen, paid_at, given_fen, parts, channel in rows
    ]


def _is_built_in(channel: Channel) -> bool:
    try:
        get_payment_channel(channel)
    except ChannelUnavailable:
        return False
    return True

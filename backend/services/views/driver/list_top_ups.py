"""A driver's top-ups, newest first, by cursor: what was paid through which channel, and what of it went back."""

from datetime import datetime
from typing import Final

import msgspec

from backend.domain.actor import Actor
from backend.domain.errors import InvalidCursor
from backend.domain.payment import Channel, PaymentPurpose, PaymentState
from backend.models import Payment
from backend.models.engine.database import reading

LARGEST_PAGE: Final = 50


class TopUpRow(msgspec.Struct, frozen=True, kw_only=True):
    payment_no: str
    channel: Channel
    amount_fen: int
    refunded_fen: int
    state: PaymentState
    created_at: datetime
    paid_at: datetime | None


class TopUpPage(msgspec.Struct, frozen=True, kw_only=True):
    """`next_cursor` is None on the last page."""

    top_ups: tuple[TopUpRow, ...]
    next_cursor: str | None


@reading
def list_top_ups(*, driver: Actor, cursor: str | None, limit: int) -> TopUpPage:
    """One page of the driver's own top-ups, those nobody paid among them. Raises InvalidCursor."""
    limit = max(1, min(limit, LARGEST_PAGE))
    query = Payment.select().where(
        (Payment.driver_id == driver.id) & (Payment.purpose == PaymentPurpose.TOP_UP)
    )
    if cursor is not None:
        before = query.where(Payment.payment_no == cursor).first()
        if before is None:
            raise InvalidCursor
        query = query.where(Payment.id < before.id)
    rows = list(query.order_by(Payment.id.desc()).limit(limit + 1))
    shown = rows[:limit]
    return TopUpPage(
        top_ups=tuple(_view(row) for row in shown),
        next_cursor=shown[-1].payment_no if len(rows) > limit else None,
    )


def _view(row: Payment) -> TopUpRow:
    return TopUpRow(
        payment_no=row.payment_no,
        channel=row.channel,
        amount_fen=row.amount_fen,
        refunded_fen=row.refunded_fen,
        state=row.state,
        created_at=row.created_at,
        paid_at=row.paid_at,
    )

"""What would go back, and where to, before the driver asks for it."""

from datetime import datetime

import msgspec

from backend.domain.actor import Actor
from backend.domain.payment import Channel
from backend.domain.refund import allocate, refundable_fen
from backend.domain.units import Fen
from backend.models import Payment
from backend.models.engine.database import reading
from backend.services.ledger.wallets import find_balances
from backend.services.payments.list_refundable import list_refundable


class QuotedPart(msgspec.Struct, frozen=True, kw_only=True):
    """`channel`, `payment_no` and `paid_at` are of the top-up it would go back to; None where a person pays it out."""

    channel: Channel | None
    payment_no: str | None
    paid_at: datetime | None
    amount_fen: int


class RefundQuote(msgspec.Struct, frozen=True, kw_only=True):
    """`amount_fen` is what was asked about, at most `refundable_fen`: available money after what is owed."""

    amount_fen: int
    refundable_fen: int
    available_fen: int
    held_fen: int
    debt_fen: int
    refund_pending_fen: int
    parts: tuple[QuotedPart, ...]


@reading
def quote_refund(*, driver: Actor, amount_fen: int | None, now: datetime) -> RefundQuote:
    """The driver's own; None asks about all of it."""
    wallet = find_balances(driver_no=driver.no)
    most_fen = refundable_fen(wallet.available_fen, wallet.debt_fen)
    asked_fen = most_fen if amount_fen is None else Fen(min(amount_fen, most_fen))
    return RefundQuote(
        amount_fen=asked_fen,
        refundable_fen=most_fen,
        available_fen=wallet.available_fen,
        held_fen=wallet.held_fen,
        debt_fen=wallet.debt_fen,
        refund_pending_fen=wallet.refund_pending_fen,
        parts=_parts(driver, asked_fen, now),
    )


def _parts(driver: Actor, amount_fen: Fen, now: datetime) -> tuple[QuotedPart, ...]:
    shares = allocate(amount_fen, list_refundable(driver_id=driver.id, now=now), now)
    ids = [share.payment_id for share in shares if share.payment_id is not None]
    payments = {row.id: row for row in Payment.select().where(Payment.id.in_(ids))} if ids else {}
    return tuple(
        QuotedPart(
            channel=None if payment is None else payment.channel,
            payment_no=None if payment is None else payment.payment_no,
            paid_at=None if payment is None else payment.paid_at,
            amount_fen=share.amount_fen,
        )
        for share in shares
        for payment in (payments.get(share.payment_id or 0),)
    )

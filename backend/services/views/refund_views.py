"""Refunds as views show them, with their parts and the top-ups these go back to: two queries for any number of refunds."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from peewee import JOIN

from backend.domain.payment import Channel, PaymentPurpose
from backend.domain.refund import PartState, RefundState
from backend.models import Payment, Refund, RefundPart


class RefundPartView(msgspec.Struct, frozen=True, kw_only=True):
    """`channel`, `payment_no`, `purpose` and `paid_at` are of the payment it goes back to; None where a person pays it out."""

    part_no: str
    channel: Channel | None
    payment_no: str | None
    purpose: PaymentPurpose | None
    paid_at: datetime | None
    amount_fen: int
    state: PartState
    sent_at: datetime | None
    ended_at: datetime | None


class RefundView(msgspec.Struct, frozen=True, kw_only=True):
    """`succeeded_fen` has gone back, `returned_fen` came back to the wallet; what is left of the amount goes on."""

    refund_no: str
    amount_fen: int
    state: RefundState
    succeeded_fen: int
    returned_fen: int
    asked_at: datetime
    done_at: datetime | None
    parts: tuple[RefundPartView, ...]


def view_refunds(refunds: Sequence[Refund]) -> tuple[RefundView, ...]:
    """These refunds, in their order."""
    parts = read_parts([refund.id for refund in refunds])
    return tuple(_view(refund, parts.get(refund.id, [])) for refund in refunds)


def read_parts(refund_ids: Sequence[int]) -> dict[int, list[Any]]:
    """The parts of these refunds with `payment_no` and `paid_at` of their payments, in the order they were made."""
    found: dict[int, list[Any]] = {}
    if not refund_ids:
        return found
    rows: Any = (
        RefundPart.select(RefundPart, Payment.payment_no, Payment.purpose, Payment.paid_at)
        .join(Payment, JOIN.LEFT_OUTER, on=(Payment.id == RefundPart.payment_id))
        .where(RefundPart.refund_id.in_(list(refund_ids)))
        .order_by(RefundPart.id)
        .objects()
    )
    for row in rows:
        found.setdefault(row.refund_id, []).append(row)
    return found


def view_part(row: Any) -> RefundPartView:
    """One part, as `read_parts` found it."""
    return RefundPartView(
        part_no=row.part_no,
        channel=row.channel,
        payment_no=row.payment_no,
        purpose=row.purpose,
        paid_at=row.paid_at,
        amount_fen=row.amount_fen,
        state=row.state,
        sent_at=row.sent_at,
        ended_at=row.ended_at,
    )


def sum_of(parts: Sequence[Any], *states: PartState) -> int:
    """What the parts in these states come to, in fen."""
    return sum(part.amount_fen for part in parts if part.state in states)


def _view(refund: Refund, parts: Sequence[Any]) -> RefundView:
    return RefundView(
        refund_no=refund.refund_no,
        amount_fen=refund.amount_fen,
        state=refund.state,
        succeeded_fen=sum_of(parts, PartState.SUCCEEDED),
        returned_fen=sum_of(parts, PartState.RETURNED),
        asked_at=refund.asked_at,
        done_at=refund.done_at,
        parts=tuple(view_part(part) for part in parts),
    )

"""Money a driver paid for one session: whether it came, what the bill took, what went back and how far that is."""

from datetime import datetime

import msgspec

from backend.domain.actor import Actor
from backend.domain.errors import PaymentNotFound
from backend.domain.order import OrderKind
from backend.domain.payment import Channel, PaymentPurpose, PaymentState
from backend.domain.refund import PartState, RefundState
from backend.models import Order, Payment, Refund, RefundPart, Session
from backend.models.engine.database import reading
from backend.services.payments.get_payment import ask_politely
from backend.services.payments.payment_states import OPEN_STATES


class PrepaymentRefund(msgspec.Struct, frozen=True, kw_only=True):
    refund_no: str
    amount_fen: int
    state: RefundState
    asked_at: datetime
    done_at: datetime | None


class PrepaymentView(msgspec.Struct, frozen=True, kw_only=True):
    """`captured_fen` is what the bill took, `written_off_fen` what it asked beyond that and nobody pays.

    `going_back_fen` went back or is on its way, `returned_fen` of it has arrived at the channel. `rest_due_at`: the final
    record is awaited until then, and what is left after that.
    """

    payment_no: str
    session_no: str
    channel: Channel
    amount_fen: int
    state: PaymentState
    created_at: datetime
    expires_at: datetime
    paid_at: datetime | None
    captured_fen: int
    written_off_fen: int
    going_back_fen: int
    returned_fen: int
    rest_due_at: datetime | None
    refunds: tuple[PrepaymentRefund, ...]


def get_prepayment(*, driver: Actor, payment_no: str, now: datetime) -> PrepaymentView:
    """The driver's own prepayment; while it is open the channel is asked first. Not for a transaction.

    Raises PaymentNotFound, also for another driver's and for a top-up.
    """
    view = _read(driver, payment_no)
    if view.state in OPEN_STATES and ask_politely(payment_no=payment_no, now=now):
        return _read(driver, payment_no)
    return view


@reading
def _read(driver: Actor, payment_no: str) -> PrepaymentView:
    row = Payment.get_or_none(
        (Payment.payment_no == payment_no)
        & (Payment.driver_id == driver.id)
        & (Payment.purpose == PaymentPurpose.PREPAY)
    )
    if row is None:
        raise PaymentNotFound
    order = Order.get_or_none((Order.session_id == row.session_id) & (Order.kind == OrderKind.CHARGING))
    parts = list(RefundPart.select().where(RefundPart.payment_id == row.id).order_by(RefundPart.id))
    ids = [part.refund_id for part in parts]
    refunds = list(Refund.select().where(Refund.id.in_(ids)).order_by(Refund.id)) if ids else []
    return PrepaymentView(
        payment_no=row.payment_no,
        session_no=Session.get_by_id(row.session_id).session_no,
        channel=row.channel,
        amount_fen=row.amount_fen,
        state=row.state,
        created_at=row.created_at,
        expires_at=row.expires_at,
        paid_at=row.paid_at,
        captured_fen=0 if order is None else order.captured_fen,
        written_off_fen=0 if order is None else order.written_off_fen,
        going_back_fen=sum(part.amount_fen for part in parts if part.state is not PartState.RETURNED),
        returned_fen=sum(part.amount_fen for part in parts if part.state is PartState.SUCCEEDED),
        rest_due_at=row.rest_due_at,
        refunds=tuple(
            PrepaymentRefund(
                refund_no=one.refund_no,
                amount_fen=one.amount_fen,
                state=one.state,
                asked_at=one.asked_at,
                done_at=one.done_at,
            )
            for one in refunds
        ),
    )

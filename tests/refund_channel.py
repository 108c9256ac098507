"""Money in and back for tests: a top-up that was paid, and a channel in memory that does with refunds what it is told.

It stands where the product meets the outside and keeps WeChat Pay's rules: one number is one refund, never more than paid.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import backend.gateways
from backend.domain.actor import Actor
from backend.domain.errors import ChannelOutcomeUnknown, ChannelUnavailable, RefundRefused
from backend.domain.event import PaymentPaid
from backend.domain.identity import IdentityKind
from backend.domain.ledger import top_up_entry
from backend.domain.payment import Channel, PaymentPurpose, PaymentState
from backend.domain.units import Fen
from backend.gateways.channel_trade import ChannelNotify, ChannelRefund, ChannelRefundState, ChannelTrade
from backend.gateways.ids import new_number
from backend.gateways.payment_channel import AskedPayment, AskedRefund, CheckedChannel, PayParams
from backend.models import Payment
from backend.services.ground.events import write_event
from backend.services.ground.roll_ups import bump_top_up
from backend.services.ledger.post_entry import post_entry

MERCHANT: Final = {"merchant": "ours"}
LOST: Final = "lost"
"""Taken, but its answer is lost."""
AWAY: Final = "away"
REFUSED: Final = "refused"
NOT_OF_REFUNDS: Final = "a refund asks a channel for refunds alone"


def pay_top_up(
    *, driver: Actor, operator_id: int, amount_fen: int, transaction_no: str, now: datetime
) -> Payment:
    """A payment that was paid and credited, with all that belongs to it."""
    payment = Payment.create(
        payment_no=new_number("P", now),
        driver_id=driver.id,
        operator_id=operator_id,
        purpose=PaymentPurpose.TOP_UP,
        channel=Channel.WECHAT,
        amount_fen=amount_fen,
        state=PaymentState.PAID,
        channel_transaction_no=transaction_no,
        created_at=now,
        expires_at=now,
        paid_at=now,
    )
    entry = top_up_entry(driver.no, Channel.WECHAT, Fen(amount_fen), Fen(0))
    post_entry(entry=entry, reference=transaction_no, now=now)
    write_event(
        detail=PaymentPaid(driver_no=driver.no, amount_fen=amount_fen),
        object_no=payment.payment_no,
        operator_id=operator_id,
        now=now,
    )
    bump_top_up(amount_fen=amount_fen, paid_at=now)
    return payment


class RefundingChannel:
    """`next_answers` are what the next calls meet (LOST, AWAY, REFUSED); without any, each is answered.

    `ends_as` is how a refund that it takes ends, at once.
    """

    merchant: Mapping[str, str] = MERCHANT
    payer_kind: IdentityKind | None = None
    refund_gap_s: int = 0

    def __init__(self, *next_answers: str, ends_as: ChannelRefundState = ChannelRefundState.DONE) -> None:
        self.next_answers = list(next_answers)
        self.ends_as = ends_as
        self.taken: dict[str, tuple[AskedRefund, ChannelRefundState]] = {}

    def connect(self) -> None:
        """Be the channel of this process."""
        backend.gateways.configure(channels={Channel.WECHAT: self}, log_ins={})

    def given_fen(self, payment_no: str) -> int:
        """What this channel sent back of a payment."""
        return sum(
            asked.amount_fen
            for asked, state in self.taken.values()
            if asked.payment_no == payment_no and state is ChannelRefundState.DONE
        )

    def check(self, payment_no: str) -> CheckedChannel:
        raise AssertionError(NOT_OF_REFUNDS)

    def renew_proofs(self, now: datetime) -> None:
        raise AssertionError(NOT_OF_REFUNDS)

    def refund(self, refund: AskedRefund) -> ChannelRefund:
        answer = self.next_answers.pop(0) if self.next_answers else ""
        if answer == AWAY:
            raise ChannelUnavailable(reason="refused")
        if answer == REFUSED:
            raise RefundRefused(reason="invalid_request")
        if refund.part_no not in self.taken:
            self._require_room(refund)
            self.taken[refund.part_no] = (refund, self.ends_as)
        if answer == LOST:
            raise ChannelOutcomeUnknown
        return self._word(refund.part_no)

    def find_refund(self, refund: AskedRefund) -> ChannelRefund:
        if self.next_answers and self.next_answers[0] == LOST:
            self.next_answers.pop(0)
            raise ChannelOutcomeUnknown
        if refund.part_no not in self.taken:
            return ChannelRefund(part_no=refund.part_no, state=ChannelRefundState.MISSING, merchant={})
        return self._word(refund.part_no)

    def _require_room(self, refund: AskedRefund) -> None:
        out = sum(
            asked.amount_fen
            for asked, state in self.taken.values()
            if asked.payment_no == refund.payment_no and state is not ChannelRefundState.CLOSED
        )
        assert out + refund.amount_fen <= refund.paid_fen, "more is asked back than was paid"

    def _word(self, part_no: str) -> ChannelRefund:
        asked, state = self.taken[part_no]
        return ChannelRefund(
            part_no=part_no,
            state=state,
            merchant={},
            payment_no=asked.payment_no,
            amount_fen=asked.amount_fen,
            channel_refund_no=f"C{part_no}",
        )

    # a payment is never asked for here: who does has left the refund that is tested

    def ask_for(self, payment: AskedPayment) -> str:
        raise AssertionError(NOT_OF_REFUNDS)

    def pay_params(self, payment: AskedPayment, handle: str, now: datetime) -> PayParams:
        raise AssertionError(NOT_OF_REFUNDS)

    def query(self, payment_no: str) -> ChannelTrade:
        raise AssertionError(NOT_OF_REFUNDS)

    def close(self, payment_no: str) -> None:
        raise AssertionError(NOT_OF_REFUNDS)

    def verify_notify(self, headers: Mapping[str, str], body: bytes, now: datetime) -> ChannelNotify:
        raise AssertionError(NOT_OF_REFUNDS)


def connected(*next_answers: str, **how: Any) -> RefundingChannel:
    """A new channel, connected."""
    channel = RefundingChannel(*next_answers, **how)
    channel.connect()
    return channel

"""Prepayments for tests: a channel in memory that asks for nothing but its name, and what becomes of one that is paid."""

from datetime import datetime

import msgspec
from typing_extensions import override

from backend.domain.actor import Actor
from backend.domain.payment import Channel
from backend.gateways.channel_trade import ChannelTrade, TradeState
from backend.gateways.ids import new_ulid
from backend.gateways.payment_channel import AskedPayment
from backend.models import Payment
from backend.services.charging.begin_prepaid_session import begin_prepaid_session
from backend.services.charging.prepay_session import StartedPrepayment, prepay_session
from backend.services.payments.settle_payment import settle_payment
from tests.refund_channel import MERCHANT, RefundingChannel
from tests.scenario import Scenario

PUBLIC_URL = "https://charge.example"


class Pay(msgspec.Struct, frozen=True):
    number: str
    return_url: str


class PrepayChannel(RefundingChannel):
    """Holds every payment it is asked for, and closes what it is told to."""

    @override
    def ask_for(self, payment: AskedPayment) -> str:
        return f"handle-{payment.payment_no}"

    @override
    def pay_params(self, payment: AskedPayment, handle: str, now: datetime) -> Pay:
        return Pay(payment.payment_no, payment.return_url)

    @override
    def query(self, payment_no: str) -> ChannelTrade:
        return ChannelTrade(payment_no=payment_no, state=TradeState.UNPAID, merchant=MERCHANT)

    @override
    def close(self, payment_no: str) -> None:
        """Nobody can pay it any more."""


def prepay(
    world: Scenario, driver: Actor, amount_fen: int = 5_000, *, gun: int = 1, key: str | None = None
) -> StartedPrepayment:
    """What the phone asks for before the money."""
    return prepay_session(
        driver=driver,
        connector_no=world.known.connectors[gun].connector_no,
        amount_fen=amount_fen,
        channel=Channel.WECHAT,
        is_own_car=None,
        public_url=PUBLIC_URL,
        idempotency_key=key or new_ulid(),
        now=world.now,
    )


def say_paid(world: Scenario, payment_no: str) -> None:
    """The channel's proven word."""
    payment = Payment.get(Payment.payment_no == payment_no)
    trade = ChannelTrade(
        payment_no=payment_no,
        state=TradeState.PAID,
        merchant=MERCHANT,
        amount_fen=payment.amount_fen,
        currency="CNY",
        transaction_no=f"T{payment_no}",
        paid_at=world.now,
        payer="payer-1",
    )
    settle_payment(channel=Channel.WECHAT, account_id=payment.channel_account_id, trade=trade, now=world.now)


def pay(world: Scenario, payment_no: str) -> None:
    """Paid, and its event heard."""
    say_paid(world, payment_no)
    begin_prepaid_session(payment_no=payment_no, now=world.now)

"""A few lives of money, alone and at the same instant; many of them, and deaths at each step: `scripts/prove money`."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

import pytest

from backend.gateways.channel_trade import ChannelRefundState
from backend.gateways.payment_channel import AskedRefund
from backend.models import Order, Payment
from tests.money.judge import judge
from tests.money.life import Life
from tests.money.lives import live

SEEDS: Final = (20_261_126, 20_261_148)
SHORT: Final = 25


@pytest.mark.parametrize("database", ["mariadb"], indirect=True)
@pytest.mark.usefixtures("database")
def test_whatever_channels_say_and_people_tap_at_once_no_fen_is_made_or_lost() -> None:
    tally = live(SEEDS[:1], is_parallel=True)
    assert tally.told == ()
    assert tally.sessions > 0
    assert tally.refunds > 0
    assert tally.idle_fees > 0


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.usefixtures("database")
def test_the_judge_sees_each_kind_of_wrong() -> None:
    """The truth is changed behind the product's back, so that its books are wrong."""
    life = Life(SEEDS[1])
    life.live(SHORT)
    sound = judge(life)
    assert sound.told == ()
    payment = Payment.select().where(Payment.paid_at.is_null(is_null=False)).get()
    channel = life.channels[payment.channel]
    trade = channel.trades[payment.payment_no]

    paid_at, trade.paid_at = trade.paid_at, None
    assert judge(life).false_credits == 1
    trade.paid_at = paid_at
    asked = AskedRefund(
        part_no="RP-second",
        payment_no=payment.payment_no,
        transaction_no=trade.number,
        amount_fen=1,
        paid_fen=payment.amount_fen,
        reason="",
    )
    channel.refunds["RP-second"] = (asked, ChannelRefundState.DONE)
    found = judge(life)
    assert (found.double_refunds, found.drift_fen) == (1, 2), "at the channel, and in the driver's wallet"
    del channel.refunds["RP-second"]
    session_no = next(iter(life.expected_fen))
    life.expected_fen[session_no] += 3
    assert judge(life).fen_off == 3
    car = next(car for car in life.gun.cars.values() if car.fee_fen())
    car.waive(life.world.now)
    assert judge(life).fen_off > 3
    life.count.let_through.append("D0001 is frozen and charged")
    assert judge(life).let_through == 1
    assert Order.select().exists()
    never_told = replace(trade, number="42never", paid_at=(paid_at or life.world.now) + timedelta(seconds=1))
    channel.trades[payment.payment_no] = never_told
    assert judge(life).false_credits == 1

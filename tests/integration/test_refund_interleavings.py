"""Random top-ups, charges, refunds, answers of the channel and acts of staff: the books hold after each, and nobody gains."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

import pytest

from backend.domain.actor import Actor
from backend.domain.errors import DomainError
from backend.domain.ledger import AccountKind, Entry, EntryKind, Posting, account_of
from backend.domain.permission import ActorKind, Permission
from backend.domain.refund import PartState
from backend.gateways.channel_trade import ChannelRefundState
from backend.models import Payment, RefundPart
from backend.services.ledger.post_entry import post_entry
from backend.services.ledger.wallets import find_balances
from backend.services.payments.refund_wallet import refund_wallet
from backend.services.payments.step_refund_part import step_refund_part
from backend.services.upkeep.pay_out_refund_part import pay_out_refund_part
from backend.services.upkeep.retry_refund_part import retry_refund_part
from tests import builders
from tests.invariants import find_violations
from tests.refund_channel import AWAY, LOST, REFUSED, RefundingChannel, connected, pay_top_up

SEEDS: Final = 12
ACTS: Final = 40
HELD: Final = frozenset({"I1", "I2", "I4", "I5", "I6", "I31", "I32", "I33"})
ENDS: Final = (ChannelRefundState.DONE, ChannelRefundState.CLOSED, ChannelRefundState.ABNORMAL)


class Life:
    """One driver, one channel, and a chance."""

    def __init__(self, seed: int, channel: RefundingChannel) -> None:
        self.chance = random.Random(seed)
        self.channel = channel
        self.now: datetime = builders.TEN_O_CLOCK
        self.operator = builders.an_operator(now=self.now, is_platform=True)
        self.driver = builders.actor_of(builders.a_driver(now=self.now))
        self.staff = Actor(
            kind=ActorKind.STAFF,
            id=1,
            no="staff",
            is_platform=True,
            permissions=frozenset({Permission.REFUND_MANAGE.value}),
        )
        self.paid_fen = 0
        self.spent_fen = 0
        self.count = 0

    def live(self) -> None:
        acts: list[Callable[[], None]] = [
            self.top_up,
            self.spend,
            self.ask,
            self.ask,
            self.step,
            self.step,
            self.step,
            self.retry,
            self.pay_out,
        ]
        for _ in range(ACTS):
            self.now += timedelta(seconds=self.chance.choice((1, 61, 3_600, 90_000)))
            self.count += 1
            self.channel.next_answers = self.chance.choices(("", "", "", LOST, AWAY, REFUSED), k=1)
            self.channel.ends_as = self.chance.choice(ENDS)
            try:
                self.chance.choice(acts)()
            except DomainError:
                continue  # refused: too much, or not for a person

    def top_up(self) -> None:
        fen = self.chance.randrange(100, 5_000)
        pay_top_up(
            driver=self.driver,
            operator_id=self.operator.id,
            amount_fen=fen,
            transaction_no=f"42{self.count:08d}",
            now=self.now,
        )
        self.paid_fen += fen

    def spend(self) -> None:
        fen = self.chance.randrange(0, find_balances(driver_no=self.driver.no).available_fen + 1)
        if fen:
            postings = (
                Posting(account_of(AccountKind.AVAILABLE, self.driver.no), -fen),
                Posting(account_of(AccountKind.SERVICE_INCOME, self.operator.operator_no), fen),
            )
            post_entry(entry=Entry(EntryKind.SETTLE, postings), reference=f"spent-{self.count}", now=self.now)
            self.spent_fen += fen

    def ask(self) -> None:
        fen = self.chance.randrange(1, 3_000)
        refund_wallet(driver=self.driver, amount_fen=fen, idempotency_key=f"k{self.count}", now=self.now)

    def step(self) -> None:
        step_refund_part(part_no=self._some_part(), now=self.now)

    def retry(self) -> None:
        retry_refund_part(staff=self.staff, part_no=self._some_part(), now=self.now)

    def pay_out(self) -> None:
        pay_out_refund_part(
            staff=self.staff,
            part_no=self._some_part(),
            reference=f"T{self.count}",
            reason="试",
            now=self.now,
        )

    def _some_part(self) -> str:
        numbers = [part.part_no for part in RefundPart.select()]
        return self.chance.choice(numbers) if numbers else "none"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("seed", range(SEEDS))
def test_whatever_happens_in_whatever_order_no_fen_is_made_or_lost(database: str, seed: int) -> None:
    del database
    channel = connected()
    life = Life(seed, channel)
    life.live()
    assert [str(one) for one in find_violations() if one.invariant in HELD] == []
    parts = list(RefundPart.select())
    by_hand = [part for part in parts if part.payout_reference]
    for payment in Payment.select():
        booked = sum(
            part.amount_fen
            for part in parts
            if part.payment_id == payment.id and part.state is PartState.SUCCEEDED and part not in by_hand
        )
        # what the channel paid and we have not heard of yet is pending still
        unheard = sum(
            part.amount_fen
            for part in parts
            if part.payment_id == payment.id
            and part.state in {PartState.HELD, PartState.UNKNOWN, PartState.SENT}
        )
        assert booked <= channel.given_fen(payment.payment_no) <= booked + unheard
    wallet = find_balances(driver_no=life.driver.no)
    gone = sum(part.amount_fen for part in parts if part.state is PartState.SUCCEEDED)
    assert life.paid_fen == wallet.available_fen + wallet.refund_pending_fen + gone + life.spent_fen

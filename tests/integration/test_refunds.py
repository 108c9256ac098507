"""Refunds against the real sandbox process: the money is held, goes back once under one number, or comes back."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from backend.domain.actor import Actor
from backend.domain.errors import (
    ChannelOutcomeUnknown,
    Forbidden,
    IdempotencyKeyReused,
    RefundNotFound,
    RefundPartClosed,
    RefundTooMuch,
)
from backend.domain.ledger import AccountKind, Entry, EntryKind, Posting, account_of
from backend.domain.payment import Channel, PaymentState
from backend.domain.permission import ActorKind, Permission
from backend.domain.refund import HELD_FOR, PartState, RefundState
from backend.gateways.clock import utc_now
from backend.models import AuditRow, Payment, Refund, RefundPart
from backend.models.ledger import LedgerEntry
from backend.services.ledger.post_entry import post_entry
from backend.services.ledger.wallets import WalletBalances, find_balances
from backend.services.payments.claim_refund_steps import claim_refund_steps
from backend.services.payments.query_payment import query_payment
from backend.services.payments.refund_wallet import refund_wallet
from backend.services.payments.step_refund_part import step_refund_part
from backend.services.payments.top_up_wallet import top_up_wallet
from backend.services.upkeep.pay_out_refund_part import pay_out_refund_part
from backend.services.upkeep.retry_refund_part import retry_refund_part
from backend.services.views.desk.get_refund_for_staff import get_refund_for_staff
from backend.services.views.desk.list_refunds_for_staff import list_refunds_for_staff
from backend.services.views.driver.list_top_ups import list_top_ups
from backend.services.views.driver.quote_refund import quote_refund
from tests import builders
from tests.at_once import at_once
from tests.invariants import check_invariants
from tests.pay_channel import Sandbox, running_sandbox, sandbox_gateways
from tests.waiting import wait_until


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with running_sandbox(tmp_path_factory.mktemp("sandbox")) as running:
        yield running


class Desk:
    """A driver who topped up 50 and then 20 yuan by WeChat Pay."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.now = utc_now()
        self.operator = builders.an_operator(now=self.now, is_platform=True)
        self.driver = builders.a_driver(now=self.now)
        self.actor = builders.actor_of(self.driver)
        self.first, self.second = self.top_up("k1", 5_000), self.top_up("k2", 2_000)
        self.staff = Actor(
            kind=ActorKind.STAFF,
            id=builders.a_staff(operator=self.operator, now=self.now).id,
            no="staff",
            is_platform=True,
            permissions=frozenset(one.value for one in Permission),
        )

    def top_up(self, key: str, amount_fen: int) -> Payment:
        started = top_up_wallet(
            driver=self.actor,
            amount_fen=amount_fen,
            channel=Channel.WECHAT,
            idempotency_key=key,
            now=self.now,
        )
        self.sandbox.pay(started.payment_no)
        query_payment(payment_no=started.payment_no, now=self.now)
        return Payment.get(Payment.payment_no == started.payment_no)

    def ask(self, amount_fen: int, key: str = "k") -> Refund:
        number = refund_wallet(driver=self.actor, amount_fen=amount_fen, idempotency_key=key, now=self.now)
        return Refund.get(Refund.refund_no == number)

    def step(self, part: RefundPart, **later: float) -> RefundPart:
        step_refund_part(part_no=part.part_no, now=self.now + timedelta(**later))
        return self.row(part)

    def until(self, part: RefundPart, state: PartState, **later: float) -> RefundPart:
        """Step after step, as the jobs do, until the channel has ended it."""
        wait_until(lambda: self.step(part, **later).state is state, f"the part is {state}")
        return self.row(part)

    def faults(self, **faults: object) -> None:
        self.sandbox.control("faults", faults)

    def wallet(self) -> WalletBalances:
        return find_balances(driver_no=self.driver.driver_no)

    def row(self, part: RefundPart) -> RefundPart:
        return RefundPart.get_by_id(part.id)

    def owe(self, fen: int) -> None:
        """A bill that the wallet did not pay."""
        postings = (
            Posting(account_of(AccountKind.DEBT, self.driver.driver_no), -fen),
            Posting(account_of(AccountKind.SERVICE_INCOME, self.operator.operator_no), fen),
        )
        post_entry(entry=Entry(EntryKind.SETTLE, postings), reference="test-debt", now=self.now)

    def at_channel(self, part: RefundPart) -> Any:
        return [one for one in self.sandbox.refunds() if one["out_refund_no"] == part.part_no]


@pytest.fixture
def desk(database: str, process: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with sandbox_gateways(process, monkeypatch):
        yield Desk(process)


def parts_of(refund: Refund) -> list[RefundPart]:
    return list(RefundPart.select().where(RefundPart.refund_id == refund.id).order_by(RefundPart.id))


def refund_entries() -> int:
    return LedgerEntry.select().where(LedgerEntry.kind == EntryKind.REFUND).count()


def test_all_of_a_wallet_goes_back_newest_top_up_first(desk: Desk) -> None:
    quoted = quote_refund(driver=desk.actor, amount_fen=6_000, now=desk.now)
    refund = desk.ask(6_000)
    assert (desk.wallet().available_fen, desk.wallet().refund_pending_fen) == (1_000, 6_000)
    parts = parts_of(refund)
    assert [(part.payment_id, part.amount_fen) for part in parts] == [
        (desk.second.id, 2_000),
        (desk.first.id, 4_000),
    ]
    assert [part.payment_no for part in quoted.parts] == [desk.second.payment_no, desk.first.payment_no]
    check_invariants()
    for part in parts:
        desk.until(part, PartState.SUCCEEDED)
    refund = Refund.get_by_id(refund.id)
    assert (refund.state, refund.done_at is not None) == (RefundState.DONE, True)
    assert (desk.wallet().available_fen, desk.wallet().refund_pending_fen) == (1_000, 0)
    page = list_top_ups(driver=desk.actor, cursor=None, limit=10)
    assert [(row.state, row.refunded_fen) for row in page.top_ups] == [
        (PaymentState.REFUNDED, 2_000),
        (PaymentState.PART_REFUNDED, 4_000),
    ]
    check_invariants()


def test_what_is_owed_is_paid_first_and_never_more_than_is_left_goes(desk: Desk) -> None:
    desk.owe(500)
    with pytest.raises(RefundTooMuch) as refused:
        desk.ask(6_501)
    assert refused.value.data == {"refundable_fen": 6_500}
    desk.ask(6_500)
    wallet = desk.wallet()
    assert (wallet.available_fen, wallet.debt_fen, wallet.refund_pending_fen) == (0, 0, 6_500)
    with pytest.raises(RefundTooMuch):
        desk.ask(1, key="another")


def test_one_key_is_one_refund_however_often_it_is_tapped(desk: Desk) -> None:
    outcomes = at_once([lambda: desk.ask(1_000)] * 10)
    assert Counter(outcomes) == {"ok": 10}
    assert (Refund.select().count(), desk.wallet().available_fen) == (1, 6_000)
    with pytest.raises(IdempotencyKeyReused):
        desk.ask(1_001)


def test_two_phones_cannot_take_the_same_money_back(desk: Desk) -> None:
    outcomes = at_once([partial(desk.ask, 7_000, key=f"k{number}") for number in range(6)])
    assert Counter(outcomes) == {"ok": 1, "refund_too_much": 5}
    assert Refund.select().count() == 1
    check_invariants()


def test_a_lost_answer_never_makes_a_second_refund(desk: Desk) -> None:
    (part,) = parts_of(desk.ask(1_500))
    desk.faults(accept_then_drop=True, notify_drop=True)
    assert desk.step(part).state is PartState.UNKNOWN
    desk.faults(notify_drop=True)
    desk.until(part, PartState.SUCCEEDED)
    assert len(desk.at_channel(part)) == 1
    assert (refund_entries(), len(desk.sandbox.refunds_of(desk.second.payment_no))) == (1, 1)


def test_what_surely_did_not_arrive_is_sent_again_under_its_number(desk: Desk) -> None:
    (part,) = parts_of(desk.ask(1_500))
    desk.faults(http_status=403, http_code="NOT_ENOUGH")
    row = desk.step(part)
    assert (row.state, row.last_error) == (PartState.HELD, "channel_unavailable not_enough")
    gaps = []
    for _ in range(4):
        row = desk.step(part)
        assert row.next_step_at is not None
        gaps.append(row.next_step_at - desk.now)
    assert gaps == sorted(gaps)
    assert gaps[-1] > gaps[0]
    desk.faults()
    assert desk.until(part, PartState.SUCCEEDED).part_no == part.part_no


def test_two_refunds_of_one_payment_keep_the_minute_the_channel_asks_for(desk: Desk) -> None:
    (one,) = parts_of(desk.ask(500, key="a"))
    (two,) = parts_of(desk.ask(500, key="b"))
    assert one.payment_id == two.payment_id
    desk.until(one, PartState.SUCCEEDED)
    row = desk.step(two)
    assert (row.state, row.sent_at) == (PartState.HELD, None)
    sent_at = desk.row(one).sent_at
    assert sent_at is not None
    assert row.next_step_at == sent_at + timedelta(seconds=60)
    desk.until(two, PartState.SUCCEEDED, seconds=61)


def test_a_refund_the_channel_gives_up_comes_back_debt_first(desk: Desk) -> None:
    desk.faults(refund_outcome="CLOSED")
    refund = desk.ask(1_500)
    (part,) = parts_of(refund)
    desk.owe(200)
    desk.until(part, PartState.RETURNED)
    wallet = desk.wallet()
    assert (wallet.available_fen, wallet.debt_fen, wallet.refund_pending_fen) == (6_800, 0, 0)
    assert Refund.get_by_id(refund.id).state is RefundState.RETURNED
    desk.faults()
    (again,) = parts_of(desk.ask(1_500, key="again"))
    assert again.payment_id == part.payment_id
    desk.until(again, PartState.SUCCEEDED, seconds=61)


def test_what_the_channel_cannot_pay_out_is_paid_by_a_person_and_closed(desk: Desk) -> None:
    desk.faults(refund_outcome="ABNORMAL")
    refund = desk.ask(1_500)
    (part,) = parts_of(refund)
    desk.until(part, PartState.ABNORMAL)
    assert get_refund_for_staff(staff=desk.staff, refund_no=refund.refund_no).parts[0].allowed_actions == (
        "retry",
        "pay_out",
    )
    for _ in range(2):
        pay_out(desk, part, reference="T-1")
    with pytest.raises(RefundPartClosed):
        pay_out(desk, part, reference="T-2")
    row = desk.row(part)
    assert (row.state, row.payout_reference, row.payout_by_id) == (PartState.SUCCEEDED, "T-1", desk.staff.id)
    assert Refund.get_by_id(refund.id).state is RefundState.DONE
    assert AuditRow.select().where(AuditRow.action == "refund.pay_out").count() == 1
    assert refund_entries() == 1
    check_invariants()


def test_nobody_pays_out_what_the_channel_paid_after_all(desk: Desk) -> None:
    """Somebody started it anew at the channel's own desk; its notify was lost."""
    desk.faults(refund_outcome="ABNORMAL")
    (part,) = parts_of(desk.ask(1_500))
    desk.until(part, PartState.ABNORMAL)
    desk.faults(notify_drop=True)
    desk.sandbox.control("refunds/end", {"out_refund_no": part.part_no, "outcome": "SUCCESS"})
    desk.faults(http_status=500)
    with pytest.raises(ChannelOutcomeUnknown):
        pay_out(desk, part, reference="T-1")
    desk.faults()
    with pytest.raises(RefundPartClosed):
        pay_out(desk, part, reference="T-1")
    row = desk.row(part)
    assert (row.state, row.payout_reference) == (PartState.SUCCEEDED, "")
    assert refund_entries() == 1


def test_what_no_top_up_covers_and_what_is_too_old_waits_for_a_person_at_once(desk: Desk) -> None:
    Payment.update(paid_at=desk.now - timedelta(days=365)).where(Payment.id == desk.first.id).execute()
    refund = desk.ask(3_000)
    by_channel, by_hand = parts_of(refund)
    assert (by_channel.payment_id, by_channel.amount_fen) == (desk.second.id, 2_000)
    assert (by_hand.payment_id, by_hand.amount_fen, by_hand.state) == (None, 1_000, PartState.ABNORMAL)
    with pytest.raises(RefundPartClosed):
        retry_refund_part(staff=desk.staff, part_no=by_hand.part_no, now=desk.now)
    desk.until(by_channel, PartState.SUCCEEDED)
    assert Refund.get_by_id(refund.id).state is RefundState.NEEDS_STAFF
    pay_out(desk, by_hand, reference="T-1")
    assert Refund.get_by_id(refund.id).state is RefundState.DONE
    assert desk.wallet().refund_pending_fen == 0


def test_a_refused_refund_is_for_a_person_once_the_channel_says_that_it_has_none(desk: Desk) -> None:
    (part,) = parts_of(desk.ask(1_500))
    desk.faults(http_status=403, http_code="USER_ACCOUNT_ABNORMAL", times=1)
    row = desk.step(part)
    assert (row.state, row.last_error) == (PartState.ABNORMAL, "refund_refused payer_account")
    retry_refund_part(staff=desk.staff, part_no=part.part_no, now=desk.now)
    assert claim_refund_steps(limit=10, now=desk.now) == [part.part_no]
    assert claim_refund_steps(limit=10, now=desk.now) == []
    desk.until(part, PartState.SUCCEEDED)


def test_a_refusal_after_a_lost_answer_is_not_believed(desk: Desk) -> None:
    (part,) = parts_of(desk.ask(1_500))
    desk.faults(accept_then_drop=True, notify_drop=True)
    desk.step(part)
    # as if the process had died before it wrote down what it asked
    RefundPart.update(state=PartState.HELD).execute()
    desk.faults(http_status=403, http_code="INVALID_REQUEST", times=1)
    assert desk.step(part).state in {PartState.SENT, PartState.SUCCEEDED}
    desk.until(part, PartState.SUCCEEDED)
    assert len(desk.sandbox.refunds_of(desk.second.payment_no)) == 1


def test_what_no_channel_takes_for_days_is_for_a_person(desk: Desk) -> None:
    (part,) = parts_of(desk.ask(1_500))
    later = HELD_FOR.total_seconds() + 60
    desk.faults(http_status=403, http_code="NOT_ENOUGH", times=1)
    row = desk.step(part, seconds=later)
    assert (row.state, row.last_error) == (PartState.ABNORMAL, "refund_refused not_enough")


def test_notifies_settle_a_refund_and_forged_or_repeated_ones_do_not(desk: Desk) -> None:
    (part,) = parts_of(desk.ask(1_500))
    desk.faults(notify_duplicates=5, notify_tamper={"refund": 1})
    desk.step(part)
    wait_until(lambda: bool(told(desk, "REFUND.SUCCESS")), "the notifies arrived")
    wait_until(lambda: AuditRow.select().where(AuditRow.action == "refund.mismatch.amount").exists(), "noted")
    assert desk.row(part).state is PartState.SENT
    desk.faults(notify_duplicates=5)
    wait_until(lambda: desk.row(part).state is PartState.SUCCEEDED, "a true notify arrived")
    assert refund_entries() == 1
    check_invariants()


def test_staff_without_the_permission_or_the_platform_touch_nothing(desk: Desk) -> None:
    desk.faults(refund_outcome="ABNORMAL")
    refund = desk.ask(1_500)
    (part,) = parts_of(refund)
    desk.until(part, PartState.ABNORMAL)
    reader = Actor(
        kind=ActorKind.STAFF,
        id=1,
        no="r",
        is_platform=True,
        permissions=frozenset({Permission.REFUND_READ.value}),
    )
    elsewhere = Actor(
        kind=ActorKind.STAFF, id=2, no="e", operator_id=99, permissions=frozenset(desk.staff.permissions)
    )
    for someone, refusal in ((reader, Forbidden), (elsewhere, RefundNotFound)):
        for act in (
            lambda who=someone: pay_out(desk, part, reference="T", staff=who),
            lambda who=someone: retry_refund_part(staff=who, part_no=part.part_no, now=desk.now),
        ):
            with pytest.raises(refusal):
                act()
    assert get_refund_for_staff(staff=reader, refund_no=refund.refund_no).parts[0].allowed_actions == ()
    with pytest.raises(RefundNotFound):
        get_refund_for_staff(staff=elsewhere, refund_no=refund.refund_no)
    assert listed(desk, elsewhere).refunds == ()


def test_the_desk_sees_the_queue_and_how_long_refunds_take(desk: Desk) -> None:
    desk.faults(notify_drop=True)
    (part,) = parts_of(desk.ask(500, key="a"))
    desk.until(part, PartState.SUCCEEDED, seconds=40)
    waiting = desk.ask(1_000, key="b")
    page = listed(desk, desk.staff)
    assert [row.state for row in page.refunds] == [RefundState.IN_PROGRESS, RefundState.DONE]
    assert (page.figures.median_s, page.figures.timed, page.figures.going.count) == (40, 1, 1)
    assert page.figures.oldest_asked_at == Refund.get_by_id(waiting.id).asked_at
    found = listed(desk, desk.staff, number=parts_of(waiting)[0].part_no.lower())
    assert [row.refund_no for row in found.refunds] == [waiting.refund_no]


def listed(desk: Desk, staff: Actor, number: str | None = None) -> Any:
    return list_refunds_for_staff(
        staff=staff, state=None, driver_no=None, number=number, cursor=None, limit=20, now=desk.now
    )


def pay_out(desk: Desk, part: RefundPart, *, reference: str, staff: Actor | None = None) -> None:
    pay_out_refund_part(
        staff=staff or desk.staff, part_no=part.part_no, reference=reference, reason="卡已注销", now=desk.now
    )


def told(desk: Desk, event_type: str) -> list[Any]:
    return [one for one in desk.sandbox.notifies(desk.second.payment_no) if one["event_type"] == event_type]

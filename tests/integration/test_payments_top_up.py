"""Top-ups against the real sandbox process: each step may break off, and the money still arrives once."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec
import pytest

from backend.domain.errors import (
    AmountOutOfRange,
    ChannelOutcomeUnknown,
    ChannelUnavailable,
    IdempotencyKeyReused,
    PaymentNotFound,
    ServiceUnavailable,
)
from backend.domain.payment import Channel, PaymentState
from backend.gateways import configure, get_payment_channel
from backend.gateways.clock import utc_now
from backend.live import rate_limit
from backend.models import AuditRow, IdempotencyKey, Operator, Payment, Timer
from backend.models.ledger import LedgerEntry
from backend.services.ledger.wallets import find_balances
from backend.services.payments.get_payment import get_payment
from backend.services.payments.query_payment import query_payment
from backend.services.payments.top_up_wallet import StartedTopUp, top_up_wallet
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
    """A driver who tops up 50 yuan; the clock is the real one, moved by hand for the poller."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.now = utc_now()
        self.operator = builders.an_operator(now=self.now, is_platform=True)
        self.driver = builders.a_driver(now=self.now)
        self.actor = builders.actor_of(self.driver)

    def top_up(
        self, key: str = "k", amount_fen: int = 5_000, channel: Channel = Channel.WECHAT
    ) -> StartedTopUp:
        return top_up_wallet(
            driver=self.actor, amount_fen=amount_fen, channel=channel, idempotency_key=key, now=self.now
        )

    def query(self, payment_no: str, **later: float) -> None:
        query_payment(payment_no=payment_no, now=self.now + timedelta(**later))

    def faults(self, **faults: object) -> None:
        self.sandbox.control("faults", faults)

    def balance(self) -> int:
        return find_balances(driver_no=self.driver.driver_no).available_fen


@pytest.fixture
def desk(database: str, process: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with sandbox_gateways(process, monkeypatch):
        yield Desk(process)


def row(payment_no: str) -> Payment:
    return Payment.get(Payment.payment_no == payment_no)


def due_at(payment_no: str) -> datetime:
    return Timer.get(Timer.subject_no == payment_no).due_at


def test_a_top_up_is_ordered_paid_notified_and_credited(desk: Desk) -> None:
    started = desk.top_up()
    assert (started.state, started.amount_fen) == (PaymentState.AWAITING, 5_000)
    assert started.expires_at - desk.now <= timedelta(minutes=30)
    pay = msgspec.to_builtins(started)["pay"]
    assert set(pay) == {"timeStamp", "nonceStr", "package", "signType", "paySign"}
    handle = row(started.payment_no).pay_handle
    assert pay["package"] == f"prepay_id={handle}"
    assert desk.sandbox.control("pay", {"prepay_id": handle, **pay}) == {"errMsg": "requestPayment:ok"}
    wait_until(lambda: desk.balance() == 5_000, "the notify credits the wallet")
    view = get_payment(driver=desk.actor, payment_no=started.payment_no, now=desk.now)
    assert (view.state, view.paid_at is not None) == (PaymentState.PAID, True)
    assert Timer.select().count() == 0
    check_invariants()


def test_the_same_key_goes_on_with_the_same_payment(desk: Desk) -> None:
    first, second = desk.top_up("k"), desk.top_up("k")
    assert first.payment_no == second.payment_no
    assert second.pay is not None
    assert (Payment.select().count(), Timer.select().count()) == (1, 1)
    assert desk.top_up("other").payment_no != first.payment_no


def test_the_same_key_with_another_amount_is_refused(desk: Desk) -> None:
    desk.top_up("k", 5_000)
    with pytest.raises(IdempotencyKeyReused):
        desk.top_up("k", 5_001)
    assert Payment.select().count() == 1


def test_fifty_taps_with_one_key_are_one_payment(desk: Desk) -> None:
    seen: list[str] = []
    outcomes = at_once([lambda: seen.append(desk.top_up("k").payment_no)] * 50)
    assert Counter(outcomes) == {"ok": 50}
    assert (len(set(seen)), Payment.select().count(), IdempotencyKey.select().count()) == (1, 1, 1)


@pytest.mark.parametrize("amount_fen", [-1, 0, 99, 500_001])
def test_an_amount_outside_the_range_is_refused(desk: Desk, amount_fen: int) -> None:
    with pytest.raises(AmountOutOfRange) as refusal:
        desk.top_up(amount_fen=amount_fen)
    assert refusal.value.data == {"min_fen": 100, "max_fen": 500_000}
    assert (Payment.select().count(), IdempotencyKey.select().count()) == (0, 0)


def test_a_channel_that_is_not_built_in_is_refused(desk: Desk) -> None:
    configure(channels={Channel.WECHAT: get_payment_channel(Channel.WECHAT)}, log_ins={})
    with pytest.raises(ChannelUnavailable):
        desk.top_up(channel=Channel.ALIPAY)
    assert Payment.select().count() == 0


def test_without_a_platform_operator_nothing_is_begun(desk: Desk) -> None:
    Operator.update(is_platform=False).execute()
    with pytest.raises(ServiceUnavailable):
        desk.top_up()
    assert (Payment.select().count(), IdempotencyKey.select().count()) == (0, 0)


def test_a_lost_answer_is_unknown_and_the_same_key_goes_on(desk: Desk) -> None:
    desk.faults(accept_then_drop=True, times=1)
    with pytest.raises(ChannelOutcomeUnknown):
        desk.top_up("k")
    (unknown,) = Payment.select()
    assert (unknown.state, unknown.last_error) == (PaymentState.UNKNOWN, "channel_outcome_unknown")
    again = desk.top_up("k")
    assert (again.payment_no, again.state) == (unknown.payment_no, PaymentState.AWAITING)
    assert again.pay is not None


def test_an_order_whose_answer_was_lost_can_be_paid_and_is_credited_by_the_query(desk: Desk) -> None:
    desk.faults(accept_then_drop=True, times=1)
    with pytest.raises(ChannelOutcomeUnknown):
        desk.top_up("k")
    payment_no = Payment.get().payment_no
    desk.faults(notify_drop=True)
    desk.sandbox.pay(payment_no)
    desk.query(payment_no, seconds=10)
    assert (row(payment_no).state, desk.balance()) == (PaymentState.PAID, 5_000)
    assert desk.top_up("k").pay is None


def test_a_refusing_channel_leaves_the_payment_to_be_tried_again(desk: Desk) -> None:
    desk.faults(http_status=429, times=1)
    with pytest.raises(ChannelUnavailable):
        desk.top_up("k")
    (created,) = Payment.select()
    assert (created.state, created.last_error) == (PaymentState.CREATED, "channel_unavailable")
    assert desk.top_up("k").state is PaymentState.AWAITING
    assert row(created.payment_no).last_error == ""


@pytest.mark.parametrize("fault", [{"http_status": 500}, {"response_bad_signature": True}])
def test_an_answer_that_proves_nothing_is_unknown(desk: Desk, fault: dict[str, object]) -> None:
    desk.faults(**fault, times=1)
    with pytest.raises(ChannelOutcomeUnknown):
        desk.top_up("k")
    assert Payment.get().state is PaymentState.UNKNOWN


def test_a_lost_notify_is_made_good_by_the_query(desk: Desk) -> None:
    payment_no = desk.top_up().payment_no
    desk.faults(notify_drop=True)
    desk.sandbox.pay(payment_no)
    wait_until(lambda: bool(desk.sandbox.notifies(payment_no)), "the sandbox has lost a notify")
    assert desk.balance() == 0
    desk.query(payment_no, seconds=10)
    assert (row(payment_no).state, desk.balance()) == (PaymentState.PAID, 5_000)
    assert Timer.select().count() == 0
    check_invariants()


def test_notify_copies_and_queries_at_once_credit_once(desk: Desk) -> None:
    payment_no = desk.top_up().payment_no
    desk.faults(notify_duplicates=5)
    desk.sandbox.pay(payment_no)
    outcomes = at_once([lambda: desk.query(payment_no, seconds=10)] * 5)
    assert Counter(outcomes) == {"ok": 5}

    def all_told() -> bool:
        """Each copy was answered, or the sandbox gave up waiting for a busy machine."""
        copies = desk.sandbox.notifies(payment_no)
        return len(copies) >= 6 and all(copy["status"] or copy["error"] for copy in copies)

    wait_until(all_told, "all copies were told")
    assert {copy["status"] for copy in desk.sandbox.notifies(payment_no)} <= {204, None}
    assert (desk.balance(), LedgerEntry.select().count()) == (5_000, 1)
    check_invariants()


def test_tampered_notifies_credit_nothing_and_the_true_one_does(desk: Desk) -> None:
    payment_no = desk.top_up().payment_no
    desk.faults(notify_tamper={"amount": 1}, notify_only_for=payment_no, times=2)
    desk.sandbox.pay(payment_no)
    wait_until(lambda: desk.balance() == 5_000, "the true notify follows")
    statuses = [one["status"] for one in desk.sandbox.notifies(payment_no)]
    assert set(statuses[:2]) <= {400, None}  # None: the sandbox gave up waiting for a busy machine
    assert AuditRow.select().where(AuditRow.action == "payment.mismatch.amount").count() == 1
    assert LedgerEntry.select().count() == 1


def test_questions_grow_rarer_and_never_miss_the_end(desk: Desk) -> None:
    started = desk.top_up()
    payment_no = started.payment_no
    assert due_at(payment_no) == desk.now + timedelta(seconds=10)
    asked_s, waits = 10, []
    for _ in range(4):
        desk.query(payment_no, seconds=asked_s)
        wait_s = int((due_at(payment_no) - desk.now).total_seconds()) - asked_s
        waits.append(wait_s)
        asked_s += wait_s
    assert waits == [30, 60, 300, 300]
    assert row(payment_no).queries == 4
    desk.query(payment_no, seconds=1_790)
    assert due_at(payment_no) == started.expires_at


def test_an_unpaid_payment_is_closed_at_its_end_and_cannot_be_paid_any_more(desk: Desk) -> None:
    payment_no = desk.top_up().payment_no
    desk.query(payment_no, minutes=31)
    assert (row(payment_no).state, Timer.select().count()) == (PaymentState.CLOSED, 0)
    assert row(payment_no).closed_at == desk.now + timedelta(minutes=31)
    assert desk.sandbox.pay(payment_no)["code"] == "ORDER_CLOSED"
    repeat = desk.top_up("k")
    assert (repeat.payment_no, repeat.state, repeat.pay) == (payment_no, PaymentState.CLOSED, None)


def test_a_payment_paid_at_the_last_moment_is_credited_not_closed(desk: Desk) -> None:
    payment_no = desk.top_up().payment_no
    desk.faults(notify_drop=True)
    desk.sandbox.pay(payment_no)
    desk.query(payment_no, minutes=31)
    assert (row(payment_no).state, desk.balance()) == (PaymentState.PAID, 5_000)


def test_money_paid_after_the_close_is_credited(desk: Desk) -> None:
    payment_no = desk.top_up().payment_no
    desk.query(payment_no, minutes=31)
    desk.faults(pay_after_close=True)
    desk.sandbox.pay(payment_no)
    wait_until(lambda: desk.balance() == 5_000, "the late notify credits the wallet")
    assert row(payment_no).state is PaymentState.PAID


def test_a_payment_the_channel_never_took_is_closed_at_its_end(desk: Desk) -> None:
    desk.faults(http_status=429, times=1)
    with pytest.raises(ChannelUnavailable):
        desk.top_up("k")
    payment_no = Payment.get().payment_no
    desk.query(payment_no, seconds=10)
    assert row(payment_no).state is PaymentState.CREATED
    desk.query(payment_no, minutes=31)
    assert row(payment_no).state is PaymentState.CLOSED


def test_a_channel_that_cannot_be_asked_is_asked_again_later(desk: Desk) -> None:
    payment_no = desk.top_up().payment_no
    desk.faults(http_status=500)
    desk.query(payment_no, seconds=10)
    payment = row(payment_no)
    assert (payment.state, payment.last_error) == (PaymentState.AWAITING, "channel_outcome_unknown")
    assert due_at(payment_no) == desk.now + timedelta(seconds=40)


def test_a_close_that_is_not_answered_is_tried_again(desk: Desk) -> None:
    payment_no = desk.top_up().payment_no
    desk.faults(accept_then_drop=True, times=1)  # a query is a GET, which this fault leaves alone
    desk.query(payment_no, minutes=31)
    assert row(payment_no).state is PaymentState.AWAITING
    desk.query(payment_no, minutes=36)
    assert row(payment_no).state is PaymentState.CLOSED


def test_the_drivers_page_asks_the_channel_itself_and_credits(desk: Desk) -> None:
    payment_no = desk.top_up().payment_no
    desk.faults(notify_drop=True)
    desk.sandbox.pay(payment_no)
    view = get_payment(driver=desk.actor, payment_no=payment_no, now=desk.now)
    assert (view.state, desk.balance()) == (PaymentState.PAID, 5_000)
    assert row(payment_no).queries == 0  # the poller's questions are counted apart


def test_the_drivers_page_does_not_ask_again_before_its_time(desk: Desk) -> None:
    payment_no = desk.top_up().payment_no
    desk.faults(notify_drop=True)
    rate_limit.take("payment_query", payment_no, limit=1, per_s=600)  # as if it had asked just now
    desk.sandbox.pay(payment_no)
    for _ in range(3):
        view = get_payment(driver=desk.actor, payment_no=payment_no, now=desk.now)
        assert view.state is PaymentState.AWAITING


def test_the_page_shows_what_is_known_while_the_channel_is_silent(desk: Desk) -> None:
    payment_no = desk.top_up().payment_no
    desk.faults(http_status=500)
    view = get_payment(driver=desk.actor, payment_no=payment_no, now=desk.now)
    assert (view.state, view.amount_fen) == (PaymentState.AWAITING, 5_000)


def test_another_drivers_payment_is_not_found(desk: Desk) -> None:
    payment_no = desk.top_up().payment_no
    stranger = builders.actor_of(builders.a_driver(now=desk.now))
    for number in (payment_no, "P-none"):
        with pytest.raises(PaymentNotFound):
            get_payment(driver=stranger, payment_no=number, now=desk.now)

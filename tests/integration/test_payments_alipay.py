"""Top-ups by Alipay against the real sandbox process: scanned or opened, told late, often, falsely or never, credited once."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import msgspec
import pytest

from backend.domain.errors import ChannelOutcomeUnknown, ChannelUnavailable, RefundRefused
from backend.domain.payment import Channel, PaymentState
from backend.gateways import get_payment_channel
from backend.gateways.channel_trade import ChannelRefundState, TradeState
from backend.gateways.clock import utc_now
from backend.gateways.payment_channel import AskedRefund
from backend.models import AuditRow, Payment, Timer
from backend.models.ledger import LedgerEntry
from backend.services.ledger.wallets import find_balances
from backend.services.payments.query_payment import query_payment
from backend.services.payments.top_up_wallet import StartedTopUp, top_up_wallet
from backend.services.views.driver.get_wallet import get_wallet
from tests import builders
from tests.at_once import at_once
from tests.invariants import check_invariants
from tests.pay_channel import Sandbox, running_sandbox, sandbox_gateways
from tests.waiting import LIMIT_S, wait_until

AMOUNT_FEN = 5_001


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with running_sandbox(tmp_path_factory.mktemp("sandbox")) as running:
        yield running


class Desk:
    """A driver who tops up 50.01 yuan by Alipay."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.now = utc_now()
        builders.an_operator(now=self.now, is_platform=True)
        self.driver = builders.a_driver(now=self.now)
        self.actor = builders.actor_of(self.driver)

    def top_up(self, key: str = "k") -> StartedTopUp:
        return top_up_wallet(
            driver=self.actor,
            amount_fen=AMOUNT_FEN,
            channel=Channel.ALIPAY,
            idempotency_key=key,
            now=self.now,
        )

    def pay(self, payment_no: str, outcome: str = "ok") -> object:
        """The person scans the code and pays or not."""
        return self.sandbox.control("alipay/pay", {"out_trade_no": payment_no, "outcome": outcome})

    def query(self, payment_no: str, **later: float) -> Payment:
        query_payment(payment_no=payment_no, now=self.now + timedelta(**later))
        return row(payment_no)

    def faults(self, **faults: object) -> None:
        self.sandbox.control("faults", faults)

    def balance(self) -> int:
        return find_balances(driver_no=self.driver.driver_no).available_fen

    def notified(self, payment_no: str) -> bool:
        """Every attempt until now has ended."""
        told = self.sandbox.notifies(payment_no)
        return bool(told) and all(one["status"] or one["error"] or one["kind"] == "dropped" for one in told)

    def wait_credited(self) -> None:
        wait_until(lambda: self.balance() == AMOUNT_FEN, "the notify credits the wallet")
        check_invariants()


@pytest.fixture
def desk(database: str, process: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with sandbox_gateways(process, monkeypatch):
        yield Desk(process)


def row(payment_no: str) -> Payment:
    payment: Payment = Payment.get(Payment.payment_no == payment_no)
    return payment


def test_a_code_is_shown_scanned_paid_told_and_credited(desk: Desk) -> None:
    assert get_wallet(driver=desk.actor, now=desk.now).top_up_channels == (Channel.WECHAT, Channel.ALIPAY)
    started = desk.top_up()
    pay = msgspec.to_builtins(started)["pay"]
    assert set(pay) == {"link", "qr_code", "qr_image"}
    assert (started.state, pay["qr_code"]) == (PaymentState.AWAITING, row(started.payment_no).pay_handle)
    assert pay["qr_image"].startswith("data:image/png;base64,")
    seen = desk.sandbox.control("alipay/scan", {"out_trade_no": started.payment_no})
    assert seen["total_amount"] == "50.01"
    desk.pay(started.payment_no)
    desk.wait_credited()
    assert (row(started.payment_no).state, Timer.select().count()) == (PaymentState.PAID, 0)
    assert {one["status"] for one in desk.sandbox.notifies(started.payment_no)} == {200}


def test_a_link_opened_in_a_browser_is_paid_and_leads_back(desk: Desk) -> None:
    started = desk.top_up()
    pay = msgspec.to_builtins(started)["pay"]
    cashier = desk.sandbox.http.get(pay["link"], timeout=LIMIT_S)
    assert ("¥50.01" in cashier.text, desk.query(started.payment_no).state) == (True, PaymentState.AWAITING)
    scanned = desk.sandbox.http.get(pay["qr_code"], timeout=LIMIT_S)
    assert (scanned.status_code, "另一种方式" in scanned.text) == (400, True)
    back = desk.sandbox.http.post(cashier.url, data={"outcome": "ok"}, timeout=LIMIT_S, allow_redirects=False)
    assert back.headers["Location"].endswith("/pay/done")
    desk.wait_credited()


def test_until_somebody_scans_it_there_is_no_trade_and_that_is_no_failure(desk: Desk) -> None:
    payment_no = desk.top_up().payment_no
    assert get_payment_channel(Channel.ALIPAY).query(payment_no).state is TradeState.MISSING
    payment = desk.query(payment_no, seconds=10)
    assert (payment.state, payment.last_error) == (PaymentState.AWAITING, "")
    desk.pay(payment_no, "cancel")
    assert get_payment_channel(Channel.ALIPAY).query(payment_no).state is TradeState.UNPAID
    assert desk.query(payment_no, seconds=60).state is PaymentState.AWAITING


@pytest.mark.parametrize("is_scanned", [False, True])
def test_what_nobody_paid_is_closed_and_money_that_comes_later_is_credited(
    desk: Desk, *, is_scanned: bool
) -> None:
    payment_no = desk.top_up().payment_no
    if is_scanned:
        desk.sandbox.control("alipay/scan", {"out_trade_no": payment_no})
    assert desk.query(payment_no, minutes=31).state is PaymentState.CLOSED
    desk.faults(pay_after_close=True)
    desk.pay(payment_no)
    desk.wait_credited()
    assert row(payment_no).state is PaymentState.PAID


@pytest.mark.parametrize(
    ("fault", "refusal"),
    [
        ({"accept_then_drop": True}, ChannelOutcomeUnknown),
        ({"response_bad_signature": True}, ChannelOutcomeUnknown),
        ({"alipay_unsigned": True}, ChannelOutcomeUnknown),
        ({"http_status": 502}, ChannelOutcomeUnknown),
        ({"alipay_sub_code": "isp.unknow-error"}, ChannelOutcomeUnknown),
        ({"alipay_sub_code": "ACQ.SYSTEM_ERROR"}, ChannelOutcomeUnknown),
        ({"alipay_sub_code": "ACQ.INVALID_PARAMETER"}, ChannelUnavailable),
    ],
)
def test_an_answer_that_went_wrong_is_tried_again_under_the_same_number(
    desk: Desk, fault: dict[str, object], refusal: type[Exception]
) -> None:
    desk.faults(**fault, times=1)
    with pytest.raises(refusal):
        desk.top_up("k")
    first = Payment.get()
    is_unknown = refusal is ChannelOutcomeUnknown
    assert first.state is (PaymentState.UNKNOWN if is_unknown else PaymentState.CREATED)
    again = desk.top_up("k")
    assert (again.payment_no, again.state) == (first.payment_no, PaymentState.AWAITING)
    desk.pay(again.payment_no)
    desk.wait_credited()


@pytest.mark.parametrize("fault", [{"alipay_unsigned": True}, {"response_bad_signature": True}])
def test_an_unproven_answer_to_a_question_leaves_everything_as_it_is(
    desk: Desk, fault: dict[str, object]
) -> None:
    payment_no = desk.top_up().payment_no
    desk.faults(**fault, times=1)
    payment = desk.query(payment_no, minutes=31)
    assert (payment.state, payment.last_error) == (PaymentState.AWAITING, "channel_outcome_unknown")
    assert desk.query(payment_no, minutes=36).state is PaymentState.CLOSED


def test_a_lost_notify_is_made_good_by_the_query(desk: Desk) -> None:
    payment_no = desk.top_up().payment_no
    desk.faults(notify_drop=True)
    desk.pay(payment_no)
    wait_until(lambda: desk.notified(payment_no), "a notify was lost")
    assert desk.balance() == 0
    assert desk.query(payment_no, seconds=10).state is PaymentState.PAID
    desk.wait_credited()


def test_notify_copies_and_queries_at_once_credit_once(desk: Desk) -> None:
    payment_no = desk.top_up().payment_no
    desk.faults(notify_duplicates=4)
    desk.pay(payment_no)
    outcomes = at_once([lambda: desk.query(payment_no, seconds=10)] * 4)
    assert Counter(outcomes) == {"ok": 4}
    wait_until(lambda: len(desk.sandbox.notifies(payment_no)) >= 5, "all copies were told")
    wait_until(lambda: desk.notified(payment_no), "all copies were answered")
    first = desk.sandbox.notifies(payment_no)[0]
    assert desk.sandbox.control("notifies/replay", {"id": first["id"]})["status"] == 200
    assert (desk.balance(), LedgerEntry.select().count()) == (AMOUNT_FEN, 1)
    check_invariants()


FORGED: dict[str, tuple[dict[str, object], str]] = {
    "by somebody else": ({"notify_wrong_key": True}, ""),
    "another amount": ({"notify_tamper": {"amount": 500_100}}, "amount"),
    "another merchant": ({"notify_tamper": {"seller_id": "2088999999999999"}}, "seller_id"),
    "another app": ({"notify_tamper": {"app_id": "2021999999999999"}}, "app_id"),
    "nobody's number": ({"notify_tamper": {"out_trade_no": "P2026NOBODYS0001"}}, "payment_no"),
}


@pytest.mark.parametrize("case", FORGED)
def test_a_forged_notify_credits_nothing_and_the_true_one_does(desk: Desk, case: str) -> None:
    fault, reason = FORGED[case]
    payment_no = desk.top_up().payment_no
    desk.faults(**fault, notify_only_for=payment_no, times=2)
    desk.pay(payment_no)
    desk.wait_credited()
    statuses = [one["status"] for one in desk.sandbox.notifies(payment_no)]
    assert set(statuses[:2]) <= {400, None}  # None: the sandbox gave up waiting for a busy machine
    noted = [audit.action for audit in AuditRow.select() if audit.action.startswith("payment.mismatch")]
    assert noted == ([f"payment.mismatch.{reason}"] if reason else [])


def test_a_notify_that_reports_no_payment_is_taken_and_dropped(desk: Desk) -> None:
    payment_no = desk.top_up().payment_no
    desk.faults(notify_tamper={"trade_status": "WAIT_BUYER_PAY"})
    desk.pay(payment_no)
    wait_until(lambda: desk.notified(payment_no), "the notify was told")
    assert ([one["status"] for one in desk.sandbox.notifies(payment_no)], desk.balance()) == ([200], 0)


def test_a_payment_is_given_back_in_parts_once_each_and_a_repeated_notify_credits_nothing(desk: Desk) -> None:
    payment_no = desk.top_up().payment_no
    desk.pay(payment_no)
    desk.wait_credited()
    alipay = get_payment_channel(Channel.ALIPAY)

    def part(number: str, amount_fen: int) -> AskedRefund:
        return AskedRefund(
            part_no=number,
            payment_no=payment_no,
            transaction_no=row(payment_no).channel_transaction_no or "",
            amount_fen=amount_fen,
            paid_fen=AMOUNT_FEN,
            reason="余额退款",
        )

    first, rest = part("R1", 1), part("R2", 5_000)
    assert alipay.find_refund(first).state is ChannelRefundState.MISSING
    desk.faults(accept_then_drop=True, times=1)
    with pytest.raises(ChannelOutcomeUnknown):
        alipay.refund(first)
    assert alipay.find_refund(first).state is ChannelRefundState.DONE
    assert alipay.refund(first).state is ChannelRefundState.PROCESSING  # nothing moved again: ask
    with pytest.raises(ChannelOutcomeUnknown):
        alipay.find_refund(part("R1", 2))
    with pytest.raises(RefundRefused, match="invalid_request"):
        alipay.refund(part("R2", 5_001))
    done = alipay.refund(rest)
    assert (done.state, done.amount_fen, done.part_no) == (ChannelRefundState.DONE, 5_000, "R2")
    wait_until(lambda: len(desk.sandbox.notifies(payment_no)) >= 3, "both refunds are told")
    wait_until(lambda: desk.notified(payment_no), "both notifies are answered")
    assert {one["status"] for one in desk.sandbox.notifies(payment_no)} == {200}
    assert alipay.query(payment_no).state is TradeState.REFUNDED
    assert (desk.balance(), LedgerEntry.select().count()) == (AMOUNT_FEN, 1)

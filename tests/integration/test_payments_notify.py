"""A notify credits a wallet only when it is genuine and fits our row in every field, and only once."""

import json
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
import structlog
from cryptography.hazmat.primitives.asymmetric import rsa

from backend.domain.actor import Actor
from backend.domain.caller import Caller
from backend.domain.errors import NotifyRejected
from backend.domain.ledger import AccountKind, Entry, EntryKind, Posting, account_of
from backend.domain.payment import Channel, PaymentPurpose, PaymentState
from backend.domain.permission import ActorKind
from backend.domain.refund import RefundState
from backend.domain.timer import TimerKind
from backend.gateways.ids import new_number
from backend.models import AuditRow, Driver, Payment, PlatformDay, Refund, Timer
from backend.models.ledger import LedgerEntry
from backend.services.access.delete_driver import delete_driver
from backend.services.ground.timers import set_timer
from backend.services.ledger.post_entry import post_entry
from backend.services.ledger.wallets import find_balances
from backend.services.payments.record_payment_notify import record_payment_notify
from tests import builders
from tests.at_once import at_once
from tests.books import assert_books_balance
from tests.invariants import check_invariants
from tests.pay_channel import HandMadeChannel
from tests.unit.gateways import wechat_side as side

# Ten in the evening in Shanghai; the trade below was paid a moment earlier.
NOW = datetime.fromisoformat("2026-11-23T10:00:10+00:00")
PAID_DAY = NOW.date()


@pytest.fixture(scope="module")
def channel() -> HandMadeChannel:
    keys = [rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2)]
    return HandMadeChannel(*keys)


class Desk:
    """One driver with one open payment of 50 yuan."""

    def __init__(self, channel: HandMadeChannel) -> None:
        self.channel = channel
        self.operator = builders.an_operator(now=NOW, is_platform=True)
        self.driver = builders.a_driver(now=NOW)
        self.payment = self.open_payment(self.driver)

    def open_payment(self, driver: Driver, state: PaymentState = PaymentState.AWAITING) -> Payment:
        payment = Payment.create(
            payment_no=new_number("P", NOW),
            driver_id=driver.id,
            operator_id=self.operator.id,
            purpose=PaymentPurpose.TOP_UP,
            channel=Channel.WECHAT,
            amount_fen=5_000,
            state=state,
            pay_handle="wx1",
            created_at=NOW,
            expires_at=NOW + timedelta(minutes=30),
        )
        set_timer(kind=TimerKind.PAYMENT_QUERY, subject_no=payment.payment_no, due_at=NOW)
        return payment

    def trade(self, **changes: object) -> dict[str, Any]:
        return side.trade(out_trade_no=self.payment.payment_no, **changes)

    def tell(self, trade: dict[str, Any], **how: Any) -> None:
        body = side.notify_body(json.dumps(trade).encode(), **how)
        headers = side.signed_headers(self.channel.platform_key, body, int(NOW.timestamp()))
        record_payment_notify(channel=Channel.WECHAT, headers=headers, body=body, now=NOW)

    def balance(self) -> int:
        return find_balances(driver_no=self.driver.driver_no).available_fen

    def row(self) -> Payment:
        return Payment.get_by_id(self.payment.id)


@pytest.fixture
def desk(database: str, channel: HandMadeChannel, monkeypatch: pytest.MonkeyPatch) -> Desk:
    channel.configure(monkeypatch)
    return Desk(channel)


def top_ups() -> int:
    return LedgerEntry.select().where(LedgerEntry.kind == EntryKind.TOP_UP).count()


def test_a_genuine_notify_credits_the_wallet(desk: Desk) -> None:
    desk.tell(desk.trade())
    row = desk.row()
    assert (row.state, row.channel_transaction_no) == (PaymentState.PAID, "4200002026112300000000000001")
    assert row.paid_at == datetime.fromisoformat("2026-11-23T10:00:05+00:00")
    assert desk.balance() == 5_000
    assert Timer.select().count() == 0
    day = PlatformDay.get_by_id(PAID_DAY)
    assert (day.top_ups, day.top_up_fen) == (1, 5_000)
    entry = LedgerEntry.get(LedgerEntry.kind == EntryKind.TOP_UP)
    assert entry.reference == "4200002026112300000000000001"
    check_invariants()


def test_a_repetition_is_taken_and_changes_nothing(desk: Desk) -> None:
    for _ in range(3):
        desk.tell(desk.trade())
    assert (desk.balance(), top_ups(), PlatformDay.get_by_id(PAID_DAY).top_ups) == (5_000, 1, 1)


def test_twenty_at_once_credit_once_and_all_are_taken(desk: Desk) -> None:
    outcomes = at_once([lambda: desk.tell(desk.trade())] * 20)
    assert Counter(outcomes) == {"ok": 20}
    assert (desk.balance(), top_ups(), PlatformDay.get_by_id(PAID_DAY).top_up_fen) == (5_000, 1, 5_000)
    check_invariants()


def test_payments_of_many_drivers_at_once_are_all_credited(desk: Desk) -> None:
    """They meet on the one row of the day."""
    drivers = [builders.a_driver(now=NOW) for _ in range(12)]
    trades = []
    for number, driver in enumerate(drivers):
        payment = desk.open_payment(driver)
        trades.append(side.trade(out_trade_no=payment.payment_no, transaction_id=f"4200{number:024d}"))
    outcomes = at_once([lambda trade=trade: desk.tell(trade) for trade in trades])  # type: ignore[misc]
    assert Counter(outcomes) == {"ok": 12}
    assert {find_balances(driver_no=driver.driver_no).available_fen for driver in drivers} == {5_000}
    assert PlatformDay.get_by_id(PAID_DAY).top_up_fen == 60_000
    check_invariants()


AMOUNT: dict[str, object] = {"total": 5_000, "payer_total": 5_000, "currency": "CNY"}
MISMATCHES: dict[str, dict[str, object]] = {
    "payment_no": {"out_trade_no": "P20261123180000UNKNOWN000"},
    "state": {"trade_state": "REFUND"},
    "mchid": {"mchid": "1900000110"},
    "appid": {"appid": "wx9999999999999999"},
    "currency": {"amount": AMOUNT | {"currency": "USD"}},
    "amount": {"amount": AMOUNT | {"total": 1}},
}


@pytest.mark.parametrize("reason", MISMATCHES)
def test_a_field_that_differs_moves_nothing_and_is_audited_once(desk: Desk, reason: str) -> None:
    trade = desk.trade() | MISMATCHES[reason]
    for _ in range(3):
        with (
            structlog.testing.capture_logs() as logs,
            pytest.raises(NotifyRejected, match=f"reason={reason}$"),
        ):
            desk.tell(trade)
        assert [(log["event"], log["log_level"]) for log in logs] == [("payment_mismatch", "warning")]
    assert (desk.row().state, desk.row().channel_transaction_no) == (PaymentState.AWAITING, None)
    assert (desk.balance(), top_ups(), PlatformDay.select().count()) == (0, 0, 0)
    assert Timer.select().count() == 1
    (audit,) = AuditRow.select()
    assert (audit.action, audit.object_no) == (f"payment.mismatch.{reason}", trade["out_trade_no"])
    assert json.loads(audit.detail)["reason"] == reason


@pytest.mark.parametrize("amount_fen", [4_999, 5_001, 500_000, 50])
def test_no_other_amount_is_near_enough(desk: Desk, amount_fen: int) -> None:
    with pytest.raises(NotifyRejected, match=r"reason=amount$"):
        desk.tell(desk.trade(amount=AMOUNT | {"total": amount_fen}))
    assert desk.balance() == 0


def test_a_trade_of_another_channel_is_refused(desk: Desk) -> None:
    Payment.update(channel=Channel.ALIPAY).where(Payment.id == desk.payment.id).execute()
    with pytest.raises(NotifyRejected, match=r"reason=channel$"):
        desk.tell(desk.trade())
    assert desk.balance() == 0


def test_one_channel_number_pays_one_payment(desk: Desk) -> None:
    desk.tell(desk.trade())
    other = desk.open_payment(builders.a_driver(now=NOW))
    with pytest.raises(NotifyRejected, match=r"reason=transaction_no$"):
        desk.tell(side.trade(out_trade_no=other.payment_no))
    assert (Payment.get_by_id(other.id).state, top_ups()) == (PaymentState.AWAITING, 1)


def test_a_paid_payment_is_not_paid_by_a_second_number(desk: Desk) -> None:
    desk.tell(desk.trade())
    with pytest.raises(NotifyRejected, match=r"reason=transaction_no$"):
        desk.tell(desk.trade(transaction_id="4200002026112300000000000002"))
    assert (desk.balance(), top_ups()) == (5_000, 1)


@pytest.mark.parametrize("state", [PaymentState.CREATED, PaymentState.UNKNOWN, PaymentState.CLOSED])
def test_money_that_arrives_is_credited_whatever_we_believed(desk: Desk, state: PaymentState) -> None:
    Payment.update(state=state).where(Payment.id == desk.payment.id).execute()
    desk.tell(desk.trade())
    assert (desk.row().state, desk.balance()) == (PaymentState.PAID, 5_000)


def test_what_comes_for_a_driver_who_is_gone_goes_back(desk: Desk) -> None:
    Payment.update(state=PaymentState.CLOSED).where(Payment.id == desk.payment.id).execute()
    driver = Actor(kind=ActorKind.DRIVER, id=desk.driver.id, no=desk.driver.driver_no)
    delete_driver(
        actor=driver, driver_no=driver.no, reason="不再使用", row_version=0, caller=Caller(), now=NOW
    )
    desk.tell(desk.trade())
    desk.tell(desk.trade())
    refund = Refund.get(Refund.driver_id == driver.id)
    assert (refund.amount_fen, refund.state, desk.balance()) == (5_000, RefundState.IN_PROGRESS, 0)
    assert (desk.row().state, desk.row().payer_key) == (PaymentState.PAID, None)
    assert_books_balance()
    check_invariants()


def test_debt_is_collected_first(desk: Desk) -> None:
    owed = Entry(
        EntryKind.SETTLE,
        (
            Posting(account_of(AccountKind.DEBT, desk.driver.driver_no), -1_200),
            Posting(account_of(AccountKind.SERVICE_INCOME, desk.operator.operator_no), 1_200),
        ),
    )
    post_entry(entry=owed, reference="O1", now=NOW)
    desk.tell(desk.trade())
    wallet = find_balances(driver_no=desk.driver.driver_no)
    assert (wallet.available_fen, wallet.debt_fen) == (3_800, 0)
    assert_books_balance()


def test_an_event_without_a_payment_is_taken_and_dropped(desk: Desk) -> None:
    desk.tell(desk.trade(), event_type="PAYSCORE.USER_PAID")
    assert (desk.row().state, desk.balance(), AuditRow.select().count()) == (PaymentState.AWAITING, 0, 0)


def _flip(text: str) -> str:
    return text[:40] + ("A" if text[40] != "A" else "B") + text[41:]


FORGERIES: dict[str, Callable[[dict[str, str], bytes], tuple[dict[str, str], bytes]]] = {
    "body": lambda headers, body: (headers, body.replace(b"transaction", b"transactiom", 1)),
    "signature": lambda headers, body: (
        headers | {"Wechatpay-Signature": _flip(headers["Wechatpay-Signature"])},
        body,
    ),
    "probe": lambda headers, body: (headers | {"Wechatpay-Signature": "WECHATPAY/SIGNTEST/abc"}, body),
    "serial": lambda headers, body: (headers | {"Wechatpay-Serial": "PUB_KEY_ID_0"}, body),
    "old": lambda headers, body: (headers | {"Wechatpay-Timestamp": "1700000000"}, body),
    "unsigned": lambda _headers, body: ({}, body),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_notify_is_refused_and_leaves_no_row(desk: Desk, forgery: str) -> None:
    body = side.notify_body(json.dumps(desk.trade()).encode())
    headers = side.signed_headers(desk.channel.platform_key, body, int(NOW.timestamp()))
    headers, body = FORGERIES[forgery](headers, body)
    with pytest.raises(NotifyRejected):
        record_payment_notify(channel=Channel.WECHAT, headers=headers, body=body, now=NOW)
    assert (desk.row().state, desk.balance(), AuditRow.select().count()) == (PaymentState.AWAITING, 0, 0)


def test_a_notify_signed_by_another_key_is_refused(desk: Desk) -> None:
    body = side.notify_body(json.dumps(desk.trade()).encode())
    headers = side.signed_headers(desk.channel.other_key, body, int(NOW.timestamp()))
    with pytest.raises(NotifyRejected, match="signature_wrong"):
        record_payment_notify(channel=Channel.WECHAT, headers=headers, body=body, now=NOW)
    assert desk.balance() == 0

"""Money paid for one charge alone: it starts it, meets its bill, and what is left goes back the way it came."""

from datetime import timedelta

import pytest

from backend.domain.actor import Actor
from backend.domain.command import CommandKind
from backend.domain.errors import (
    AmountOutOfRange,
    ConnectorBusy,
    GuestHasNoWallet,
    PaymentNotFound,
)
from backend.domain.ledger import AccountKind
from backend.domain.order import OrderState
from backend.domain.payment import Channel, PaymentState
from backend.domain.permission import ActorKind
from backend.domain.policy import DEFAULTS
from backend.domain.refund import RefundState
from backend.domain.session import FailureReason, SessionState
from backend.gateways.channel_trade import ChannelRefundState
from backend.models import Driver, LiveSession, Payment, RefundPart
from backend.models.ledger import LedgerAccount
from backend.services.access.authenticate import authenticate
from backend.services.access.register_guest import register_guest
from backend.services.charging.begin_prepaid_session import begin_prepaid_session
from backend.services.charging.expire_start import expire_start
from backend.services.charging.return_due_rests import return_due_rests
from backend.services.charging.stop_session import stop_session
from backend.services.charging.watch_session import watch_session
from backend.services.payments.get_prepayment import get_prepayment
from backend.services.payments.step_refund_part import step_refund_part
from backend.services.payments.top_up_wallet import top_up_wallet
from backend.services.upkeep.forget_guests import forget_guests
from backend.services.views.driver.resolve_connector import (
    ConnectorKey,
    ResolvedConnector,
    resolve_connectors,
)
from tests.invariants import check_invariants
from tests.prepay_channel import PUBLIC_URL, PrepayChannel, pay, prepay, say_paid
from tests.scenario import Scenario

pytestmark = pytest.mark.usefixtures("database")
PAID_FEN = 5_000


@pytest.fixture
def channel() -> PrepayChannel:
    made = PrepayChannel()
    made.connect()
    return made


@pytest.fixture
def world(channel: PrepayChannel) -> Scenario:
    del channel  # connected first: there is nobody to pay else
    return Scenario()


def _send_back(world: Scenario) -> None:
    for part in RefundPart.select().where(RefundPart.next_step_at.is_null(False)):
        step_refund_part(part_no=part.part_no, now=world.now)


def _charge(world: Scenario, session_no: str, energy_wh: int) -> None:
    world.after(seconds=5).say_started(session_no)
    world.after(minutes=25).say_ended(session_no, energy_wh, started_at=world.now - timedelta(minutes=25))


def _posted(kind: AccountKind) -> int:
    return sum(row.balance_fen or 0 for row in LedgerAccount.select().where(LedgerAccount.kind == kind))


def test_what_a_charge_leaves_goes_back_and_the_wallet_never_knew(
    world: Scenario, channel: PrepayChannel
) -> None:
    driver = world.driver(300)
    asked = prepay(world, driver, PAID_FEN, key="tap-1")
    assert prepay(world, driver, PAID_FEN, key="tap-1").session_no == asked.session_no
    assert world.session(asked.session_no).state is SessionState.AWAITING_PAYMENT
    assert world.commands(asked.session_no) == []
    with pytest.raises(ConnectorBusy):
        prepay(world, world.driver())

    pay(world, asked.payment_no)
    begin_prepaid_session(payment_no=asked.payment_no, now=world.now)
    (command,) = world.commands(asked.session_no)
    assert command.kind is CommandKind.START
    assert world.session(asked.session_no).hold_fen == PAID_FEN
    _charge(world, asked.session_no, 20_000)
    order = world.order(asked.session_no)
    assert (order.total_fen, order.captured_fen, order.released_fen, order.debt_fen) == (
        3_000,
        3_000,
        2_000,
        0,
    )
    view = get_prepayment(driver=driver, payment_no=asked.payment_no, now=world.now)
    assert (view.going_back_fen, view.returned_fen) == (2_000, 0)

    _send_back(world)
    view = get_prepayment(driver=driver, payment_no=asked.payment_no, now=world.now)
    assert (view.returned_fen, view.state, view.refunds[0].state) == (
        2_000,
        PaymentState.PART_REFUNDED,
        RefundState.DONE,
    )
    assert channel.given_fen(asked.payment_no) == 2_000
    assert (world.wallet(driver).available_fen, world.wallet(driver).held_fen) == (300, 0)
    assert Payment.get().payer_key == "payer-1"
    with pytest.raises(PaymentNotFound):
        get_prepayment(driver=world.driver(), payment_no=asked.payment_no, now=world.now)
    check_invariants()


def test_a_start_that_fails_gives_everything_back(world: Scenario, channel: PrepayChannel) -> None:
    driver = world.driver(0)
    refused = prepay(world, driver)
    pay(world, refused.payment_no)
    world.answer(world.commands(refused.session_no)[0], "rejected", "faulted")
    silent = prepay(world, driver)
    pay(world, silent.payment_no)
    expire_start(session_no=silent.session_no, now=world.after(seconds=91).now)
    unplugged = prepay(world, driver)
    say_paid(world, unplugged.payment_no)
    world.disconnect()
    begin_prepaid_session(payment_no=unplugged.payment_no, now=world.now)
    assert world.session(unplugged.session_no).failure_reason is FailureReason.PILE_OFFLINE
    _send_back(world)
    for one in (refused, silent, unplugged):
        assert channel.given_fen(one.payment_no) == PAID_FEN
        assert Payment.get(Payment.payment_no == one.payment_no).state is PaymentState.REFUNDED
    check_invariants()


def test_money_that_comes_too_late_goes_back_whole_and_leaves_the_next_driver_alone(
    world: Scenario, channel: PrepayChannel
) -> None:
    late = prepay(world, world.driver(0))
    expire_start(session_no=late.session_no, now=world.after(seconds=200).now)
    assert world.session(late.session_no).failure_reason is FailureReason.PAYMENT_TIMEOUT
    other = world.start(world.driver())
    pay(world, late.payment_no)
    called_off_by = world.driver(0)
    called_off = prepay(world, called_off_by, gun=2)
    stop_session(driver=called_off_by, session_no=called_off.session_no, now=world.now)
    pay(world, called_off.payment_no)
    _send_back(world)
    assert [channel.given_fen(one.payment_no) for one in (late, called_off)] == [PAID_FEN, PAID_FEN]
    assert world.session(other.session_no).state is SessionState.STARTING
    check_invariants()


def test_a_bill_beyond_the_payment_is_nobodys_debt(world: Scenario, channel: PrepayChannel) -> None:
    driver = world.driver(1_000)
    asked = prepay(world, driver, 500)
    pay(world, asked.payment_no)
    _charge(world, asked.session_no, 3_500)
    order = world.order(asked.session_no)
    assert (order.total_fen, order.captured_fen, order.written_off_fen) == (525, 500, 25)
    assert (world.wallet(driver).debt_fen, world.wallet(driver).available_fen) == (0, 1_000)
    _send_back(world)
    assert channel.given_fen(asked.payment_no) == 0
    check_invariants()


@pytest.mark.parametrize(
    ("recorded_wh", "total_fen", "back_fen"),
    [(5_000, 750, 4_250), (20_000, 3_000, 2_000), (33_500, 5_025, 0)],
)
def test_without_a_record_the_rest_waits_for_it(
    world: Scenario, channel: PrepayChannel, recorded_wh: int, total_fen: int, back_fen: int
) -> None:
    """A late record that asks more takes what waits here, and what it asks beyond that is written off."""
    asked = prepay(world, world.driver(0))
    pay(world, asked.payment_no)
    world.after(seconds=5).say_started(asked.session_no)
    started_at = world.now
    watch_session(
        session_no=asked.session_no, now=world.after(seconds=DEFAULTS.terms.provisional_after_s).now
    )
    assert world.order(asked.session_no).state is OrderState.PROVISIONAL
    assert return_due_rests(now=world.now) == 0
    assert RefundPart.select().count() == 0
    check_invariants()
    world.say_ended(asked.session_no, recorded_wh, started_at=started_at)
    _send_back(world)
    assert world.order(asked.session_no).total_fen == total_fen
    assert channel.given_fen(asked.payment_no) == back_fen
    check_invariants()


def test_a_record_that_never_comes_keeps_the_rest_for_a_day(world: Scenario, channel: PrepayChannel) -> None:
    asked = prepay(world, world.driver(0))
    pay(world, asked.payment_no)
    world.after(seconds=5).say_started(asked.session_no)
    started_at = world.now
    watch_session(
        session_no=asked.session_no, now=world.after(seconds=DEFAULTS.terms.provisional_after_s).now
    )
    assert return_due_rests(now=world.after(hours=24).now) == 1
    assert return_due_rests(now=world.now) == 0
    _send_back(world)
    assert channel.given_fen(asked.payment_no) == PAID_FEN
    ended_at = started_at + timedelta(minutes=25)
    world.say_ended(asked.session_no, 10_000, started_at=started_at, ended_at=ended_at)
    order = world.order(asked.session_no)
    assert (order.total_fen, order.captured_fen, order.written_off_fen) == (1_500, 0, 1_500)
    check_invariants()


def test_what_the_channel_gives_up_waits_for_a_person_and_never_becomes_a_balance(
    world: Scenario, channel: PrepayChannel
) -> None:
    driver = world.driver(0)
    asked = prepay(world, driver)
    pay(world, asked.payment_no)
    channel.ends_as = ChannelRefundState.CLOSED
    stop_session(driver=driver, session_no=asked.session_no, now=world.now)
    expire_start(session_no=asked.session_no, now=world.after(seconds=91).now)
    _send_back(world)
    view = get_prepayment(driver=driver, payment_no=asked.payment_no, now=world.now)
    assert view.refunds[0].state is RefundState.NEEDS_STAFF
    assert world.wallet(driver).available_fen == 0
    check_invariants()


def test_a_guest_is_the_owner_of_one_link_and_of_no_wallet(world: Scenario) -> None:
    guest = register_guest(qr_token=world.connector().qr_token, now=world.now)
    actor = authenticate(guest.token, now=world.now)
    assert actor.kind is ActorKind.DRIVER
    asked = prepay(world, actor)
    assert asked.pay is not None
    assert f"{PUBLIC_URL}/p/{world.connector().qr_token}" in repr(asked.pay)
    with pytest.raises(GuestHasNoWallet):
        top_up_wallet(
            driver=actor, amount_fen=5_000, channel=Channel.WECHAT, idempotency_key="k", now=world.now
        )
    with pytest.raises(AmountOutOfRange):
        prepay(world, world.driver(0), 499, gun=2)
    assert LiveSession.select().count() == 1
    assert Driver.get_by_id(actor.id).is_guest
    assert _posted(AccountKind.PREPAID_HELD) == 0
    check_invariants()


def test_a_gun_that_waits_for_a_guests_money_says_until_when_and_is_free_soon(world: Scenario) -> None:
    guest = _guest(world)
    world.plug(1)
    asked = prepay(world, guest, PAID_FEN)
    number = world.connector().connector_no
    (found,) = resolve_connectors([ConnectorKey(connector_no=number)], now=world.now).values()
    assert isinstance(found, ResolvedConnector)
    assert found.obstacle is not None
    assert (found.obstacle.code, found.obstacle.opens) == ("connector_awaits_payment", "12:02:00")
    expire_start(session_no=asked.session_no, now=world.after(minutes=2, seconds=21).now)
    assert world.session(asked.session_no).failure_reason is FailureReason.PAYMENT_TIMEOUT
    world.start(world.driver())


def test_a_guest_is_forgotten_once_no_money_is_on_its_way(world: Scenario) -> None:
    guest = _guest(world)
    asked = prepay(world, guest, PAID_FEN)
    pay(world, asked.payment_no)
    _charge(world, asked.session_no, 20_000)
    kept = timedelta(days=90)
    world.after(days=91)
    assert forget_guests(kept=kept, now=world.now) == 0, "the rest has not gone back"
    _send_back(world)
    assert forget_guests(kept=timedelta(days=92), now=world.now) == 0
    assert [forget_guests(kept=kept, now=world.now) for _ in range(2)] == [1, 0]
    row = Driver.get_by_id(guest.id)
    assert (row.is_enabled, row.is_guest) == (False, True)
    assert Payment.get(Payment.payment_no == asked.payment_no).payer_key is None
    check_invariants()


def _guest(world: Scenario) -> Actor:
    registered = register_guest(qr_token=world.connector().qr_token, now=world.now)
    return authenticate(registered.token, now=world.now)

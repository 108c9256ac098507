"""A charge from start to settled order, and each way it can go wrong, through the services on both databases."""

from datetime import timedelta

import pytest

from backend.domain.command import CommandKind, CommandState
from backend.domain.connector import ConnectorStatus
from backend.domain.errors import (
    BalanceTooLow,
    ConnectorBusy,
    ConnectorFaulted,
    ConnectorNotFound,
    ConnectorNotPlugged,
    DriverBusy,
    IdempotencyKeyReused,
    PileClockUnset,
    PileOffline,
    SessionNotFound,
    SessionNotStoppable,
    TariffMissing,
)
from backend.domain.fees import Segment
from backend.domain.order import OrderState
from backend.domain.session import FailureReason, SessionState, StopReason
from backend.domain.timer import TimerKind
from backend.domain.units import Wh
from backend.models import (
    ConnectorDay,
    FeeLine,
    LedgerEntry,
    LiveSession,
    Order,
    PileState,
    Session,
    SessionProgress,
    Station,
    StationHour,
)
from backend.services.commands import claim_commands
from backend.services.expire_command import expire_command
from backend.services.expire_start import expire_start
from backend.services.get_order import get_order
from backend.services.get_session import find_live_session, get_session
from backend.services.list_orders import list_orders
from backend.services.mark_charging import mark_charging
from backend.services.record_session_started import record_session_started
from backend.services.release_review import release_review
from backend.services.start_session import start_session
from backend.services.stop_session import stop_session
from backend.services.watch_session import watch_session
from tests.scenario import Scenario, ledger_sum

pytestmark = pytest.mark.usefixtures("database")


def test_a_charge_is_billed_captured_and_counted_once() -> None:
    world = Scenario()
    driver = world.driver(10_000)
    started = world.start(driver)
    assert (started.state, started.hold_fen) == (SessionState.STARTING, 10_000)
    assert (world.wallet(driver).available_fen, world.wallet(driver).held_fen) == (0, 10_000)

    (command,) = claim_commands(limit=10, now=world.now)
    assert (command.kind, command.params["session_no"]) == (CommandKind.START, started.session_no)
    assert claim_commands(limit=10, now=world.now) == []
    world.answer(world.commands(started.session_no)[0], "accepted")
    world.after(seconds=5).say_started(started.session_no)
    assert world.session(started.session_no).state is SessionState.CHARGING
    assert world.timers() == {TimerKind.SESSION_WATCH}

    world.after(minutes=25)
    assert (
        stop_session(driver=driver, session_no=started.session_no, now=world.now).state
        is SessionState.STOPPING
    )
    world.after(seconds=3).say_ended(started.session_no, 20_000, started_at=world.now - timedelta(minutes=25))

    order = world.order(started.session_no)
    # 20 kWh × 1.00 and × 0.50 yuan
    assert (order.electricity_fen, order.service_fen, order.total_fen) == (2_000, 1_000, 3_000)
    assert (order.state, order.captured_fen, order.released_fen, order.debt_fen) == (
        OrderState.SETTLED,
        3_000,
        7_000,
        0,
    )
    assert sum(line.fee_fen for line in FeeLine.select().where(FeeLine.order_id == order.id)) == 3_000
    assert (world.wallet(driver).available_fen, world.wallet(driver).held_fen) == (7_000, 0)
    assert world.session(started.session_no).state is SessionState.SETTLED
    assert ledger_sum() == 0
    assert LiveSession.select().count() == 0
    assert world.timers() == set()
    hour, day = StationHour.get(), ConnectorDay.get()
    assert (hour.orders, hour.energy_wh, hour.total_fen, hour.local_hour) == (1, 20_000, 3_000, 12)
    assert (day.orders, day.total_fen, day.duration_s) == (1, 3_000, 1_503)

    world.say_ended(started.session_no, 20_000)
    assert Order.select().count() == 1
    assert StationHour.get().orders == 1
    assert ledger_sum() == 0


def test_a_driver_sees_the_charge_and_the_bill_and_nobody_else_does() -> None:
    world = Scenario()
    driver, stranger = world.driver(), world.driver()
    started = world.start(driver)
    world.say_started(started.session_no)
    live = find_live_session(driver=driver, now=world.now)
    assert live is not None
    assert (live.session_no, live.allowed_actions) == (started.session_no, ("stop",))
    assert live.price is not None
    assert (live.price.electricity_e5, live.price.service_e5, live.price.total_e5) == (
        100_000,
        50_000,
        150_000,
    )
    with pytest.raises(SessionNotFound):
        get_session(driver=stranger, session_no=started.session_no, now=world.now)
    with pytest.raises(SessionNotFound):
        stop_session(driver=stranger, session_no=started.session_no, now=world.now)
    world.after(minutes=10).say_ended(started.session_no, 5_000, started_at=world.now - timedelta(minutes=10))
    page = list_orders(driver=driver, cursor=None, limit=10)
    assert [order.total_fen for order in page.orders] == [750]
    assert list_orders(driver=stranger, cursor=None, limit=10).orders == ()
    order = get_order(driver=driver, order_no=page.orders[0].order_no)
    assert sum(line.fee_fen for line in order.fee_lines) == order.total_fen
    with pytest.raises(SessionNotStoppable):
        stop_session(driver=driver, session_no=started.session_no, now=world.now)


def test_refuses_a_start_that_cannot_work_and_moves_nothing() -> None:
    world = Scenario()
    driver = world.driver(10_000)
    connector_no = world.known.connectors[1].connector_no

    with pytest.raises(ConnectorNotFound):
        start_session(driver=driver, connector_no="0", limit_fen=None, idempotency_key="k", now=world.now)
    world.disconnect()
    with pytest.raises(PileOffline):
        world.start(driver)
    world.connect()
    world.now += timedelta(seconds=91)
    with pytest.raises(PileOffline):
        world.start(driver)
    world.connect()
    PileState.update(is_clock_set=False).execute()
    with pytest.raises(PileClockUnset):
        world.start(driver)
    world.connect()
    for status, plugged, refusal in (
        (ConnectorStatus.IDLE, False, ConnectorNotPlugged),
        (ConnectorStatus.FAULTED, True, ConnectorFaulted),
        (ConnectorStatus.CHARGING, True, ConnectorBusy),
        (ConnectorStatus.OFFLINE, True, PileOffline),
    ):
        world.set_status(1, status, plugged=plugged)
        with pytest.raises(refusal):
            world.start(driver)
    world.plug(1)
    with pytest.raises(BalanceTooLow):
        world.start(world.driver(499))
    Station.update(tariff_id=None).execute()
    with pytest.raises(TariffMissing):
        world.start(driver)

    assert (world.wallet(driver).available_fen, world.wallet(driver).held_fen) == (10_000, 0)
    assert (Session.select().count(), LiveSession.select().count()) == (0, 0)
    assert LedgerEntry.select().count() == 2
    assert connector_no


def test_one_connector_serves_one_driver_and_one_driver_one_connector() -> None:
    world = Scenario()
    first, second = world.driver(), world.driver()
    started = world.start(first, gun=1)
    with pytest.raises(ConnectorBusy):
        world.start(second, gun=1)
    with pytest.raises(DriverBusy) as refusal:
        world.start(first, gun=2)
    assert refusal.value.data["session_no"] == started.session_no
    assert world.wallet(second).held_fen == 0


def test_a_double_tap_starts_once_and_another_wish_needs_another_key() -> None:
    world = Scenario()
    driver = world.driver()
    assert world.start(driver, key="tap") == world.start(driver, key="tap")
    assert Session.select().count() == 1
    with pytest.raises(IdempotencyKeyReused):
        world.start(driver, key="tap", limit_fen=5_000)


def test_a_refused_start_gives_the_money_back_at_once() -> None:
    world = Scenario()
    driver = world.driver()
    started = world.start(driver)
    world.answer(world.commands(started.session_no)[0], "rejected", "not_plugged")
    session = world.session(started.session_no)
    assert (session.state, session.failure_reason) == (SessionState.FAILED, FailureReason.NOT_PLUGGED)
    assert (world.wallet(driver).available_fen, world.wallet(driver).held_fen) == (10_000, 0)
    world.start(driver)


def test_an_unanswered_start_expires_is_stopped_and_never_billed() -> None:
    world = Scenario()
    driver = world.driver()
    started = world.start(driver)
    (command,) = claim_commands(limit=10, now=world.now)
    world.after(seconds=36)
    assert claim_commands(limit=10, now=world.now) == []
    expire_command(command_no=command.command_no, now=world.now)
    assert world.session(started.session_no).failure_reason is FailureReason.START_EXPIRED
    assert world.wallet(driver).available_fen == 10_000
    kinds = {outgoing.kind for outgoing in claim_commands(limit=10, now=world.now)}
    assert kinds == {CommandKind.REPORT_STATUS, CommandKind.STOP}
    # the pile had started all the same: no bill, a person looks
    world.after(minutes=1).say_ended(started.session_no, 700, started_at=world.now - timedelta(minutes=1))
    assert world.session(started.session_no).state is SessionState.REVIEW
    assert Order.select().count() == 0
    assert world.wallet(driver).available_fen == 10_000


def test_a_start_without_energy_is_given_up_after_its_deadline() -> None:
    world = Scenario()
    driver = world.driver()
    started = world.start(driver)
    world.answer(world.commands(started.session_no)[0], "accepted", "waiting_plug")
    view = get_session(driver=driver, session_no=started.session_no, now=world.now)
    assert view.is_waiting_plug
    world.after(seconds=90)
    expire_start(session_no=started.session_no, now=world.now)
    assert world.session(started.session_no).failure_reason is FailureReason.START_TIMEOUT
    assert world.wallet(driver).available_fen == 10_000
    world.say_ended(started.session_no, 0, stop_reason=StopReason.PLATFORM)
    assert world.session(started.session_no).state is SessionState.FAILED


def test_a_driver_who_cancels_while_starting_pays_nothing() -> None:
    world = Scenario()
    driver = world.driver()
    started = world.start(driver)
    stop_session(driver=driver, session_no=started.session_no, now=world.now)
    commands = world.commands(started.session_no)
    assert [(command.kind, command.state) for command in commands] == [
        (CommandKind.START, CommandState.EXPIRED),
        (CommandKind.STOP, CommandState.QUEUED),
    ]
    world.answer(commands[1], "rejected", "no_session")
    assert world.session(started.session_no).failure_reason is FailureReason.CANCELLED_BY_DRIVER
    assert world.wallet(driver).available_fen == 10_000


def test_a_charge_of_nothing_releases_the_whole_hold() -> None:
    world = Scenario()
    driver = world.driver()
    started = world.start(driver)
    world.say_started(started.session_no)
    world.after(minutes=1).say_ended(started.session_no, 0, stop_reason=StopReason.CAR_STOPPED)
    assert world.order(started.session_no).total_fen == 0
    assert world.wallet(driver).available_fen == 10_000
    assert ledger_sum() == 0


def test_a_meter_is_proof_enough_that_energy_flows() -> None:
    world = Scenario()
    started = world.start(world.driver())
    mark_charging(
        pile_id=world.pile.id,
        session_no=started.session_no,
        at=world.now,
        register_wh=1_000_010,
        now=world.now,
    )
    assert world.session(started.session_no).state is SessionState.CHARGING
    world.say_started(started.session_no, 1_000_000)
    assert world.session(started.session_no).register_start_wh == 1_000_000
    with pytest.raises(SessionNotFound):
        mark_charging(
            pile_id=world.pile.id + 1,
            session_no=started.session_no,
            at=world.now,
            register_wh=1,
            now=world.now,
        )


@pytest.mark.parametrize("energy_wh", [910_000, -5])
def test_an_implausible_record_goes_before_a_person_and_into_no_bill(energy_wh: int) -> None:
    world = Scenario()
    driver = world.driver()
    started = world.start(driver)
    world.say_started(started.session_no)
    world.after(minutes=10)
    world.say_ended(started.session_no, energy_wh, started_at=world.now - timedelta(minutes=10), segments=())
    session = world.session(started.session_no)
    assert session.state is SessionState.REVIEW
    assert session.review_reason
    assert Order.select().count() == 0
    assert LiveSession.select().count() == 0
    assert world.wallet(driver).held_fen == 10_000
    world.after(hours=24)
    release_review(session_no=started.session_no, now=world.now)
    release_review(session_no=started.session_no, now=world.now)
    assert (world.wallet(driver).available_fen, world.wallet(driver).held_fen) == (10_000, 0)


def test_a_bill_above_the_hold_becomes_debt_and_never_a_negative_wallet() -> None:
    world = Scenario()
    driver = world.driver(500)
    started = world.start(driver)
    world.say_started(started.session_no)
    world.after(minutes=10).say_ended(started.session_no, 4_000, started_at=world.now - timedelta(minutes=10))
    order = world.order(started.session_no)
    assert (order.total_fen, order.captured_fen, order.debt_fen) == (600, 500, 100)
    assert (world.wallet(driver).available_fen, world.wallet(driver).debt_fen) == (0, 100)
    assert ledger_sum() == 0


def test_segments_that_do_not_add_up_are_cut_by_meter_values_and_said_so() -> None:
    world = Scenario()
    started = world.start(world.driver())
    world.say_started(started.session_no)
    world.after(minutes=10)
    wrong = (Segment(world.now - timedelta(minutes=10), world.now, Wh(3_999)),)
    world.say_ended(started.session_no, 4_000, started_at=world.now - timedelta(minutes=10), segments=wrong)
    order = world.order(started.session_no)
    assert (order.is_estimated, order.energy_wh, order.total_fen) == (True, 4_000, 600)


def test_a_silent_charge_is_settled_provisionally_and_corrected_by_the_late_record() -> None:
    world = Scenario()
    driver = world.driver(10_000)
    started = world.start(driver)
    world.say_started(started.session_no)
    begun = world.now
    world.after(minutes=10)
    SessionProgress.create(
        session_id=world.session(started.session_no).id,
        meter_at=world.now,
        register_wh=1_008_000,
        energy_wh=8_000,
        energy_grew_at=world.now,
    )
    world.after(minutes=29)
    watch_session(session_no=started.session_no, now=world.now)
    assert world.session(started.session_no).state is SessionState.CHARGING
    world.after(minutes=1)
    watch_session(session_no=started.session_no, now=world.now)
    order = world.order(started.session_no)
    assert (order.state, order.total_fen, order.is_estimated) == (OrderState.PROVISIONAL, 1_200, True)
    assert world.wallet(driver).available_fen == 8_800
    world.start(driver)

    world.after(minutes=5)
    record_end = begun + timedelta(minutes=15)
    late, world.now = world.now, record_end
    world.say_ended(started.session_no, 12_000, started_at=begun)
    world.now = late
    order = world.order(started.session_no)
    assert (order.state, order.total_fen, order.energy_wh) == (OrderState.CORRECTED, 1_800, 12_000)
    assert sum(line.fee_fen for line in FeeLine.select().where(FeeLine.order_id == order.id)) == 1_800
    # all of the wallet is held for the next charge, so the rest of this bill is owed
    assert world.wallet(driver).debt_fen == 600
    assert (StationHour.get().total_fen, StationHour.get().orders) == (1_800, 1)
    assert ledger_sum() == 0


def test_a_record_of_an_unknown_session_is_kept_for_a_person() -> None:
    world = Scenario()
    for _ in range(2):
        world.say_ended("S-NEVER-HEARD-OF", 3_000)
    (session,) = Session.select()
    assert session.state is SessionState.REVIEW
    assert "S-NEVER-HEARD-OF" in session.review_reason
    assert (session.register_start_wh, session.register_end_wh) == (1_000_000, 1_003_000)
    (order,) = Order.select()
    assert (order.state, order.total_fen, order.captured_fen, order.driver_id) == (
        OrderState.OPEN,
        210,
        0,
        None,
    )
    assert (StationHour.select().count(), LedgerEntry.select().count()) == (0, 0)
    world.say_ended("S-IMPOSSIBLE", 900_000, segments=())
    assert (Session.select().count(), Order.select().count()) == (2, 1)


def test_only_energy_that_flows_now_is_stopped_after_the_end() -> None:
    world = Scenario()
    started = world.start(world.driver())
    world.say_started(started.session_no)
    world.after(minutes=10).say_ended(started.session_no, 1_000, started_at=world.now - timedelta(minutes=10))
    sent_before = len(world.commands(started.session_no))
    old = world.report(at=world.now - timedelta(minutes=10), is_replayed=True)
    record_session_started(report=old, session_no=started.session_no, register_wh=1_000_000)
    assert len(world.commands(started.session_no)) == sent_before
    world.say_started(started.session_no)
    assert world.commands(started.session_no)[-1].kind is CommandKind.STOP


def test_a_zombie_is_stopped_after_ten_minutes_without_energy() -> None:
    world = Scenario()
    started = world.start(world.driver())
    world.say_started(started.session_no)
    world.set_status(1, ConnectorStatus.SUSPENDED_EV, plugged=True)
    world.after(minutes=11)
    watch_session(session_no=started.session_no, now=world.now)
    assert world.session(started.session_no).state is SessionState.CHARGING
    world.set_status(1, ConnectorStatus.CHARGING, plugged=True)
    watch_session(session_no=started.session_no, now=world.now)
    session = world.session(started.session_no)
    assert (session.state, session.stop_asked_reason) == (SessionState.STOPPING, StopReason.PLATFORM)


def test_a_pile_whose_clock_is_wrong_is_billed_by_ours() -> None:
    world = Scenario()
    started = world.start(world.driver())
    world.say_started(started.session_no)
    begun = world.now
    world.after(minutes=10)
    from backend.domain.meter import FinalRecord
    from backend.services.end_session import end_session

    wrong = timedelta(days=365)
    record = FinalRecord(
        started_at=begun - wrong,
        ended_at=world.now - wrong,
        register_start_wh=Wh(1_000_000),
        register_end_wh=Wh(1_004_000),
        segments=(Segment(begun - wrong, world.now - wrong, Wh(4_000)),),
    )
    end_session(
        report=world.report(at=world.now - wrong),
        gun=1,
        record=record,
        session_no=started.session_no,
        stop_reason=StopReason.CAR_FULL,
        raw_stop_code="",
        reported_fen_e4=None,
    )
    order = world.order(started.session_no)
    assert (order.started_at, order.ended_at, order.total_fen) == (begun, world.now, 600)
    assert order.is_estimated

"""A charge from start to settled order, through the services on both databases."""

from datetime import timedelta

import pytest

from backend.domain.command import CommandKind
from backend.domain.errors import (
    SessionNotFound,
    SessionNotStoppable,
)
from backend.domain.order import OrderState
from backend.domain.session import SessionState, StopReason
from backend.domain.timer import TimerKind
from backend.models import (
    ConnectorDay,
    FeeLine,
    LiveSession,
    Order,
    StationHour,
)
from backend.services.charging.mark_charging import mark_charging
from backend.services.charging.record_session_started import record_session_started
from backend.services.charging.stop_session import stop_session
from backend.services.commands.queue import claim_commands
from backend.services.views.driver.find_live_sessions import find_live_sessions
from backend.services.views.driver.get_order import get_order
from backend.services.views.driver.get_session import get_session
from backend.services.views.driver.list_orders import list_orders
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
    stop_session(driver=driver, session_no=started.session_no, now=world.now)
    assert world.session(started.session_no).state is SessionState.STOPPING
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

    world.say_ended(started.session_no, 20_000, started_at=world.now - timedelta(minutes=25))
    assert Order.select().count() == 1
    assert StationHour.get().orders == 1
    assert ledger_sum() == 0


def test_a_driver_sees_the_charge_and_the_bill_and_nobody_else_does() -> None:
    world = Scenario()
    driver, stranger = world.driver(), world.driver()
    started = world.start(driver)
    world.say_started(started.session_no)
    live = find_live_sessions(drivers=[driver], now=world.now).get(driver)
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


def test_a_charge_of_nothing_releases_the_whole_hold() -> None:
    world = Scenario()
    driver = world.driver()
    started = world.start(driver)
    world.say_started(started.session_no)
    world.after(minutes=1).say_ended(started.session_no, 0, stop_reason=StopReason.CAR_STOPPED)
    assert world.order(started.session_no).total_fen == 0
    assert world.wallet(driver).available_fen == 10_000
    assert ledger_sum() == 0


def test_a_bill_above_the_hold_becomes_debt_and_never_a_negative_wallet() -> None:
    world = Scenario()
    driver = world.driver(500)
    started = world.start(driver)
    world.say_started(started.session_no)
    world.after(minutes=10).say_ended(started.session_no, 3_800, started_at=world.now - timedelta(minutes=10))
    order = world.order(started.session_no)
    assert (order.total_fen, order.captured_fen, order.debt_fen) == (570, 500, 70)
    assert (world.wallet(driver).available_fen, world.wallet(driver).debt_fen) == (0, 70)
    assert ledger_sum() == 0


def test_a_meter_is_proof_enough_that_energy_flows() -> None:
    world = Scenario()
    started = world.start(world.driver())
    mark_charging(
        pile_id=world.pile.id,
        session_no=started.session_no,
        at=world.now,
        register_wh=None,
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


def test_only_energy_that_flows_now_is_stopped_after_the_end() -> None:
    world = Scenario()
    started = world.start(world.driver())
    world.say_started(started.session_no)
    world.after(minutes=10).say_ended(started.session_no, 1_000, started_at=world.now - timedelta(minutes=10))
    sent_before = len(world.commands(started.session_no))
    old = world.report(at=world.now - timedelta(minutes=10), is_replayed=True)
    record_session_started(report=old, gun=1, session_no=started.session_no, register_wh=1_000_000)
    assert len(world.commands(started.session_no)) == sent_before
    world.say_started(started.session_no)
    assert world.commands(started.session_no)[-1].kind is CommandKind.STOP

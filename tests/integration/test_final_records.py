"""Final records that are implausible, late or nobody's, through the services on both databases."""

from datetime import timedelta

import pytest

from backend.domain.fees import Segment
from backend.domain.meter import FinalRecord
from backend.domain.order import OrderState
from backend.domain.session import SessionState, StopReason
from backend.domain.units import Wh
from backend.models import FeeLine, LiveSession, Order, Session, SessionProgress, StationHour
from backend.models.ledger import LedgerEntry
from backend.services.charging.end_session import end_session
from backend.services.charging.release_review import release_review
from backend.services.charging.watch_session import watch_session
from tests.scenario import Scenario, ledger_sum

pytestmark = pytest.mark.usefixtures("database")


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


@pytest.mark.parametrize("days", [1, -365])
def test_a_record_of_an_unknown_session_is_dated_by_our_clock_too(days: int) -> None:
    world = Scenario()
    wrong = timedelta(days=days)
    began_at, ended_at = world.now, world.after(minutes=10).now
    record = FinalRecord(
        started_at=began_at + wrong,
        ended_at=ended_at + wrong,
        register_start_wh=Wh(1_000_000),
        register_end_wh=Wh(1_004_000),
        segments=(Segment(began_at + wrong, ended_at + wrong, Wh(4_000)),),
    )
    end_session(
        report=world.report(at=world.now + wrong),
        gun=1,
        record=record,
        session_no="S-NEVER-HEARD-OF",
        stop_reason=StopReason.CAR_FULL,
        raw_stop_code="",
        reported_fen_e4=None,
    )
    (order,) = Order.select()
    assert (order.started_at, order.ended_at, order.total_fen) == (began_at, ended_at, 600)


def test_a_pile_whose_clock_is_wrong_is_billed_by_ours() -> None:
    world = Scenario()
    started = world.start(world.driver())
    world.say_started(started.session_no)
    begun = world.now
    world.after(minutes=10)
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

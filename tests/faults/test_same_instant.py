"""M24 and M27: many want one connector, and everybody stops one charge, at the same instant, again and again."""

from collections import Counter
from datetime import timedelta

import pytest

from backend.domain.actor import Actor
from backend.domain.permission import ActorKind, Permission
from backend.domain.session import SessionState
from backend.models import AuditRow, Command, LiveSession, Operator, Order, Session
from backend.services.charging.stop_session import stop_session
from backend.services.charging.stop_session_for_staff import stop_session_for_staff
from mqtt_bridge.batch import Writer
from tests.at_once import at_once
from tests.builders import a_staff
from tests.invariants import check_invariants, find_unfinished
from tests.pile_voice import PileVoice
from tests.scenario import Scenario

pytestmark = pytest.mark.usefixtures("database")

BALANCE_FEN = 10_000
ROUNDS = 3
START_WH = 1_000_000


@pytest.mark.parametrize("count", [2, 8, 64])
def test_of_any_number_of_drivers_at_one_connector_one_starts_and_no_other_has_money_held(count: int) -> None:
    world = Scenario()
    drivers = [world.driver(BALANCE_FEN) for _ in range(count)]
    for _ in range(ROUNDS):
        outcomes = at_once([lambda driver=driver: world.start(driver) for driver in drivers])  # type: ignore[misc]
        assert Counter(outcomes) == {"ok": 1, "connector_busy": count - 1}
        (live,) = LiveSession.select()
        held = {driver.id: world.wallet(driver).held_fen for driver in drivers}
        assert {driver_id: fen for driver_id, fen in held.items() if fen} == {live.driver_id: BALANCE_FEN}
        session = Session.get_by_id(live.session_id)
        (start,) = world.commands(session.session_no)
        world.answer(start, "rejected", "busy")
        assert world.session(session.session_no).state is SessionState.FAILED
    assert (Session.select().count(), Command.select().count()) == (ROUNDS, ROUNDS)
    check_invariants()
    assert find_unfinished(world.now) == []


def a_stopper(world: Scenario) -> Actor:
    """A member of staff who may stop sessions."""
    staff = a_staff(operator=Operator.get_by_id(world.station.operator_id), now=world.now)
    return Actor(
        kind=ActorKind.STAFF,
        id=staff.id,
        no=staff.account,
        operator_id=staff.operator_id,
        permissions=frozenset({Permission.SESSION_STOP}),
    )


def test_driver_staff_empty_hold_and_pile_that_stop_at_once_make_one_bill() -> None:
    world = Scenario()
    voice = PileVoice(world.pile.pile_no, world.now, boot=5)
    writers = [
        Writer(acknowledge=lambda _: None, publish=lambda *_: None, clock=lambda: world.now) for _ in range(2)
    ]
    writers[0].write([voice.online()])
    staff = a_stopper(world)
    for round_ in range(1, ROUNDS + 1):
        driver = world.driver(BALANCE_FEN)
        world.next_car()
        number = world.start(driver).session_no
        begun, start_wh = world.now, START_WH + 66_000 * (round_ - 1)
        writers[0].write([voice.started(number, start_wh)])
        world.after(minutes=40)
        voice.now = world.now
        exhausting = voice.meter(number, start_wh + 66_000)
        final = voice.ended(number, begun, 66_000, register_start_wh=start_wh)
        outcomes = at_once(
            [
                lambda: stop_session(driver=driver, session_no=number, now=world.now),  # noqa: B023 - used here only
                lambda: stop_session_for_staff(staff=staff, session_no=number, reason="占位", now=world.now),  # noqa: B023
                lambda: writers[0].write([exhausting]),  # noqa: B023
                lambda: writers[1].write([final]),  # noqa: B023
            ]
        )
        assert outcomes[2:] == ["ok", "ok"]
        assert set(outcomes) <= {"ok", "session_not_stoppable"}
        assert world.session(number).state is SessionState.SETTLED
        assert (world.wallet(driver).available_fen, world.wallet(driver).held_fen) == (100, 0)
        assert Order.select().count() == round_
        stops = [command for command in world.commands(number) if command.kind.value == "stop"]
        assert len(stops) <= 1
        told = AuditRow.select().where((AuditRow.object_no == number) & (AuditRow.action == "session.stop"))
        assert told.count() <= 1
        world.plug(1)
        world.after(seconds=1)
    check_invariants()
    assert LiveSession.select().count() == 0


def test_a_final_record_told_eight_times_at_once_is_one_bill() -> None:
    """The pile sends its record again while the first one is being settled elsewhere."""
    world = Scenario()
    driver = world.driver(BALANCE_FEN)
    number = world.start(driver).session_no
    world.say_started(number, START_WH)
    world.after(minutes=20)
    begun = world.now - timedelta(minutes=20)
    assert at_once([lambda: world.say_ended(number, 10_000, started_at=begun)] * 8) == ["ok"] * 8
    assert Order.select().count() == 1
    assert world.wallet(driver).available_fen == BALANCE_FEN - 1_500
    check_invariants()

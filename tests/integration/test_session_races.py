"""What happens at the same instant, on both databases: the database's own keys and locks decide."""

from collections import Counter
from datetime import timedelta

import pytest

from backend.domain.session import LIVE_STATES, SessionState
from backend.models import Command, LiveSession, Order, Session
from backend.services.charging.expire_start import expire_start
from backend.services.charging.stop_session import stop_session
from backend.services.charging.watch_session import watch_session
from tests.at_once import at_once
from tests.scenario import Scenario, ledger_sum

pytestmark = pytest.mark.usefixtures("database")


def test_many_drivers_on_one_connector_have_one_winner() -> None:
    world = Scenario()
    drivers = [world.driver() for _ in range(12)]
    outcomes = at_once([lambda driver=driver: world.start(driver) for driver in drivers])  # type: ignore[misc]
    assert Counter(outcomes) == {"ok": 1, "connector_busy": 11}
    assert (LiveSession.select().count(), Session.select().count()) == (1, 1)
    assert sum(world.wallet(driver).held_fen for driver in drivers) == 10_000
    assert ledger_sum() == 0


def test_one_driver_on_two_connectors_gets_one() -> None:
    world = Scenario()
    driver = world.driver()
    outcomes = at_once([lambda gun=gun: world.start(driver, gun=gun) for gun in (1, 2, 1, 2)])  # type: ignore[misc]
    assert outcomes.count("ok") == 1
    assert set(outcomes) <= {"ok", "driver_busy", "connector_busy"}
    assert (LiveSession.select().count(), world.wallet(driver).held_fen) == (1, 10_000)


def test_twenty_taps_with_one_key_start_once_and_all_hear_the_same() -> None:
    world = Scenario()
    driver = world.driver()
    answers: list[str] = []
    outcomes = at_once([lambda: answers.append(world.start(driver, key="tap").session_no)] * 20)
    assert Counter(outcomes) == {"ok": 20}
    assert len(set(answers)) == 1
    assert (Session.select().count(), Command.select().count()) == (1, 1)


def test_stop_end_deadline_and_watch_at_once_settle_once() -> None:
    world = Scenario()
    driver = world.driver()
    started = world.start(driver)
    world.say_started(started.session_no)
    world.after(minutes=20)
    number = started.session_no
    begun = world.now - timedelta(minutes=20)
    outcomes = at_once(
        [
            lambda: stop_session(driver=driver, session_no=number, now=world.now),
            lambda: world.say_ended(number, 10_000, started_at=begun),
            lambda: world.say_ended(number, 10_000, started_at=begun),
            lambda: expire_start(session_no=number, now=world.now),
            lambda: watch_session(session_no=number, now=world.now),
        ]
    )
    assert set(outcomes) <= {"ok", "session_not_stoppable"}
    assert world.session(number).state is SessionState.SETTLED
    assert world.session(number).state not in LIVE_STATES
    assert Order.select().count() == 1
    assert (world.wallet(driver).available_fen, world.wallet(driver).held_fen) == (8_500, 0)
    assert ledger_sum() == 0

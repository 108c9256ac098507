"""The invariants themselves: they hold in a healthy world, and each notices what would break it and nothing else."""

from datetime import datetime, timedelta

import pytest

from backend.domain.command import CommandState
from backend.domain.driver_message import MessageState
from backend.domain.payment import PaymentState
from backend.domain.session import SessionState
from backend.domain.timer import TimerKind
from backend.models import Command, Payment, PileMessage, Session, Timer
from backend.services.ground.timers import set_timer
from tests.invariants import (
    INVARIANTS,
    check_invariants,
    find_unfinished,
    find_violations,
    wait_until_converged,
)
from tests.mutants.table import MUTANTS, Mutant, hold
from tests.mutants.world import HealthyWorld, change

CASES = [
    pytest.param(invariant, mutant, id=f"{invariant}-{mutant.__name__}")
    for invariant, mutants in MUTANTS.items()
    for mutant in mutants
]
one_database = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


@pytest.fixture
def world(database: str) -> HealthyWorld:
    del database
    return HealthyWorld()


def test_every_invariant_holds_in_a_healthy_world(world: HealthyWorld) -> None:
    check_invariants(world.sent, receipted=world.receipted)
    world.end_implausibly()
    world.refund()
    check_invariants(world.sent, receipted=world.receipted)
    assert find_unfinished(world.now, sent=world.sent) == []
    world.prepay()
    world.stay()
    world.message(MessageState.SENT, due_at=None)
    check_invariants(world.sent, receipted=world.receipted)


def test_every_invariant_has_a_mutant() -> None:
    assert list(MUTANTS) == list(INVARIANTS)


@one_database
@pytest.mark.parametrize(("invariant", "mutant"), CASES)
def test_a_mutant_is_noticed_by_its_invariant_alone(
    world: HealthyWorld, invariant: str, mutant: Mutant
) -> None:
    mutant(world)
    assert {one.invariant for one in find_violations(world.sent, receipted=world.receipted)} == {invariant}
    with pytest.raises(AssertionError, match=INVARIANTS[invariant].__name__):
        check_invariants(world.sent, receipted=world.receipted)
    check_invariants(world.sent, receipted=world.receipted, broken_on_purpose={invariant})


def a_session_hangs_in_its_stop(world: HealthyWorld) -> None:
    Session.update(state=SessionState.STOPPING).where(Session.session_no == world.charging).execute()


def a_session_charges_in_name_only(world: HealthyWorld) -> None:
    world.say(world.pile.status("idle", plugged=False, connector=2, replayed=True))


def a_stop_is_unanswered(_: HealthyWorld) -> None:
    Command.update(state=CommandState.SENT).where(Command.expires_at.is_null()).execute()


def a_start_is_queued_past_its_time(world: HealthyWorld) -> None:
    Command.update(state=CommandState.QUEUED).where(Command.expires_at.is_null(is_null=False)).execute()
    world.after(seconds=60)


def nobody_acts_on_a_timer(world: HealthyWorld) -> None:
    set_timer(kind=TimerKind.SESSION_WATCH, subject_no="late", due_at=world.now - timedelta(seconds=60))


def nobody_asks_for_a_payment(_: HealthyWorld) -> None:
    Payment.update(state=PaymentState.UNKNOWN).execute()


def nobody_steps_a_refund(world: HealthyWorld) -> None:
    _, going = world.refund()
    change(going, next_step_at=world.now - timedelta(seconds=60))


def a_hold_outlives_its_session(world: HealthyWorld) -> None:
    hold(world, world.order.order_no)


def a_message_has_not_arrived(_: HealthyWorld) -> None:
    PileMessage.delete().execute()


@one_database
@pytest.mark.parametrize(
    "delay",
    [
        a_session_hangs_in_its_stop,
        a_session_charges_in_name_only,
        a_stop_is_unanswered,
        a_start_is_queued_past_its_time,
        nobody_acts_on_a_timer,
        nobody_asks_for_a_payment,
        nobody_steps_a_refund,
        a_hold_outlives_its_session,
        a_message_has_not_arrived,
    ],
)
def test_what_is_unfinished_is_told(world: HealthyWorld, delay: Mutant) -> None:
    assert find_unfinished(world.now, sent=world.sent) == []
    delay(world)
    assert find_unfinished(world.now, sent=world.sent) != []


@one_database
def test_waiting_ends_with_the_names_of_what_is_unfinished(world: HealthyWorld) -> None:
    world.end_implausibly()
    Timer.delete().execute()
    with pytest.raises(AssertionError, match="no timer will release it"):
        wait_until_converged(0.0, clock=lambda: world.now)


@one_database
def test_waiting_ends_when_everything_is_finished(world: HealthyWorld) -> None:
    a_stop_is_unanswered(world)
    looks = 0

    def answered_at_the_second_look() -> datetime:
        nonlocal looks
        looks += 1
        if looks == 2:
            Command.update(state=CommandState.DONE).where(Command.expires_at.is_null()).execute()
        return world.now

    wait_until_converged(sent=world.sent, clock=answered_at_the_second_look)
    assert looks == 2

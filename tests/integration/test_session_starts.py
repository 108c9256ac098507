"""A start that is refused, repeated, unanswered or taken back, through the services on both databases."""

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
    TariffMissing,
)
from backend.domain.session import FailureReason, SessionState, StopReason
from backend.models import LiveSession, Order, PileState, Session, Station
from backend.models.ledger import LedgerEntry
from backend.services.charging.expire_command import expire_command
from backend.services.charging.expire_start import expire_start
from backend.services.charging.start_session import start_session
from backend.services.charging.stop_session import stop_session
from backend.services.commands.queue import claim_commands
from backend.services.views.driver.get_session import get_session
from tests.scenario import Scenario

pytestmark = pytest.mark.usefixtures("database")


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

"""Whose car hangs on a gun: after a charge only its own driver may start again until the plug was pulled."""

from datetime import timedelta

import pytest

from backend.domain.actor import Actor
from backend.domain.connector import ConnectorStatus
from backend.domain.errors import ConnectorNotFound, Forbidden, PlugClaimed, WhoseCar
from backend.domain.permission import ActorKind, Permission
from backend.domain.policy import DEFAULTS
from backend.domain.session import StopReason
from backend.models import AuditRow, LiveSession, PlugClaim, Session
from backend.models.ledger import LedgerEntry
from backend.services.charging.release_plug import release_plug
from backend.services.charging.start_session import start_session
from backend.services.intake.record_status import StatusChange, record_statuses
from backend.services.views.driver.estimate_charge import estimate_charge
from tests.invariants import check_invariants
from tests.scenario import Scenario

pytestmark = pytest.mark.usefixtures("database")


class Parked(Scenario):
    """Driver A has charged and not unplugged."""

    def __init__(self, *, stop_reason: StopReason = StopReason.DRIVER_APP, plugged: bool = True) -> None:
        super().__init__()
        self.a, self.b = self.driver(), self.driver()
        self.seq = 1
        session_no = self.start(self.a).session_no
        self.say_started(session_no)
        self.after(minutes=10)
        if not plugged:
            self.set_status(1, ConnectorStatus.IDLE, plugged=False)
        self.say_ended(
            session_no, 4_000, started_at=self.now - timedelta(minutes=10), stop_reason=stop_reason
        )
        self.plug(1)

    def hear(self, status: ConnectorStatus, *, plugged: bool, is_replayed: bool = False) -> None:
        self.seq += 1
        change = StatusChange(
            connector_id=self.known.connectors[1].id,
            connector_no=self.known.connectors[1].connector_no,
            status=status,
            previous=ConnectorStatus.FINISHING,
            is_plugged=plugged,
            fault_codes="",
            boot=1,
            seq=self.seq,
            at=self.now,
            is_replayed=is_replayed,
        )
        record_statuses(changes=[change], now=self.now)

    def is_claimed_for(self, driver: Actor) -> bool:
        """What the confirmation is told."""
        return estimate_charge(
            driver=driver,
            connector_no=self.known.connectors[1].connector_no,
            limit_fen=None,
            now=self.now,
        ).is_plug_claimed


def test_another_driver_cannot_start_on_a_car_that_was_not_unplugged_and_its_own_can() -> None:
    world = Parked()
    before = (Session.select().count(), LedgerEntry.select().count())
    assert (world.is_claimed_for(world.a), world.is_claimed_for(world.b)) == (False, True)
    with pytest.raises(PlugClaimed):
        world.start(world.b)
    assert (Session.select().count(), LedgerEntry.select().count()) == before
    assert LiveSession.select().count() == 0
    world.start(world.a)
    check_invariants()


@pytest.mark.parametrize(
    ("status", "plugged", "is_replayed", "is_free"),
    [
        (ConnectorStatus.IDLE, False, False, True),
        (ConnectorStatus.FINISHING, False, False, True),
        (ConnectorStatus.FINISHING, True, False, False),
        (ConnectorStatus.FAULTED, False, False, False),
        (ConnectorStatus.IDLE, False, True, False),
    ],
)
def test_a_pulled_plug_frees_the_connector_and_nothing_else_that_is_heard(
    status: ConnectorStatus, *, plugged: bool, is_replayed: bool, is_free: bool
) -> None:
    world = Parked()
    world.hear(status, plugged=plugged, is_replayed=is_replayed)
    assert PlugClaim.select().exists() is not is_free
    world.hear(ConnectorStatus.PLUGGED, plugged=True)
    if is_free:
        world.start(world.b)
    else:
        with pytest.raises(PlugClaimed):
            world.start(world.b)
    check_invariants()


def test_silence_locks_no_gun_for_ever() -> None:
    world = Parked()
    world.after(seconds=DEFAULTS.terms.plug_claim_s - 1)
    with pytest.raises(PlugClaimed):
        world.start(world.b)
    world.after(seconds=1)
    assert not world.is_claimed_for(world.b)
    for answer in (None, False):
        with pytest.raises(WhoseCar):
            start_own(world, is_own_car=answer)
    start_own(world, is_own_car=True)


def start_own(world: "Parked", *, is_own_car: bool | None) -> None:
    """B starts with this answer to the question whose car it is."""
    start_session(
        driver=world.b,
        connector_no=world.known.connectors[1].connector_no,
        limit_fen=None,
        is_own_car=is_own_car,
        idempotency_key=f"answer {is_own_car}",
        now=world.now,
    )


@pytest.mark.parametrize(
    ("stop_reason", "plugged"), [(StopReason.UNPLUGGED, True), (StopReason.DRIVER_APP, False)]
)
def test_a_car_that_was_unplugged_during_its_charge_claims_nothing(
    stop_reason: StopReason, *, plugged: bool
) -> None:
    world = Parked(stop_reason=stop_reason, plugged=plugged)
    assert not PlugClaim.select().exists()
    world.start(world.b)


def test_a_start_that_failed_claims_nothing() -> None:
    world = Scenario()
    (command,) = world.commands(world.start(world.driver()).session_no)
    world.answer(command, "rejected", "faulted")
    world.start(world.driver())


def test_staff_release_a_plug_with_a_reason_and_it_is_audited_once() -> None:
    world = Parked()
    connector_no = world.known.connectors[1].connector_no
    staff = Actor(
        kind=ActorKind.STAFF,
        id=1,
        no="staff",
        is_platform=True,
        permissions=frozenset({Permission.CONNECTOR_RELEASE.value}),
    )
    elsewhere = Actor(
        kind=ActorKind.STAFF, id=3, no="elsewhere", operator_id=99, permissions=staff.permissions
    )
    powerless = Actor(kind=ActorKind.STAFF, id=2, no="powerless", is_platform=True)
    for who, refusal in ((powerless, Forbidden), (elsewhere, ConnectorNotFound)):
        with pytest.raises(refusal):
            release_plug(staff=who, connector_no=connector_no, reason="车已开走", now=world.now)
    for _ in range(2):
        release_plug(staff=staff, connector_no=connector_no, reason="车已开走", now=world.now)
    assert AuditRow.select().where(AuditRow.action == "connector.release").count() == 1
    world.start(world.b)


def test_what_a_driver_says_of_the_car_is_kept_and_the_key_binds_it() -> None:
    world = Scenario()
    driver = world.driver()
    connector_no = world.known.connectors[1].connector_no
    started = start_session(
        driver=driver,
        connector_no=connector_no,
        limit_fen=None,
        is_own_car=True,
        idempotency_key="k",
        now=world.now,
    )
    assert world.session(started.session_no).is_own_car is True
    other = world.start(world.driver(), gun=2)
    assert world.session(other.session_no).is_own_car is None

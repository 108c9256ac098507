"""Outages of pile, broker and bridge in mid-charge: silence stops nobody, and what is known is billed in time."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from backend.domain.connector import ConnectorStatus
from backend.domain.order import OrderState
from backend.domain.session import SessionState, StopReason
from backend.models import BridgeHearing
from backend.services.charging.stop_session import stop_session
from backend.services.ground.hearing import note_hearing
from mqtt_bridge.batch import Incoming
from tests.faults.charging_pile import BALANCE_FEN, PEAK_FEN_PER_KWH, ChargingPile, replayed
from tests.faults.due_timers import do_due_timers
from tests.invariants import check_invariants
from tests.scenario import NOON

pytestmark = pytest.mark.usefixtures("database")

OUTAGES = ("pile", "pile that keeps no meters", "broker", "bridge")


class Outage:
    """A pile that charges under watch: the jobs look when their timer says so, and the bridge notes that it hears."""

    def __init__(self) -> None:
        self.pile = ChargingPile(power_w=30_000)
        self.pile.begin()
        self.pass_time(10)

    def pass_time(self, minutes: int, *, is_said: bool = True, is_heard: bool = True) -> list[Incoming]:
        """Charge on; `is_said`: meters reach the bridge, `is_heard`: the bridge listens. What waits is given back."""
        kept = []
        for _ in range(minutes):
            kept += self.pile.charge(1, is_heard=is_said and is_heard)
            self._let_work(is_heard=is_heard)
        return kept

    def stand(self, minutes: int, *, status: str = "charging", is_heard: bool = True) -> None:
        """Time passes with a register that stands."""
        for _ in range(minutes):
            self.pile.pass_time(minutes=1)
            if is_heard:
                self.pile.hear(self.pile.meter(self.pile.register_wh), self.pile.voice.status(status))
            self._let_work(is_heard=is_heard)

    def _let_work(self, *, is_heard: bool) -> None:
        now = self.pile.world.now
        if is_heard:
            note_hearing(bridge="bridge", now=now)
        do_due_timers(now)

    def be_away(self, who: str, minutes: int) -> None:
        """Somebody is away in mid-charge, and is back."""
        kept = self.pass_time(minutes, is_said=False, is_heard=who not in {"bridge", "broker"})
        if who == "bridge":
            self.pile.restart_bridge()
            self.pile.hear(*kept)
        elif who == "pile":
            self.pile.hear(self.pile.voice.online("c2"), *map(replayed, kept))
        else:
            self.pile.hear(self.pile.voice.online("c3"))

    def stops(self) -> int:
        return sum(one.kind == "stop" for one in self.pile.world.commands(self.pile.session_no))

    def expect_bill(self, state: OrderState) -> None:
        self.pile.hear(self.pile.record())
        (order,) = self.pile.orders()
        fen = self.pile.energy_wh * PEAK_FEN_PER_KWH // 1_000
        assert (order.state, order.energy_wh, order.total_fen) == (state, self.pile.energy_wh, fen)
        assert self.pile.world.wallet(self.pile.driver).available_fen == BALANCE_FEN - fen
        assert self.stops() == 0


@pytest.fixture
def outage(database: str) -> Iterator[Outage]:
    outage = Outage()
    yield outage
    check_invariants()


@pytest.mark.parametrize("who", OUTAGES)
def test_eleven_minutes_of_silence_stop_nobody(outage: Outage, who: str) -> None:
    outage.be_away(who, 11)
    assert (outage.pile.session.state, outage.stops()) == (SessionState.CHARGING, 0)
    outage.pass_time(12)
    assert (outage.pile.session.state, outage.stops()) == (SessionState.CHARGING, 0)
    outage.expect_bill(OrderState.SETTLED)


@pytest.mark.parametrize("who", ["bridge", "broker"])
def test_while_we_were_away_for_two_hours_nobody_was_silent(outage: Outage, who: str) -> None:
    outage.be_away(who, 120)
    assert outage.pile.session.state is SessionState.CHARGING
    outage.pass_time(12)
    assert outage.pile.session.state is SessionState.CHARGING
    outage.expect_bill(OrderState.SETTLED)


@pytest.mark.parametrize("who", ["pile", "pile that keeps no meters"])
def test_a_pile_away_for_two_hours_is_billed_by_what_is_known_and_charges_on(
    outage: Outage, who: str
) -> None:
    """Its driver and its gun are free meanwhile; its limits bound what it takes, and its record corrects."""
    outage.be_away(who, 120)
    (order,) = outage.pile.orders()
    assert (order.state, order.energy_wh) == (OrderState.PROVISIONAL, 5_000)
    outage.pass_time(12)
    outage.expect_bill(OrderState.CORRECTED)


def test_a_silent_charge_waits_thirty_minutes_and_no_longer_whoever_asks_to_stop_it(outage: Outage) -> None:
    outage.pass_time(11, is_said=False)
    stop_session(driver=outage.pile.driver, session_no=outage.pile.session_no, now=outage.pile.world.now)
    outage.pass_time(18, is_said=False)
    assert outage.pile.session.state is SessionState.STOPPING
    outage.pass_time(1, is_said=False)
    (order,) = outage.pile.orders()
    assert (order.state, order.energy_wh) == (OrderState.PROVISIONAL, 5_000)


def test_who_is_still_silent_after_an_outage_of_ours_is_settled_five_minutes_later(outage: Outage) -> None:
    outage.pass_time(120, is_said=False, is_heard=False)
    outage.pass_time(5, is_said=False)
    assert outage.pile.session.state is SessionState.CHARGING
    outage.pass_time(1, is_said=False)
    (order,) = outage.pile.orders()
    assert (order.state, order.energy_wh) == (OrderState.PROVISIONAL, 5_000)


def test_nobody_waits_longer_than_a_day_for_a_bridge_that_is_away(outage: Outage) -> None:
    outage.pile.pass_time(hours=23, minutes=49)
    outage.pass_time(1, is_said=False, is_heard=False)
    assert outage.pile.session.state is SessionState.SETTLED


def test_a_register_that_is_heard_to_stand_still_for_ten_minutes_is_stopped(outage: Outage) -> None:
    outage.stand(5)
    outage.pile.restart_bridge()
    outage.stand(4)
    assert outage.stops() == 0
    outage.stand(2)
    session = outage.pile.session
    assert (session.state, session.stop_asked_reason) == (SessionState.STOPPING, StopReason.PLATFORM)
    assert outage.stops() == 1


def test_minutes_in_which_nothing_was_heard_do_not_count(outage: Outage) -> None:
    outage.stand(6)
    outage.stand(11, is_heard=False)
    outage.stand(9)
    assert outage.stops() == 0
    outage.stand(2)
    assert outage.stops() == 1


def test_a_car_that_holds_the_energy_off_is_not_stopped(outage: Outage) -> None:
    outage.stand(25, status=ConnectorStatus.SUSPENDED_EV.value)
    assert outage.stops() == 0


def test_a_spell_of_hearing_goes_on_over_a_restart_and_begins_anew_after_a_gap() -> None:
    now = ChargingPile().world.now
    for seconds, since in ((0, 0), (10, 0), (70, 0), (131, 131), (140, 131)):
        note_hearing(bridge="bridge", now=now + timedelta(seconds=seconds))
        row = BridgeHearing.get()
        assert row.heard_since == now + timedelta(seconds=since)
        assert row.heard_until == now + timedelta(seconds=seconds)


@pytest.mark.parametrize("age", [timedelta(hours=25), timedelta(days=3)], ids=["25 hours", "3 days"])
@pytest.mark.parametrize("is_begun", [True, False])
def test_a_true_record_is_taken_however_old_it_is(database: str, age: timedelta, *, is_begun: bool) -> None:
    """It waited at the broker, or in the pile without its mark; that it begins when we know it did proves it."""
    del database
    pile = ChargingPile(power_w=30_000)
    if is_begun:
        pile.begin()
    pile.charge(10)
    pile.charge(5, is_heard=False)
    record = pile.record()
    pile.pass_time(minutes=31)
    do_due_timers(pile.world.now)
    (order,) = pile.orders()
    assert (order.state, order.energy_wh) == (OrderState.PROVISIONAL, 5_000 if is_begun else 4_500)
    pile.pass_time(seconds=age.total_seconds())
    pile.hear(pile.voice.heartbeat(), record, pile.voice.heartbeat())
    (order,) = pile.orders()
    assert (order.state, order.energy_wh, order.total_fen) == (OrderState.CORRECTED, 7_500, 1_125)
    assert order.started_at - NOON <= timedelta(minutes=1)
    assert pile.refused() == []
    check_invariants()

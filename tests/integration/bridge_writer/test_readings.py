"""What one reading or status may do to a session: begin it, stop it, move it, or nothing."""

from backend.domain.command import CommandKind
from backend.domain.meter import Doubt
from backend.domain.session import SessionState, StopReason
from backend.models import (
    MeterValue,
    SessionDoubt,
    SessionProgress,
)
from tests.builders import a_pile
from tests.integration.bridge_writer.kit import Kit
from tests.pile_voice import PileVoice
from tests.scenario import NOON


def test_a_meter_is_proof_enough_that_a_session_charges(kit: Kit) -> None:
    session_no = kit.world.start(kit.world.driver(20_000)).session_no
    kit.write(kit.pile.meter(session_no, 1_000_000), kit.pile.after(seconds=5).meter(session_no, 1_000_080))
    session = kit.world.session(session_no)
    assert session.state is SessionState.CHARGING
    assert session.register_start_wh is None  # only session_started or the final record names the beginning


def test_an_implausible_reading_is_kept_raw_and_moves_nothing(kit: Kit) -> None:
    session_no = kit.charging()
    kit.after(seconds=15).write(kit.pile.meter(session_no, 1_000_250))
    kit.after(seconds=15).write(kit.pile.meter(session_no, 1_910_000))
    kit.after(seconds=15).write(kit.pile.meter(session_no, 0))
    assert kit.progress(session_no).energy_wh == 250
    kit.after(seconds=15).write(kit.pile.meter(session_no, 1_000_900))
    assert kit.progress(session_no).energy_wh == 900
    assert MeterValue.select().count() == 4


def test_readings_that_waited_at_the_broker_are_not_taken_for_a_jump(kit: Kit) -> None:
    session_no = kit.charging()
    late = [kit.pile.after(minutes=1).meter(session_no, 1_000_000 + 1_000 * n) for n in range(1, 11)]
    kit.world.after(minutes=10)
    for message in late:
        kit.write(message)
    kit.writer.catch_up(is_all=True)
    assert kit.progress(session_no).energy_wh == 10_000


def test_asks_to_stop_once_before_the_hold_is_used_up(kit: Kit) -> None:
    session_no = kit.charging(limit_fen=500)
    # 500 fen buy 3.33 kWh; 15 s at 60 kW cost 37.5 fen more
    kit.after(minutes=3).write(kit.pile.meter(session_no, 1_003_000))
    assert kit.world.session(session_no).state is SessionState.CHARGING
    for n in range(3):
        kit.after(seconds=5).write(kit.pile.meter(session_no, 1_003_085 + 80 * n))
    session = kit.world.session(session_no)
    assert (session.state, session.stop_asked_reason) == (SessionState.STOPPING, StopReason.BALANCE_EXHAUSTED)
    assert [row.kind for row in kit.world.commands(session_no)].count(CommandKind.STOP) == 1


def test_idle_said_twice_while_charging_asks_to_stop_but_an_older_idle_does_not(kit: Kit) -> None:
    idle_before = kit.pile.status("idle", plugged=False)
    kit.after(seconds=5)
    session_no = kit.charging()
    kit.write(idle_before)
    assert kit.world.session(session_no).state is SessionState.CHARGING
    kit.after(seconds=30).write(kit.pile.status("idle", plugged=False))
    assert kit.world.session(session_no).state is SessionState.CHARGING
    kit.after(seconds=1).write(kit.pile.status("idle", plugged=False))
    assert kit.world.session(session_no).state is SessionState.STOPPING


def test_another_piles_meter_does_not_move_the_session(kit: Kit) -> None:
    session_no = kit.charging()
    other = a_pile(station=kit.world.station, now=NOON)
    thief = PileVoice(other.pile_no, NOON)
    kit.after(seconds=15).write(thief.after(seconds=15).meter(session_no, 1_000_200))
    assert SessionProgress.select().count() == 0
    assert MeterValue.select().count() == 1


def test_energy_after_the_end_tells_the_pile_to_stop_at_most_once_a_minute(kit: Kit) -> None:
    session_no = kit.charging()
    kit.after(minutes=1).write(kit.pile.ended(session_no, NOON, 900))
    for n in range(4):
        kit.after(seconds=10).write(kit.pile.meter(session_no, 1_001_000 + n))
    assert [row.kind for row in kit.world.commands(session_no)].count(CommandKind.STOP) == 1
    assert [row.doubt for row in SessionDoubt.select()] == [Doubt.POWER_AFTER_END]
    assert MeterValue.select().count() == 4
    assert SessionProgress.select().count() == 0

"""M15: a pile loses its power in mid-charge. It returns with the record it kept, with none, or never."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from backend.domain.command import CommandKind
from backend.domain.order import OrderState
from backend.domain.session import SessionState
from backend.models import Command, ConnectorDay, LiveSession, Quarantine, SessionSegment, StationHour
from backend.services.charging.release_review import release_review
from backend.services.charging.watch_session import watch_session
from mqtt_bridge.batch import Incoming
from tests.faults.charging_pile import BALANCE_FEN, PEAK_FEN_PER_KWH, ChargingPile, replayed
from tests.invariants import check_invariants
from tests.pile_voice import as_text
from tests.scenario import NOON

pytestmark = pytest.mark.usefixtures("database")

CHARGED_MIN = 10
CHARGED_WH = 10_000
CHARGED_FEN = 10 * PEAK_FEN_PER_KWH
SILENT_MIN = 31


@pytest.fixture
def pile(database: str) -> Iterator[ChargingPile]:
    """Ten minutes into a charge."""
    pile = ChargingPile()
    pile.begin()
    pile.charge(CHARGED_MIN)
    yield pile
    assert not LiveSession.select().exists()
    assert pile.world.wallet(pile.driver).held_fen == 0
    check_invariants()


def keep_record(pile: ChargingPile, **fields: object) -> Incoming:
    """The power goes; the will is told by the broker. What the pile wrote in its last instant is kept."""
    record = replayed(pile.record(stop_reason="power_lost", **fields))
    pile.hear(pile.voice.online(online=False))
    return record


def come_back(pile: ChargingPile, *, boot: int = 6, status: str = "idle") -> None:
    pile.hear(pile.voice.start(boot), pile.voice.online("c2"), pile.voice.status(status, plugged=False))


def fall_silent(pile: ChargingPile) -> None:
    pile.pass_time(minutes=SILENT_MIN)
    watch_session(session_no=pile.session_no, now=pile.world.now)


def expect_order(pile: ChargingPile, state: OrderState, energy_wh: int = CHARGED_WH) -> None:
    (order,) = pile.orders()
    fen = energy_wh * PEAK_FEN_PER_KWH // 1_000
    assert (order.state, order.energy_wh, order.total_fen) == (state, energy_wh, fen)
    assert pile.world.wallet(pile.driver).available_fen == BALANCE_FEN - fen


@pytest.mark.parametrize("boot", [6, 1, 5], ids=["next boot", "counter lost", "counter stuck"])
def test_a_pile_that_returns_with_its_record_is_billed_by_it(pile: ChargingPile, boot: int) -> None:
    record = keep_record(pile)
    pile.pass_time(minutes=5)
    come_back(pile, boot=boot, status="charging")
    assert pile.session.state is SessionState.CHARGING
    pile.hear(record)
    expect_order(pile, OrderState.SETTLED)
    assert pile.session.stop_reason == "power_lost"


def test_a_record_that_comes_after_the_provisional_bill_corrects_it(pile: ChargingPile) -> None:
    pile.charge(2, is_heard=False)
    record = keep_record(pile)
    fall_silent(pile)
    expect_order(pile, OrderState.PROVISIONAL)
    come_back(pile)
    pile.hear(record, record)
    expect_order(pile, OrderState.CORRECTED, 12_000)


def test_a_late_record_corrects_the_facts_too(pile: ChargingPile) -> None:
    """It went on for fifty minutes, over the hour; roll-ups move with it."""
    pile.charge(50, is_heard=False)
    record = keep_record(pile, reported_fen_e4=12_345)
    ended_at = pile.world.now
    fall_silent(pile)
    (order,) = pile.orders()
    assert (order.ended_at, StationHour.get().local_hour) == (NOON + timedelta(minutes=CHARGED_MIN), 12)
    pile.hear(record)

    (order,), session = pile.orders(), pile.session
    assert (order.started_at, order.ended_at) == (NOON, ended_at)
    assert (order.reported_fen_e4, order.has_discrepancy) == (12_345, True)
    assert (session.ended_at, session.stop_reason) == (ended_at, "power_lost")
    assert (session.reported_fen_e4, session.register_end_wh) == (12_345, pile.register_wh)
    energies = {
        row.from_at: row.energy_wh
        for row in SessionSegment.select().where(SessionSegment.session_id == session.id)
    }
    assert energies == {NOON: 30_000, NOON + timedelta(minutes=30): 30_000}
    hours = {row.local_hour: (row.orders, row.energy_wh, row.duration_s) for row in StationHour.select()}
    assert hours == {12: (0, 0, 0), 13: (1, 60_000, 3_600)}
    assert ConnectorDay.get().duration_s == 3_600


def test_a_late_record_that_costs_the_same_corrects_the_facts_too(pile: ChargingPile) -> None:
    pile.pass_time(minutes=50)
    record = keep_record(pile, reported_fen_e4=15_000_000, started_at=as_text(NOON))
    ended_at = pile.world.now
    fall_silent(pile)
    pile.hear(record)
    (order,), session = pile.orders(), pile.session
    assert (order.state, order.ended_at, order.reported_fen_e4) == (OrderState.SETTLED, ended_at, 15_000_000)
    assert (session.ended_at, session.stop_reason) == (ended_at, "power_lost")
    assert {row.local_hour: row.orders for row in StationHour.select()} == {12: 0, 13: 1}
    expect_order(pile, OrderState.SETTLED)


def test_a_pile_that_returns_with_nothing_is_told_to_stop_and_billed_by_its_last_meter(
    pile: ChargingPile,
) -> None:
    keep_record(pile)
    pile.pass_time(minutes=5)
    come_back(pile)
    assert Command.select().where(Command.kind == CommandKind.REPORT_STATUS).exists()
    pile.pass_time(seconds=1)
    pile.hear(pile.voice.status("idle", plugged=False))
    assert pile.session.state is SessionState.STOPPING
    stop = next(one for one in pile.world.commands(pile.session_no) if one.kind == "stop")
    pile.hear(pile.voice.say("reply", command_id=stop.command_no, result="rejected", reason="no_session"))
    fall_silent(pile)
    expect_order(pile, OrderState.PROVISIONAL)


def test_a_pile_that_never_returns_is_billed_by_its_last_meter(pile: ChargingPile) -> None:
    keep_record(pile)
    fall_silent(pile)
    expect_order(pile, OrderState.PROVISIONAL)


def test_the_next_driver_is_not_touched_by_the_record_of_the_one_before(pile: ChargingPile) -> None:
    pile.charge(2, is_heard=False)
    record = keep_record(pile)
    fall_silent(pile)
    come_back(pile, status="idle")
    pile.world.plug(1)
    other = pile.world.driver(BALANCE_FEN)
    number = pile.world.start(other).session_no
    pile.hear(pile.voice.started(number, pile.register_wh))
    pile.hear(record)
    expect_order(pile, OrderState.CORRECTED, 12_000)
    assert pile.world.session(number).state is SessionState.CHARGING
    assert pile.world.wallet(other).held_fen == BALANCE_FEN
    pile.world.say_ended(number, 0, started_at=pile.world.now, register_start_wh=pile.register_wh)


def test_a_record_older_than_the_last_meter_is_for_a_person(pile: ChargingPile) -> None:
    """The pile writes its record only now and then, and lost the newest."""
    pile.hear(keep_record(pile, register_end_wh=pile.register_wh - 3_000))
    assert (pile.session.state, pile.orders()) == (SessionState.REVIEW, [])
    pile.world.after(days=1)
    release_review(session_no=pile.session_no, now=pile.world.now)
    assert pile.world.wallet(pile.driver).available_fen == BALANCE_FEN


def test_a_late_record_that_contradicts_the_provisional_bill_is_kept_and_changes_nothing(
    pile: ChargingPile,
) -> None:
    record = keep_record(pile, register_end_wh=pile.register_wh + 900_000)
    fall_silent(pile)
    pile.hear(record)
    expect_order(pile, OrderState.PROVISIONAL)
    (kept,) = Quarantine.select()
    assert (kept.reason, bytes(kept.payload)) == ("record_implausible", record[1])
    assert pile.refused() == ["record_implausible"]

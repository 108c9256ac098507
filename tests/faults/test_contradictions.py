"""What a pile says of one charge disagrees: with itself, its readings, another gun, another pile. Billed right, or a person."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final

import pytest

from backend.domain.actor import Actor
from backend.domain.command import CommandKind
from backend.domain.decision import Decision
from backend.domain.meter import Doubt
from backend.domain.order import OrderState
from backend.domain.permission import ActorKind, Permission
from backend.domain.session import SessionState
from backend.models import Order, SessionProgress
from backend.services.charging.decide_session import Verdict, decide_session
from backend.services.charging.get_session_evidence import get_session_evidence
from backend.services.charging.watch_session import watch_session
from tests.builders import a_pile
from tests.faults.charging_pile import BALANCE_FEN, PEAK_FEN_PER_KWH, START_WH, ChargingPile
from tests.invariants import check_invariants
from tests.pile_voice import PileVoice, as_text
from tests.scenario import NOON

MIDNIGHT: Final = NOON + timedelta(hours=12)
STAFF: Final = Actor(
    kind=ActorKind.STAFF,
    id=1,
    no="staff",
    is_platform=True,
    permissions=frozenset({Permission.SESSION_DECIDE.value}),
)
pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def pile(database: str) -> Iterator[ChargingPile]:
    pile = ChargingPile()
    yield pile
    check_invariants()


def expect_bill(pile: ChargingPile, energy_wh: int, state: OrderState = OrderState.SETTLED) -> None:
    (order,) = pile.orders()
    fen = energy_wh * PEAK_FEN_PER_KWH // 1_000
    assert (order.state, order.energy_wh, order.total_fen) == (state, energy_wh, fen)


def expect_review(pile: ChargingPile, reason: str) -> None:
    assert (pile.session.state, pile.session.review_reason) == (SessionState.REVIEW, reason)
    assert pile.orders() == []
    assert pile.world.wallet(pile.driver).debt_fen == 0


def watch(pile: ChargingPile) -> None:
    watch_session(session_no=pile.session_no, now=pile.world.now)


# ---- the beginning


@pytest.mark.parametrize("is_silent", [False, True])
def test_a_charge_that_resumes_after_a_power_cut_is_billed_from_its_first_beginning(
    pile: ChargingPile, *, is_silent: bool
) -> None:
    pile.begin()
    pile.charge(10)
    pile.hear(pile.voice.start(6), pile.voice.started(pile.session_no, pile.register_wh))
    pile.charge(5)
    if is_silent:
        pile.pass_time(minutes=31)
        watch(pile)
    else:
        pile.hear(pile.record())
    expect_bill(pile, 15_000, OrderState.PROVISIONAL if is_silent else OrderState.SETTLED)
    assert pile.doubts == {Doubt.SECOND_BEGINNING}


def test_a_record_that_begins_where_the_charge_resumed_is_for_a_person(pile: ChargingPile) -> None:
    pile.begin()
    pile.charge(10)
    resumed_wh = pile.register_wh
    pile.hear(pile.voice.start(6), pile.voice.started(pile.session_no, resumed_wh))
    pile.charge(5)
    pile.hear(pile.record(register_start_wh=resumed_wh))
    expect_review(pile, "start_mismatch")


@pytest.mark.parametrize("told_wh", [0, START_WH - 500_000, START_WH + 500_000])
def test_a_beginning_that_no_reading_can_follow_hides_no_energy_and_stops_nobody(
    pile: ChargingPile, told_wh: int
) -> None:
    pile.hear(pile.voice.started(pile.session_no, told_wh))
    pile.charge(15)
    assert SessionProgress.get_by_id(pile.session.id).energy_wh == 14_000, "all but the first minute"
    watch(pile)
    assert pile.session.state is SessionState.CHARGING
    pile.hear(pile.record())
    expect_bill(pile, 15_000)
    assert pile.doubts == {Doubt.BEGINS_ELSEWHERE}


def test_a_silent_charge_with_an_impossible_beginning_is_billed_by_its_readings_and_then_by_its_record(
    pile: ChargingPile,
) -> None:
    pile.hear(pile.voice.started(pile.session_no, 0))
    pile.charge(15)
    record = pile.record()
    pile.pass_time(minutes=31)
    watch(pile)
    expect_bill(pile, 14_000, OrderState.PROVISIONAL)
    pile.hear(record)
    expect_bill(pile, 15_000, OrderState.CORRECTED)


def test_a_record_that_begins_after_its_first_reading_is_for_a_person(pile: ChargingPile) -> None:
    pile.charge(10)
    pile.hear(pile.record(register_start_wh=START_WH + 5_000))
    expect_review(pile, "start_mismatch")


# ---- the end, and what flickers


@pytest.mark.parametrize("behind_wh", [1, 10])
def test_a_final_register_behind_the_last_reading_by_its_resolution_counts(
    pile: ChargingPile, behind_wh: int
) -> None:
    pile.begin()
    pile.charge(10)
    pile.hear(pile.record(register_end_wh=pile.register_wh - behind_wh))
    (order,) = pile.orders()
    assert (order.state, order.energy_wh) == (OrderState.SETTLED, 10_000 - behind_wh)


def test_a_second_of_idle_between_readings_stops_no_charge(pile: ChargingPile) -> None:
    pile.begin()
    pile.charge(5)
    pile.hear(pile.voice.status("idle", plugged=False))
    pile.pass_time(seconds=1)
    pile.hear(pile.voice.status("charging"))
    pile.charge(5)
    assert pile.session.state is SessionState.CHARGING
    asked = [one for one in pile.world.commands(pile.session_no) if one.kind is CommandKind.STOP]
    assert asked == []
    pile.hear(pile.record())
    expect_bill(pile, 10_000)


@pytest.mark.parametrize("is_restarted", [False, True])
def test_a_connector_that_says_idle_twice_and_gives_no_energy_is_stopped(
    pile: ChargingPile, *, is_restarted: bool
) -> None:
    pile.begin()
    pile.charge(5)
    pile.pass_time(seconds=5)
    pile.hear(pile.voice.status("idle", plugged=False))
    assert pile.session.stopping_at is None
    if is_restarted:
        pile.restart_bridge()
    pile.pass_time(seconds=2)
    pile.hear(pile.voice.status("idle", plugged=False))
    assert pile.session.state is SessionState.STOPPING


def test_a_connector_that_says_idle_while_its_register_grows_is_not_believed(pile: ChargingPile) -> None:
    pile.begin()
    for _ in range(3):
        pile.hear(pile.voice.status("idle", plugged=False))
        pile.charge(5)
    assert pile.session.state is SessionState.CHARGING


# ---- fields that disagree


def on_gun_2(pile: ChargingPile, kinds: str) -> None:
    """Begin, charge and end, with the messages named in `kinds` from the other gun."""

    def gun(kind: str) -> dict[str, Any]:
        return {"connector": 2 if kind in kinds else 1}

    pile.hear(pile.voice.started(pile.session_no, START_WH, **gun("started")))
    for _ in range(5):
        pile.pass_time(minutes=1)
        pile.minute += 1
        pile.hear(pile.voice.meter(pile.session_no, pile.register_wh, **gun("meter")))
    pile.hear(pile.record(**gun("ended")))


@pytest.mark.parametrize("kinds", ["started", "meter", "ended", "started meter ended"])
def test_a_charge_that_another_gun_tells_of_is_for_a_person(pile: ChargingPile, kinds: str) -> None:
    """Somebody else's car may stand there."""
    on_gun_2(pile, kinds)
    expect_review(pile, "other_gun")
    assert pile.doubts == {Doubt.OTHER_GUN}


def test_a_silent_charge_that_another_gun_told_of_is_for_a_person(pile: ChargingPile) -> None:
    pile.begin()
    pile.pass_time(minutes=1)
    pile.hear(pile.voice.meter(pile.session_no, START_WH + 1_000, connector=2))
    pile.restart_bridge()
    pile.pass_time(minutes=31)
    watch(pile)
    expect_review(pile, "other_gun")


def test_a_record_in_review_is_billed_by_its_own_half_hours_and_its_doubts_are_shown(database: str) -> None:
    """The line was away while it charged: readings know nothing of what flowed before midnight, the pile does."""
    pile = ChargingPile(begins_at=MIDNIGHT - timedelta(minutes=30))
    pile.hear(pile.voice.started(pile.session_no, START_WH, connector=2))
    pile.charge(40, is_heard=False)
    parts = [(-30, 0, 28_000), (0, 10, 12_000)]
    segments = [
        {
            "from_at": as_text(MIDNIGHT + timedelta(minutes=begins)),
            "to_at": as_text(MIDNIGHT + timedelta(minutes=ends)),
            "energy_wh": energy_wh,
        }
        for begins, ends, energy_wh in parts
    ]
    pile.hear(pile.record(segments=segments))
    expect_review(pile, "other_gun")
    evidence = get_session_evidence(staff=STAFF, session_no=pile.session_no)
    assert [one.doubt for one in evidence.doubts] == [Doubt.OTHER_GUN]
    as_recorded = next(one for one in evidence.choices if one.decision is Decision.BILL_RECORD)
    assert (as_recorded.total_fen, as_recorded.is_estimated) == (28 * 150 + 12 * 70, False)
    verdict = Verdict(decision=Decision.BILL_RECORD, reason="记录无误", seen=evidence.seen)
    decide_session(
        staff=STAFF, session_no=pile.session_no, verdict=verdict, idempotency_key="k", now=pile.world.now
    )
    (order,) = pile.orders()
    assert (order.total_fen, order.is_estimated) == (28 * 150 + 12 * 70, False)
    check_invariants()


@pytest.mark.parametrize("kind", ["started", "meter", "ended"])
def test_a_charge_that_another_pile_tells_of_is_for_a_person(pile: ChargingPile, kind: str) -> None:
    other = PileVoice(a_pile(station=pile.world.station, now=pile.world.now).pile_no, pile.world.now)
    pile.begin()
    pile.charge(5)
    other.after(minutes=5)
    if kind == "meter":
        pile.hear(other.meter(pile.session_no, 5_000))
    elif kind == "started":
        pile.hear(other.started(pile.session_no, 5_000))
        assert pile.refused() == ["other_pile"]
    else:
        started_at = other.now - timedelta(minutes=5)
        pile.hear(other.ended(pile.session_no, started_at, 5_000))
    pile.hear(pile.record())
    expect_review(pile, "other_pile")
    assert pile.world.wallet(pile.driver).held_fen == BALANCE_FEN
    assert not Order.select().where(Order.driver_id == pile.driver.id).exists()

"""M16: meters that reset, roll over, stand still, jump or are told wrong. A bill is possible, or there is none."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.domain.meter import Doubt
from backend.domain.meter_trail import OVER_RATED_PERCENT, SLACK_WH
from backend.domain.order import OrderState
from backend.domain.session import SessionState
from backend.models import TABLES, SessionProgress
from backend.models.engine import database as db
from backend.services.charging.release_review import release_review
from backend.services.charging.watch_session import watch_session
from tests.faults.charging_pile import PEAK_FEN_PER_KWH, START_WH, ChargingPile
from tests.invariants import check_invariants
from tests.pile_voice import as_text
from tests.scenario import NOON

pytestmark = pytest.mark.usefixtures("database")

RATED_W: Final = 120_000
EXAMPLES: Final = 60
MIDNIGHT: Final = NOON + timedelta(hours=12)
VALLEY_FEN_PER_KWH: Final = 70
TRUSTED_MIN: Final = 2
"""A pile's clock is believed within a minute, at the beginning and at the end."""


@pytest.fixture
def pile(database: str) -> Iterator[ChargingPile]:
    pile = ChargingPile()
    yield pile
    check_invariants()


def expect_review(pile: ChargingPile, reason: str) -> None:
    assert (pile.session.state, pile.session.review_reason) == (SessionState.REVIEW, reason)
    assert pile.orders() == []


def test_a_register_that_falls_to_zero_for_good_is_for_a_person(pile: ChargingPile) -> None:
    pile.begin()
    pile.charge(5)
    pile.hear(pile.meter(0))
    pile.hear(pile.record(register_end_wh=2_000))
    expect_review(pile, "backwards,behind_last_reading")


def test_a_silent_charge_whose_register_fell_to_zero_and_stands_there_is_for_a_person(
    pile: ChargingPile,
) -> None:
    """Else what flowed since would be given away, and nobody would know."""
    pile.begin()
    pile.charge(5)
    for _ in range(5):
        pile.pass_time(minutes=1)
        pile.hear(pile.meter(0))
    pile.pass_time(minutes=31)
    watch_session(session_no=pile.session_no, now=pile.world.now)
    expect_review(pile, "restarted")


def test_a_register_that_rolls_over_is_for_a_person(pile: ChargingPile) -> None:
    pile.hear(pile.voice.started(pile.session_no, 999_998_000))
    pile.pass_time(minutes=5)
    pile.hear(pile.meter(999_999_999))
    pile.hear(pile.record(register_start_wh=999_998_000, register_end_wh=1_000))
    expect_review(pile, "backwards,behind_last_reading")


def stand_still(pile: ChargingPile) -> int:
    """Charge for a while, then eight minutes at full power with a register that stands; where it stands."""
    pile.begin()
    pile.charge(4)
    stuck_wh = pile.register_wh
    for _ in range(8):
        pile.pass_time(minutes=1)
        pile.hear(pile.meter(stuck_wh))
    return stuck_wh


def test_a_register_that_stands_while_power_flows_is_for_a_person(pile: ChargingPile) -> None:
    """Else the energy that flowed would be given away."""
    stuck_wh = stand_still(pile)
    pile.hear(pile.record(register_end_wh=stuck_wh))
    expect_review(pile, "frozen")


def test_a_register_that_stood_and_caught_up_at_once_is_for_a_person(pile: ChargingPile) -> None:
    stuck_wh = stand_still(pile)
    pile.hear(pile.record(register_end_wh=stuck_wh + 8_000))
    expect_review(pile, "jump,frozen")


def test_one_reading_that_leaps_and_comes_back_spoils_nothing(pile: ChargingPile) -> None:
    pile.begin()
    pile.charge(5)
    pile.hear(pile.meter(pile.register_wh + 910_000), pile.meter(0))
    pile.charge(5)
    pile.hear(pile.record())
    (order,) = pile.orders()
    assert (order.state, order.energy_wh) == (OrderState.SETTLED, 10_000)


@pytest.mark.parametrize("is_restarted", [False, True])
@pytest.mark.parametrize("ticks_wh", [1, 80])
def test_a_register_that_stood_for_minutes_and_ticks_at_the_end_is_for_a_person(
    pile: ChargingPile, ticks_wh: int, *, is_restarted: bool
) -> None:
    """Twenty minutes at full power, shown as nothing: a bridge that restarts in between forgets nothing."""
    pile.begin()
    pile.charge(4)
    stuck_wh = pile.register_wh
    for minute in range(20):
        pile.pass_time(minutes=1)
        pile.hear(pile.meter(stuck_wh))
        if is_restarted and minute % 4 == 0:
            pile.restart_bridge()
    pile.hear(pile.record(register_end_wh=stuck_wh + ticks_wh))
    expect_review(pile, "frozen")


@pytest.mark.parametrize("is_silent", [False, True])
def test_a_register_that_starts_anew_is_counted_on_and_for_a_person(
    pile: ChargingPile, *, is_silent: bool
) -> None:
    """What was lost in between nobody knows; the driver sees on, and the hold is watched."""
    pile.begin()
    pile.charge(5)
    for minute in range(6):
        pile.pass_time(minutes=1)
        pile.hear(pile.meter(1_000 * minute))
    assert SessionProgress.get_by_id(pile.session.id).energy_wh == 10_000
    assert pile.doubts == {Doubt.RESTARTED}
    pile.restart_bridge()
    if is_silent:
        pile.pass_time(minutes=31)
        watch_session(session_no=pile.session_no, now=pile.world.now)
    else:
        pile.hear(pile.record(register_start_wh=0, register_end_wh=5_000))
    assert "restarted" in pile.session.review_reason
    assert (pile.session.state, pile.orders()) == (SessionState.REVIEW, [])


def test_the_same_energy_is_not_billed_to_two_sessions(pile: ChargingPile) -> None:
    pile.begin()
    pile.charge(10)
    pile.hear(pile.record())
    assert [order.energy_wh for order in pile.orders()] == [10_000]
    pile.session_no = pile.world.start(pile.driver).session_no
    pile.hear(pile.voice.started(pile.session_no, START_WH))
    started_at = as_text(pile.voice.now)
    pile.pass_time(minutes=11)
    pile.hear(pile.record(started_at=started_at, register_end_wh=START_WH + 11_000))
    assert "overlaps_session_before" in pile.session.review_reason
    assert (pile.session.state, pile.orders()) == (SessionState.REVIEW, [])


def test_a_meter_that_was_replaced_is_looked_at_once(pile: ChargingPile) -> None:
    pile.begin()
    pile.charge(10)
    pile.hear(pile.record())
    for number, reason in enumerate(["overlaps_session_before", ""]):
        pile.session_no = pile.world.start(pile.driver).session_no
        first_wh = 5_000 * number
        pile.hear(pile.voice.started(pile.session_no, first_wh))
        pile.pass_time(minutes=5)
        started_at = as_text(pile.voice.now - timedelta(minutes=5))
        pile.hear(
            pile.record(started_at=started_at, register_start_wh=first_wh, register_end_wh=first_wh + 5_000)
        )
        assert pile.session.review_reason == reason
        pile.world.after(days=1)
        pile.voice.after(days=1)
        if reason:
            release_review(session_no=pile.session_no, now=pile.world.now)


def test_a_late_record_that_reaches_into_the_next_session_corrects_nothing(pile: ChargingPile) -> None:
    pile.begin()
    pile.charge(5)
    record = pile.record(register_end_wh=START_WH + 9_000)
    pile.pass_time(minutes=31)
    watch_session(session_no=pile.session_no, now=pile.world.now)
    pile.world.next_car()
    other = pile.world.start(pile.world.driver(20_000)).session_no
    pile.hear(pile.voice.started(other, START_WH + 5_000))
    pile.hear(record)
    (order,) = pile.orders()
    assert (order.state, order.energy_wh) == (OrderState.PROVISIONAL, 5_000)
    assert pile.refused() == ["record_implausible"]


def test_a_segment_with_more_energy_than_power_gives_is_cut_by_the_readings(database: str) -> None:
    """Sixteen kilowatt-hours in the first second of the cheap night."""
    pile = ChargingPile(begins_at=MIDNIGHT - timedelta(minutes=30))
    pile.begin()
    pile.charge(30)
    pile.pass_time(seconds=1)
    parts = [
        (MIDNIGHT - timedelta(minutes=30), MIDNIGHT, 14_000),
        (MIDNIGHT, MIDNIGHT + timedelta(seconds=1), 16_000),
    ]
    started_at = as_text(MIDNIGHT - timedelta(minutes=30))
    pile.hear(pile.record(started_at=started_at, segments=[segment(*part) for part in parts]))
    (order,) = pile.orders()
    assert (order.energy_wh, order.is_estimated, order.total_fen) == (30_000, True, 30 * PEAK_FEN_PER_KWH)
    check_invariants()


def test_segments_that_the_readings_contradict_are_cut_by_them(database: str) -> None:
    """Possible by power: a quarter of an hour after midnight could have given that much."""
    pile = ChargingPile(begins_at=MIDNIGHT - timedelta(minutes=30))
    pile.begin()
    pile.charge(45)
    parts = [
        (MIDNIGHT - timedelta(minutes=30), MIDNIGHT, 18_000),
        (MIDNIGHT, MIDNIGHT + timedelta(minutes=15), 27_000),
    ]
    pile.hear(pile.record(segments=[segment(*part) for part in parts]))
    (order,) = pile.orders()
    assert (order.energy_wh, order.is_estimated) == (45_000, True)
    assert order.total_fen == 30 * PEAK_FEN_PER_KWH + 15 * VALLEY_FEN_PER_KWH
    check_invariants()


def segment(from_at: datetime, to_at: datetime, energy_wh: int) -> dict[str, object]:
    return {"from_at": as_text(from_at), "to_at": as_text(to_at), "energy_wh": energy_wh}


@pytest.mark.parametrize("is_silent", [False, True])
def test_a_charge_far_beyond_its_limit_is_no_debt_but_for_a_person(database: str, *, is_silent: bool) -> None:
    pile = ChargingPile(balance_fen=500)
    limit_wh = pile.session.limit_wh or 0
    pile.begin()
    pile.charge(3 * limit_wh // 1_000)
    if is_silent:
        pile.pass_time(minutes=31)
        watch_session(session_no=pile.session_no, now=pile.world.now)
    else:
        pile.hear(pile.record())
    expect_review(pile, "over_limit")
    wallet = pile.world.wallet(pile.driver)
    assert (wallet.held_fen, wallet.debt_fen) == (500, 0)
    check_invariants()


@dataclass(frozen=True)
class Story:
    """What the meter shows minute by minute, and what is told of it at the beginning and at the end."""

    shown: Sequence[int]
    power_w: Sequence[int]
    begin_wh: int | None
    record_start_wh: int
    record_end_wh: int
    record_minutes: int
    is_silent: bool


FAULTS = ("reset", "rollover", "stuck", "leap", "fall")


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """A charge of up to half an hour at up to rated power whose meter goes wrong in one or two places."""
    power_w = draw(st.lists(st.integers(0, RATED_W), min_size=1, max_size=30))
    true = [START_WH + sum(power_w[: minute + 1]) // 60 for minute in range(len(power_w))]
    shown = list(true)
    for _ in range(draw(st.integers(0, 2))):
        _spoil(draw, shown)
    lie = st.one_of(st.just(0), st.integers(0, 10**7), st.just(10**13))
    return Story(
        shown=shown,
        power_w=power_w,
        begin_wh=draw(st.one_of(st.none(), st.just(START_WH), lie)),
        record_start_wh=draw(st.one_of(st.just(START_WH), lie)),
        record_end_wh=draw(st.one_of(st.just(true[-1]), st.just(shown[-1]), lie)),
        record_minutes=draw(st.one_of(st.just(len(true)), st.integers(-60, 3_000))),
        is_silent=draw(st.booleans()),
    )


def _spoil(draw: st.DrawFn, shown: list[int]) -> None:
    place, fault = draw(st.integers(0, len(shown) - 1)), draw(st.sampled_from(FAULTS))
    by = draw(st.integers(1, 2_000_000))
    before = shown[place]
    for later in range(place, len(shown)):
        shown[later] = {
            "reset": shown[later] - before,
            "rollover": shown[later] % 1_000_000,
            "stuck": before,
            "leap": shown[later] + by,
            "fall": max(0, shown[later] - by),
        }[fault]


def tell(pile: ChargingPile, story: Story) -> None:
    if story.begin_wh is not None:
        pile.hear(pile.voice.started(pile.session_no, story.begin_wh))
    for register_wh, pile.power_w in zip(story.shown, story.power_w, strict=True):
        pile.pass_time(minutes=1)
        pile.hear(pile.meter(register_wh))
    if story.is_silent:
        pile.pass_time(minutes=31)
        watch_session(session_no=pile.session_no, now=pile.world.now)
    began_at = pile.voice.now - timedelta(minutes=story.record_minutes)
    pile.hear(
        pile.record(
            started_at=as_text(began_at),
            register_start_wh=story.record_start_wh,
            register_end_wh=story.record_end_wh,
        )
    )


def expect_a_possible_bill_or_none(pile: ChargingPile, minutes: int) -> None:
    session, orders = pile.session, pile.orders()
    if session.state is not SessionState.SETTLED:
        assert (session.state, orders) in [(SessionState.REVIEW, []), (SessionState.FAILED, [])]
        return
    (order,) = orders
    most_wh = RATED_W * minutes * OVER_RATED_PERCENT // (60 * 100) + 2 * SLACK_WH
    assert 0 <= order.energy_wh <= most_wh
    assert 0 <= order.total_fen <= most_wh * PEAK_FEN_PER_KWH // 1_000 + 1
    assert order.captured_fen + order.debt_fen == order.total_fen


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=stories())
def test_no_meter_makes_a_negative_or_an_impossible_bill(database: str, story: Story) -> None:
    pile = next_charge(database)
    tell(pile, story)
    silent = 31 if story.is_silent else 0
    expect_a_possible_bill_or_none(pile, len(story.shown) + silent + TRUSTED_MIN)
    check_invariants()


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@settings(max_examples=EXAMPLES, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(power_w=st.lists(st.integers(1_000, RATED_W), min_size=1, max_size=30), is_begun=st.booleans())
def test_a_sound_meter_is_always_billed_to_the_watt_hour(
    database: str, power_w: list[int], *, is_begun: bool
) -> None:
    pile = next_charge(database)
    shown = [START_WH + sum(power_w[: minute + 1]) // 60 for minute in range(len(power_w))]
    story = Story(
        shown, power_w, START_WH if is_begun else None, START_WH, shown[-1], len(shown), is_silent=False
    )
    tell(pile, story)
    (order,) = pile.orders()
    assert (order.state, order.energy_wh) == (OrderState.SETTLED, shown[-1] - START_WH)
    assert SessionProgress.get_by_id(pile.session.id).register_wh == shown[-1]
    check_invariants()


def next_charge(database: str) -> ChargingPile:
    """Hypothesis runs every example in one test: each gets an empty world."""
    for table in TABLES:
        table.delete().execute()
    db.forget()
    return ChargingPile()

"""M14: the pile's clock or ours jumps. Our time bills, the energy is the meter's, and no wrong bill is made."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from backend.domain.order import OrderState
from backend.domain.session import SessionState
from backend.models import MeterValue, SessionProgress
from backend.services.charging.watch_session import watch_session
from tests.faults.charging_pile import BALANCE_FEN, PEAK_FEN_PER_KWH, START_WH, ChargingPile, replayed
from tests.invariants import check_invariants
from tests.pile_voice import as_text
from tests.scenario import NOON

pytestmark = pytest.mark.usefixtures("database")

STEPS = {
    "a day ahead": timedelta(days=1),
    "a day behind": timedelta(days=-1),
    "three days ahead": timedelta(days=3),
    "1970": datetime(1970, 1, 1, 0, 20, tzinfo=UTC) - NOON,
    "five minutes ahead": timedelta(minutes=5),
    "five minutes behind": timedelta(minutes=-5),
    "half an hour behind": timedelta(minutes=-30),
}


@pytest.fixture
def pile(database: str) -> Iterator[ChargingPile]:
    pile = ChargingPile()
    yield pile
    check_invariants()


def expect_bill(pile: ChargingPile, minutes: int) -> None:
    """The whole energy at noon's price, from noon on for so many minutes of our clock."""
    (order,) = pile.orders()
    assert pile.session.state is SessionState.SETTLED
    assert (order.energy_wh, order.total_fen) == (pile.energy_wh, pile.energy_wh * PEAK_FEN_PER_KWH // 1000)
    assert order.started_at == NOON
    assert abs(order.ended_at - NOON - timedelta(minutes=minutes)) <= timedelta(minutes=1)
    assert pile.world.wallet(pile.driver).available_fen == BALANCE_FEN - order.total_fen


@pytest.mark.parametrize("step", STEPS)
def test_a_pile_whose_clock_jumps_in_mid_charge_is_billed_by_our_time(pile: ChargingPile, step: str) -> None:
    pile.begin()
    pile.charge(10)
    pile.voice.now += STEPS[step]
    pile.charge(10)
    pile.hear(pile.record())
    expect_bill(pile, 20)


@pytest.mark.parametrize("step", STEPS)
def test_a_pile_whose_clock_jumps_before_the_energy_flows_is_billed_by_our_time(
    pile: ChargingPile, step: str
) -> None:
    pile.voice.now += STEPS[step]
    pile.begin()
    assert pile.session.started_at == NOON
    pile.charge(20)
    pile.hear(pile.record())
    expect_bill(pile, 20)


def test_a_short_charge_of_a_pile_that_is_half_a_minute_slow_does_not_end_before_it_starts(
    pile: ChargingPile,
) -> None:
    """Its clock is trusted, and by it the charge was over before our driver asked for it."""
    pile.voice.now -= timedelta(seconds=30)
    pile.begin()
    pile.pass_time(seconds=10)
    started_at = as_text(pile.voice.now - timedelta(seconds=10))
    pile.hear(pile.record(started_at=started_at, register_end_wh=START_WH + 100))
    (order,) = pile.orders()
    assert (order.energy_wh, order.started_at, order.ended_at) == (100, NOON, NOON)


@pytest.mark.parametrize("step", STEPS)
def test_what_a_pile_kept_under_a_wrong_clock_is_billed_right_or_not_at_all(
    pile: ChargingPile, step: str
) -> None:
    pile.begin()
    pile.charge(10)
    pile.voice.now += STEPS[step]
    kept = pile.charge(10, is_heard=False)
    pile.hear(*(replayed(one) for one in kept), replayed(pile.record()))
    if pile.session.state is SessionState.REVIEW:
        assert (pile.orders(), pile.world.wallet(pile.driver).available_fen) == ([], 0)
        return
    (order,) = pile.orders()
    assert (order.energy_wh, order.total_fen) == (pile.energy_wh, pile.energy_wh * PEAK_FEN_PER_KWH // 1000)
    assert NOON <= order.started_at <= order.ended_at <= pile.world.now


def test_a_reading_from_the_future_was_made_when_it_came_at_the_latest(pile: ChargingPile) -> None:
    """Else a silent charge would be watched only a day later."""
    pile.begin()
    pile.charge(5)
    pile.voice.now += STEPS["a day ahead"]
    (kept,) = pile.charge(1, is_heard=False)
    pile.hear(replayed(kept))
    assert SessionProgress.get_by_id(pile.session.id).meter_at == pile.world.now
    pile.world.after(minutes=31)
    watch_session(session_no=pile.session_no, now=pile.world.now)
    (order,) = pile.orders()
    assert (order.state, order.energy_wh) == (OrderState.PROVISIONAL, 6_000)


def test_the_clock_of_the_pile_is_kept_beside_ours(pile: ChargingPile) -> None:
    pile.begin()
    pile.voice.now += STEPS["a day ahead"]
    pile.charge(1)
    (row,) = MeterValue.select()
    assert (row.at, row.received_at) == (pile.voice.now, pile.world.now)
    assert SessionProgress.get_by_id(pile.session.id).meter_at == pile.world.now


@pytest.mark.parametrize("minutes", [5, -5])
@pytest.mark.parametrize("is_restarted", [False, True], ids=["running", "restarted"])
def test_our_clock_may_jump_in_mid_charge(pile: ChargingPile, minutes: int, *, is_restarted: bool) -> None:
    pile.begin()
    pile.charge(10)
    pile.world.after(minutes=minutes)
    if is_restarted:
        pile.restart_bridge()
    pile.charge(10)
    pile.hear(pile.record())
    expect_bill(pile, 20 + minutes)


def test_our_clock_set_back_does_not_hide_what_is_charged_at_full_power(database: str) -> None:
    """Else the meter would seem to jump for as long as the charge lasts, and the hold would run out unseen."""
    pile = ChargingPile(power_w=115_000)
    pile.begin()
    pile.charge(5)
    pile.world.after(minutes=-5)
    pile.charge(5)
    progress = SessionProgress.get_by_id(pile.session.id)
    assert (progress.energy_wh, progress.register_wh) == (pile.energy_wh, pile.register_wh)
    check_invariants()


def test_a_record_that_claims_more_time_than_there_was_bills_nothing(pile: ChargingPile) -> None:
    """Twenty hours in a session of two minutes: its energy would fit, were the pile believed."""
    pile.pass_time(minutes=2)
    long_ago = as_text(NOON - timedelta(hours=20))
    pile.hear(pile.record(started_at=long_ago, register_end_wh=START_WH + 2_000_000))
    assert (pile.session.state, pile.session.review_reason) == (SessionState.REVIEW, "jump,over_limit")
    assert pile.orders() == []


def test_a_record_that_ends_tomorrow_bills_no_energy_of_tomorrow(pile: ChargingPile) -> None:
    pile.begin()
    pile.charge(2)
    tomorrow = as_text(NOON + timedelta(hours=20))
    pile.hear(pile.record(ended_at=tomorrow, register_end_wh=START_WH + 2_000_000))
    assert (pile.session.state, pile.session.review_reason) == (SessionState.REVIEW, "jump,over_limit")
    assert pile.orders() == []

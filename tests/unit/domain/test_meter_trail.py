"""One reading after another: what a register can have done, and what one odd reading may do to all others."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.domain.meter_trail import (
    MeterTrail,
    MeterVerdict,
    Reading,
    begin_trail,
    follow_meter,
    judge_step,
)
from backend.domain.units import Watt, Wh

from .strategies import at_shanghai

T0 = at_shanghai("2026-05-01 10:00")
RATED_W = Watt(120_000)
OK = MeterVerdict.OK


def reading(after_s: int, register_wh: int, power_w: int = 60_000) -> Reading:
    return Reading(T0 + timedelta(seconds=after_s), Wh(register_wh), Watt(power_w))


def follow(*readings: Reading, trail: MeterTrail | None = None) -> tuple[list[MeterVerdict], int]:
    """The verdict on each of these, and the energy they add up to."""
    trail, verdicts, energy_wh = trail or MeterTrail(), [], 0
    for current in readings:
        trail, verdict, grown_wh = follow_meter(trail, current, RATED_W)
        verdicts.append(verdict)
        energy_wh += grown_wh
    return verdicts, energy_wh


def at_60_kw(seconds: int, *, start_wh: int = 0, from_s: int = 0) -> list[Reading]:
    """A reading each quarter of a minute: 250 Wh more each time."""
    return [reading(from_s + 15 * n, start_wh + 250 * n) for n in range(seconds // 15 + 1)]


def test_the_first_reading_has_nothing_to_contradict() -> None:
    assert follow(reading(0, 987_654_321)) == ([OK], 0)


def test_a_register_may_stand_or_rise_and_falls_only_by_its_resolution() -> None:
    for register_wh, verdict in (
        (1_000, OK),
        (1_001, OK),
        (990, OK),
        (989, MeterVerdict.BACKWARDS),
        (0, MeterVerdict.BACKWARDS),
    ):
        assert judge_step(reading(0, 1_000), reading(15, register_wh), RATED_W) is verdict


def test_a_register_that_falls_by_its_resolution_again_and_again_has_fallen() -> None:
    found, energy_wh = follow(reading(0, 100), reading(15, 95), reading(30, 89))
    assert (found, energy_wh) == ([OK, OK, MeterVerdict.BACKWARDS], 0)


@pytest.mark.parametrize(("elapsed_s", "most_wh"), [(15, 600), (3_600, 132_050), (1, 86), (0, 86), (-60, 86)])
def test_more_than_rated_power_allows_is_a_jump(elapsed_s: int, most_wh: int) -> None:
    # 120 kW × 1.10 for the time (at least one second) + 50 Wh
    assert judge_step(reading(0, 0), reading(elapsed_s, most_wh), RATED_W) is OK
    assert judge_step(reading(0, 0), reading(elapsed_s, most_wh + 1), RATED_W) is MeterVerdict.JUMP


@pytest.mark.parametrize("odd_wh", [0, 10**9])
@pytest.mark.parametrize("place", [0, 1, 10, 19])
def test_one_odd_reading_outvotes_nobody(odd_wh: int, place: int) -> None:
    true = at_60_kw(300, start_wh=1_000_000)
    odd = [*true[:place], true[place]._replace(register_wh=Wh(odd_wh)), *true[place + 1 :]]
    told = begin_trail(T0, Wh(1_000_000))
    verdicts, energy_wh = follow(*odd, trail=told)
    assert (verdicts.count(OK), energy_wh) == (20, 5_000)


def test_a_beginning_that_was_told_wrongly_gives_way_to_two_readings() -> None:
    found, energy_wh = follow(*at_60_kw(300, start_wh=1_000_000), trail=begin_trail(T0, Wh(0)))
    assert found == [MeterVerdict.JUMP, MeterVerdict.BEGINS_ELSEWHERE, *[OK] * 19]
    assert energy_wh == 5_000


def test_a_register_that_starts_anew_is_counted_on_and_told() -> None:
    before, after = at_60_kw(60, start_wh=1_000_000), at_60_kw(60, from_s=75)
    found, energy_wh = follow(*before, *after)
    assert found == [*[OK] * 5, MeterVerdict.BACKWARDS, MeterVerdict.RESTARTED, *[OK] * 3]
    assert energy_wh == 2_000


def test_power_without_movement_for_five_minutes_is_frozen() -> None:
    found, _ = follow(reading(0, 100, 1_000), reading(150, 100, 1_000), reading(299, 100), reading(300, 100))
    assert found == [OK] * 3 + [MeterVerdict.FROZEN]


@pytest.mark.parametrize("ticks_wh", [0, 1, 40])
def test_a_register_that_hardly_moves_while_power_flows_is_frozen(ticks_wh: int) -> None:
    """Else twenty minutes at 110 kW were a bill of what it ticked last."""
    still = [reading(15 * n, 100 + ticks_wh * n // 10, 110_000) for n in range(80)]
    found, _ = follow(*still)
    assert found[:20] == [OK] * 20
    assert set(found[20:]) == {MeterVerdict.FROZEN}


def test_a_pause_in_power_is_not_frozen() -> None:
    found, _ = follow(reading(0, 100), reading(200, 100, 999), reading(400, 100), reading(600, 100, 0))
    assert found == [OK] * 4


@given(st.lists(st.tuples(st.integers(1, 120), st.integers(0, 132_000)), max_size=40))
@settings(deadline=None)
def test_readings_within_rated_power_are_never_refused(steps: list[tuple[int, int]]) -> None:
    at_s, watt_seconds, readings = 0, 0, [reading(0, 0, 0)]
    for elapsed_s, power_w in steps:
        at_s += elapsed_s
        watt_seconds += power_w * elapsed_s
        readings.append(reading(at_s, watt_seconds // 3_600, power_w))
    found, energy_wh = follow(*readings)
    assert set(found) == {OK}
    assert energy_wh == watt_seconds // 3_600


@given(st.lists(st.tuples(st.integers(1, 60), st.integers(0, 2_000)), min_size=3, max_size=40), st.data())
@settings(deadline=None)
def test_whatever_a_register_shows_no_more_is_counted_than_the_power_gives(
    steps: list[tuple[int, int]], data: st.DataObject
) -> None:
    at_s, readings = 0, []
    for elapsed_s, register_wh in steps:
        at_s += elapsed_s
        jump_wh = data.draw(st.sampled_from([0, 0, 0, 10_000, 10**9]))
        readings.append(reading(at_s, register_wh + jump_wh))
    _, energy_wh = follow(*readings)
    assert 0 <= energy_wh <= RATED_W * at_s * 110 // 100 // 3_600 + 50 * len(steps)

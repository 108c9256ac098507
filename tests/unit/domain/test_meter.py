from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.domain.fees import Segment, cut_at_half_hours
from backend.domain.meter import (
    MAX_SESSION,
    FinalFault,
    FinalRecord,
    MeterVerdict,
    Reading,
    judge_final,
    judge_reading,
    next_frozen_since,
    segments_match,
)
from backend.domain.units import Watt, Wh

from .strategies import RandomSession, at_shanghai, sessions

T0 = at_shanghai("2026-05-01 10:00")
RATED_W = Watt(120_000)


def reading(after_s: int, register_wh: int, power_w: int = 60_000) -> Reading:
    return Reading(T0 + timedelta(seconds=after_s), Wh(register_wh), Watt(power_w))


def record(duration_s: int, start_wh: int, end_wh: int, *segments: Segment) -> FinalRecord:
    return FinalRecord(
        started_at=T0,
        ended_at=T0 + timedelta(seconds=duration_s),
        register_start_wh=Wh(start_wh),
        register_end_wh=Wh(end_wh),
        segments=segments,
    )


def test_the_first_reading_has_nothing_to_contradict() -> None:
    assert judge_reading(None, reading(0, 987_654_321), RATED_W) is MeterVerdict.OK


def test_a_register_may_stand_or_rise_and_never_fall() -> None:
    assert judge_reading(reading(0, 100), reading(15, 100), RATED_W) is MeterVerdict.OK
    assert judge_reading(reading(0, 100), reading(15, 101), RATED_W) is MeterVerdict.OK
    assert judge_reading(reading(0, 100), reading(15, 99), RATED_W) is MeterVerdict.BACKWARDS
    assert judge_reading(reading(0, 100), reading(15, 0), RATED_W) is MeterVerdict.BACKWARDS


@pytest.mark.parametrize(("elapsed_s", "most_wh"), [(15, 600), (3_600, 132_050), (1, 86), (0, 86), (-60, 86)])
def test_more_than_rated_power_allows_is_a_jump(elapsed_s: int, most_wh: int) -> None:
    # 120 kW × 1.10 for the time (at least one second) + 50 Wh
    assert judge_reading(reading(0, 0), reading(elapsed_s, most_wh), RATED_W) is MeterVerdict.OK
    assert judge_reading(reading(0, 0), reading(elapsed_s, most_wh + 1), RATED_W) is MeterVerdict.JUMP


def verdicts(*readings: Reading) -> list[MeterVerdict]:
    """Fold readings as a caller does."""
    found, previous, since = [], None, None
    for current in readings:
        found.append(judge_reading(previous, current, RATED_W, since))
        previous, since = current, next_frozen_since(since, current)
    return found


def test_power_without_movement_for_five_minutes_is_frozen() -> None:
    found = verdicts(reading(0, 100, 1_000), reading(150, 100, 1_000), reading(299, 100), reading(300, 100))
    assert found == [MeterVerdict.OK] * 3 + [MeterVerdict.FROZEN]


def test_a_register_that_moves_is_not_frozen() -> None:
    found = verdicts(
        reading(0, 100), reading(200, 101), reading(400, 101), reading(499, 101), reading(600, 102)
    )
    assert found == [MeterVerdict.OK] * 5


def test_a_pause_in_power_is_not_frozen() -> None:
    found = verdicts(reading(0, 100), reading(200, 100, 999), reading(400, 100), reading(600, 100, 0))
    assert found == [MeterVerdict.OK] * 4
    assert next_frozen_since(reading(0, 100), reading(200, 100, 999)) is None


@given(st.lists(st.tuples(st.integers(1, 120), st.integers(0, 132_000)), max_size=40))
@settings(deadline=None)
def test_readings_within_rated_power_are_never_refused(steps: list[tuple[int, int]]) -> None:
    at_s, microwatts, readings = 0, 0, [reading(0, 0)]
    for elapsed_s, power_w in steps:
        at_s += elapsed_s
        microwatts += power_w * elapsed_s
        readings.append(reading(at_s, microwatts // 3_600, power_w=0))
    assert set(verdicts(*readings)) == {MeterVerdict.OK}


def test_a_sound_final_record_has_no_fault() -> None:
    assert judge_final(record(600, 100, 10_100), reading(590, 10_000), RATED_W, 100) == ()
    assert judge_final(record(600, 100, 100), None, RATED_W, None) == ()
    assert judge_final(record(0, 100, 100), None, RATED_W, 150) == ()


@pytest.mark.parametrize(
    ("final", "last", "first_wh", "faults"),
    [
        (record(600, 100, 99), None, None, {FinalFault.BACKWARDS}),
        (record(60, 0, 2_251), None, None, {FinalFault.JUMP}),
        (record(-1, 100, 100), None, None, {FinalFault.ENDS_BEFORE_START}),
        (record(600, 100, 9_000), reading(590, 9_001), None, {FinalFault.BEHIND_LAST_READING}),
        (record(int(MAX_SESSION.total_seconds()) + 1, 0, 1), None, None, {FinalFault.TOO_LONG}),
        (record(600, 100, 9_000), None, 151, {FinalFault.START_MISMATCH}),
        (record(600, 100, 9_000), None, 49, {FinalFault.START_MISMATCH}),
        # plausible over the day, not since the last reading: 910 kWh for 0.083
        (record(86_400, 0, 910_000), reading(86_390, 83), 0, {FinalFault.JUMP}),
        (
            record(600, 5_000, 0),
            reading(590, 9_000),
            0,
            {
                FinalFault.BACKWARDS,
                FinalFault.BEHIND_LAST_READING,
                FinalFault.START_MISMATCH,
            },
        ),
    ],
)
def test_every_fault_of_a_final_record_is_named(
    final: FinalRecord, last: Reading | None, first_wh: int | None, faults: set[FinalFault]
) -> None:
    found = judge_final(final, last, RATED_W, first_wh)
    assert set(found) == faults
    assert len(found) == len(faults)


@pytest.mark.parametrize(
    ("end_wh", "grew_s", "power_w", "faults"),
    [
        (9_000, 290, 60_000, (FinalFault.FROZEN,)),
        (9_001, 290, 60_000, ()),  # it moves again
        (9_000, 291, 60_000, ()),  # not for long
        (9_000, 290, 999, ()),  # nothing that would have to be counted
    ],
)
def test_a_register_that_stood_while_power_flowed_tells_nothing_at_the_end(
    end_wh: int, grew_s: int, power_w: int, faults: tuple[FinalFault, ...]
) -> None:
    grew_at = reading(grew_s, 9_000).at
    last = reading(590, 9_000, power_w)
    assert judge_final(record(600, 100, end_wh), last, RATED_W, 100, grew_at) == faults


def test_the_longest_session_is_a_day_and_ten_minutes() -> None:
    assert judge_final(record(int(MAX_SESSION.total_seconds()), 0, 1), None, RATED_W, 0) == ()


def part(from_s: int, to_s: int, energy_wh: int) -> Segment:
    return Segment(T0 + timedelta(seconds=from_s), T0 + timedelta(seconds=to_s), Wh(energy_wh))


@pytest.mark.parametrize(
    ("final", "matches"),
    [
        (record(2_000, 0, 30, part(0, 1_800, 20), part(1_800, 2_000, 10)), True),
        (record(2_000, 0, 30, part(0, 1_800, 20), part(1_800, 2_000, 11)), False),  # another sum
        (record(2_000, 0, 30, part(0, 2_000, 30)), False),  # over a border
        (record(2_000, 0, 30, part(1_800, 2_000, 10), part(0, 1_800, 20)), False),  # out of order
        (record(2_000, 0, 30, part(-1, 0, 30)), False),  # before the session
        (record(2_000, 0, 30, part(1_990, 2_001, 30)), False),  # after it
        (record(2_000, 0, 30), False),
        (record(2_000, 0, 0), True),
    ],
)
def test_segments_match_when_they_are_sound_and_sum_to_the_register(
    final: FinalRecord, *, matches: bool
) -> None:
    assert segments_match(final) is matches


@given(sessions())
@settings(deadline=None)
def test_what_the_platform_cuts_itself_always_matches(session: RandomSession) -> None:
    start_wh, end_wh = Wh(session.start_wh), Wh(session.end_wh)
    final = FinalRecord(
        started_at=session.started_at,
        ended_at=session.ended_at,
        register_start_wh=start_wh,
        register_end_wh=end_wh,
        segments=cut_at_half_hours(session.started_at, session.ended_at, start_wh, end_wh, []),
    )
    assert segments_match(final)

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings

from backend.domain.fees import Segment, cut_at_half_hours
from backend.domain.meter import (
    MAX_SESSION,
    Doubt,
    Evidence,
    FinalFault,
    FinalRecord,
    find_start_wh,
    judge_final,
    segments_match,
)
from backend.domain.meter_trail import Reading
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


def known(**facts: Any) -> Evidence:
    return Evidence(**({"rated_w": RATED_W} | facts))


def test_a_sound_final_record_has_no_fault() -> None:
    told = {"told_start_wh": 100, "first": reading(15, 350), "last": reading(590, 10_000)}
    assert judge_final(record(600, 100, 10_100), known(**told)) == ()
    assert judge_final(record(600, 100, 100), known()) == ()
    assert judge_final(record(0, 100, 100), known(told_start_wh=150)) == ()
    assert judge_final(record(int(MAX_SESSION.total_seconds()), 0, 1), known(told_start_wh=0)) == ()


@pytest.mark.parametrize(
    ("final", "facts", "faults"),
    [
        (record(600, 100, 99), {}, {FinalFault.BACKWARDS}),
        (record(60, 0, 2_251), {}, {FinalFault.JUMP}),
        (record(-1, 100, 100), {}, {FinalFault.ENDS_BEFORE_START}),
        (record(int(MAX_SESSION.total_seconds()) + 1, 0, 1), {}, {FinalFault.TOO_LONG}),
        # a register is shown in steps of 10 Wh
        (record(600, 100, 8_991), {"last": reading(590, 9_001)}, set()),
        (record(600, 100, 8_990), {"last": reading(590, 9_001)}, {FinalFault.BEHIND_LAST_READING}),
        # plausible over the day, not since the last reading: 910 kWh for 0.083
        (record(86_400, 0, 910_000), {"last": reading(86_390, 83), "told_start_wh": 0}, {FinalFault.JUMP}),
        # beginnings: told, recorded, read
        (record(600, 100, 9_000), {"told_start_wh": 151}, {FinalFault.START_MISMATCH}),
        (record(600, 100, 9_000), {"told_start_wh": 49}, {FinalFault.START_MISMATCH}),
        (
            record(600, 5_000, 9_000),
            {"told_start_wh": 4_000, "first": reading(15, 5_250)},
            {FinalFault.START_MISMATCH},
        ),
        (record(600, 500_000, 509_000), {"told_start_wh": 0, "first": reading(15, 500_250)}, set()),
        (record(600, 500_000, 509_000), {"told_start_wh": 900_000, "first": reading(15, 500_250)}, set()),
        (record(600, 500_900, 509_000), {"first": reading(15, 500_250)}, {FinalFault.START_MISMATCH}),
        (record(600, 450_000, 460_000), {"first": reading(15, 459_000)}, {FinalFault.START_MISMATCH}),
        # the limit the pile was given, and one report interval
        (record(600, 0, 10_600), {"limit_wh": 10_000}, set()),
        (record(600, 0, 10_601), {"limit_wh": 10_000}, {FinalFault.OVER_LIMIT}),
        # other sessions of the same meter
        (record(600, 1_000, 9_000), {"before_wh": 1_010}, set()),
        (record(600, 1_000, 9_000), {"before_wh": 1_011}, {FinalFault.OVERLAPS_SESSION_BEFORE}),
        (record(600, 0, 0), {"before_wh": 1_011}, set()),  # a start that failed bills nothing twice
        (record(600, 1_000, 9_000), {"after_wh": 8_990}, set()),
        (record(600, 1_000, 9_000), {"after_wh": 8_989}, {FinalFault.OVERLAPS_SESSION_AFTER}),
        # what was seen while it ran
        (record(600, 100, 9_000), {"doubts": frozenset({Doubt.FROZEN})}, {FinalFault.FROZEN}),
        (record(600, 100, 9_000), {"doubts": frozenset({Doubt.RESTARTED})}, {FinalFault.RESTARTED}),
        (record(600, 100, 9_000), {"doubts": frozenset({Doubt.OTHER_GUN})}, {FinalFault.OTHER_GUN}),
        (record(600, 100, 9_000), {"doubts": frozenset({Doubt.OTHER_PILE})}, {FinalFault.OTHER_PILE}),
        (record(600, 100, 9_000), {"doubts": frozenset({Doubt.SECOND_BEGINNING})}, set()),
        (
            record(600, 5_000, 0),
            {"told_start_wh": 0, "last": reading(590, 9_000)},
            {FinalFault.BACKWARDS, FinalFault.BEHIND_LAST_READING, FinalFault.START_MISMATCH},
        ),
    ],
)
def test_every_fault_of_a_final_record_is_named(
    final: FinalRecord, facts: dict[str, Any], faults: set[FinalFault]
) -> None:
    found = judge_final(final, known(**facts))
    assert set(found) == faults
    assert len(found) == len(faults)


@pytest.mark.parametrize(
    ("told_wh", "first", "start_wh"),
    [
        (None, None, None),
        (1_000, None, 1_000),
        (None, reading(60, 2_000), 2_000),
        (1_000, reading(60, 2_000), 1_000),
        (2_010, reading(60, 2_000), 2_010),  # by its resolution
        (0, reading(60, 900_000), 900_000),  # told before the meter was ready
        (950_000, reading(60, 900_000), 900_000),
    ],
)
def test_a_session_without_a_record_begins_as_told_unless_its_readings_forbid_it(
    told_wh: int | None, first: Reading | None, start_wh: int | None
) -> None:
    assert find_start_wh(known(told_start_wh=told_wh, first=first), T0) == start_wh


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
        (record(2_000, 0, 16_000, part(0, 1, 16_000)), False),  # more than power gives in a second
        (record(2_000, 0, 16_000, part(0, 1_800, 16_000)), True),
    ],
)
def test_segments_match_when_they_are_sound_and_sum_to_the_register(
    final: FinalRecord, *, matches: bool
) -> None:
    assert segments_match(final, RATED_W) is matches


def test_segments_that_put_the_energy_elsewhere_than_the_readings_do_not_match() -> None:
    """All of it before the border, where it is cheap, and possible by power alone."""
    cheap = record(3_600, 0, 30_000, part(0, 1_800, 29_000), part(1_800, 3_600, 1_000))
    true = record(3_600, 0, 30_000, part(0, 1_800, 15_000), part(1_800, 3_600, 15_000))
    readings = [reading(60 * n, 500 * n) for n in range(1, 60)]
    assert segments_match(cheap, RATED_W)
    assert not segments_match(cheap, RATED_W, readings)
    assert segments_match(true, RATED_W, readings)


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
    assert segments_match(final, Watt(10**15))

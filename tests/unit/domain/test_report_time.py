"""Whose clock counts, reading by reading: what was made when, as far as clocks, delays and replays let us know."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.report_time import (
    TRUSTED_OFFSET,
    Stamp,
    clock_offsets,
    in_our_time,
    platform_times,
)

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def stamp(
    minute: float, *, ahead: float = 0, waited: float = 0, is_late: bool = False, boot: int = 1
) -> Stamp:
    """Made so many minutes after noon, by a clock so many minutes ahead, come after so many minutes."""
    made_at = NOON + minute * MINUTE
    return Stamp(boot, int(minute * 60), made_at + ahead * MINUTE, made_at + waited * MINUTE, is_late)


def minutes(*stamps: Stamp, known: float = 0) -> list[float]:
    """When these were made, in minutes after noon."""
    times = platform_times(stamps, clock_offsets(stamps, known * MINUTE))
    return [(at - NOON) / MINUTE for at in times]


def test_a_clock_within_a_minute_is_believed_and_one_beyond_is_not() -> None:
    assert minutes(stamp(1, ahead=1), stamp(2, ahead=1)) == [2, 3]
    assert minutes(stamp(1, ahead=10), stamp(2, ahead=10)) == [1, 2]
    assert minutes(stamp(1, ahead=-10), stamp(2, ahead=-10)) == [1, 2]


def test_a_clock_that_jumps_and_is_set_right_moves_no_reading() -> None:
    told = [stamp(1), stamp(2, ahead=180), stamp(3, ahead=180), stamp(4), stamp(5)]
    assert minutes(*told) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize("ahead", [0, 10, -10])
def test_readings_that_waited_while_we_were_away_keep_their_own_times(ahead: float) -> None:
    away = [stamp(minute, ahead=ahead, waited=12 - minute) for minute in range(2, 13)]
    told = [stamp(1, ahead=ahead), *away, stamp(13, ahead=ahead)]
    assert minutes(*told) == list(range(1, 14))


def test_a_clock_that_went_back_for_good_is_not_taken_for_waiting() -> None:
    told = [stamp(1), *(stamp(minute, ahead=-30) for minute in range(2, 6))]
    assert minutes(*told) == [1, 2, 3, 4, 5]


def test_what_a_pile_kept_has_the_clock_it_had_then() -> None:
    """It is set only when the pile is back on line; what it kept was dated before."""
    kept = [stamp(minute, ahead=10, waited=30, is_late=True) for minute in (2, 3, 4)]
    assert minutes(stamp(1, ahead=10), *kept, stamp(40)) == [1, 2, 3, 4, 40]
    assert minutes(*kept, stamp(40, ahead=10)) == [2, 3, 4, 40]


def test_without_a_neighbour_of_its_boot_the_offset_last_seen_counts() -> None:
    kept = stamp(2, ahead=10, waited=30, is_late=True)
    assert minutes(stamp(1, boot=0), kept, known=10) == [1, 2]
    assert minutes(kept, known=-600) == [32], "never after it came"


def test_nothing_was_made_after_something_later_had_come() -> None:
    kept = stamp(2, ahead=20, waited=60, is_late=True)
    assert minutes(stamp(1), kept, stamp(3)) == [1, 3, 3]


stamps = st.lists(
    st.builds(
        Stamp,
        boot=st.integers(0, 2),
        seq=st.integers(0, 50),
        at=st.integers(-90_000, 90_000).map(lambda s: NOON + timedelta(seconds=s)),
        received_at=st.integers(0, 9_000).map(lambda s: NOON + timedelta(seconds=s)),
        is_late=st.booleans(),
    ),
    max_size=20,
).map(sorted)


@given(stamps, st.integers(-90_000, 90_000).map(lambda s: timedelta(seconds=s)))
def test_times_never_fall_and_never_come_after_what_was_received(told: list[Stamp], known: timedelta) -> None:
    times = platform_times(told, clock_offsets(told, known))
    assert times == sorted(times)
    for place, at in enumerate(times):
        assert at <= min(one.received_at for one in told[place:]) + TRUSTED_OFFSET


@st.composite
def true_stories(draw: st.DrawFn) -> tuple[list[Stamp], list[datetime]]:
    """One message each quarter of a minute to a minute; the clock is set now and then; some wait on their way."""
    told, made = [], []
    at, ahead, line_back_at = NOON, timedelta(seconds=draw(st.integers(-7_200, 7_200))), NOON
    for seq in range(draw(st.integers(2, 40))):
        at += timedelta(seconds=draw(st.integers(15, 60)))
        if at >= line_back_at:
            away = draw(st.sampled_from([0, 0, 0, 0, 300, 1_200]))
            if away:
                line_back_at = at + timedelta(seconds=away)
            elif draw(st.integers(0, 9)) == 0:
                ahead = timedelta(seconds=draw(st.sampled_from([0, 7_200, -7_200, 86_400])))
        told.append(Stamp(1, seq, at + ahead, max(at, line_back_at), False))
        made.append(at)
    while at < line_back_at:  # the pile goes on until the queue has emptied
        at += MINUTE
        told.append(Stamp(1, len(told), at + ahead, max(at, line_back_at), False))
        made.append(at)
    return told, made


@given(true_stories())
def test_whatever_the_clock_is_set_to_and_however_long_messages_wait_their_times_are_found(
    story: tuple[list[Stamp], list[datetime]],
) -> None:
    told, made = story
    found = platform_times(told, clock_offsets(told))
    assert all(
        abs(ours - true) <= TRUSTED_OFFSET + timedelta(seconds=15)
        for ours, true in zip(found, made, strict=True)
    )


def test_a_message_by_itself_was_made_when_it_came_at_the_latest() -> None:
    later = NOON + timedelta(days=1)
    assert in_our_time(later, NOON, timedelta(0)) == NOON

"""The place of a message in its pile's order, and what messages say about the pile's connection and clock."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.pile_mark import LATE_FOR, PileMark
from backend.domain.report import BOOTS_PER_EPOCH, boot_in_order, reported_boot

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
EPOCH = BOOTS_PER_EPOCH


def place(last: int, reported: int, *, is_replayed: bool = False, is_boot: bool = False) -> int:
    return boot_in_order(last, reported, is_replayed=is_replayed, is_boot_message=is_boot)


def test_a_lower_boot_message_opens_an_epoch_and_nothing_else_does() -> None:
    assert place(57, 3, is_boot=True) == EPOCH + 3
    assert place(57, 58, is_boot=True) == 58
    assert place(57, 57, is_boot=True) == 57
    assert place(57, 3) == 3
    assert place(57, 3, is_boot=True, is_replayed=True) == 3


def test_a_replay_from_before_the_epoch_stays_before_it() -> None:
    assert place(EPOCH + 3, 57, is_replayed=True) == 57
    assert place(EPOCH + 3, 2, is_replayed=True) == EPOCH + 2
    assert place(57, 60, is_replayed=True) == 60


@given(st.lists(st.tuples(st.integers(0, 99), st.booleans(), st.booleans()), max_size=30))
def test_the_pile_s_own_counter_can_always_be_told_and_boots_in_order_never_shrink(
    reports: list[tuple[int, bool, bool]],
) -> None:
    last = 0
    for reported, is_replayed, is_boot in reports:
        boot = place(last, reported, is_replayed=is_replayed, is_boot=is_boot)
        assert reported_boot(boot) == reported
        assert boot >= 0
        if is_boot and not is_replayed:
            assert boot >= last
        last = max(last, boot)


def late(mark: PileMark, by_s: float, after_s: float = 0) -> bool:
    received_at = NOW + timedelta(seconds=after_s)
    return mark.seems_late(at=received_at - timedelta(seconds=by_s), received_at=received_at)


def test_a_clock_known_to_be_right_is_believed_against_late_messages_for_a_while() -> None:
    mark = PileMark(is_clock_set=True)
    assert not late(mark, 59)
    assert late(mark, 300)
    assert late(mark, 300, LATE_FOR.total_seconds())
    assert not late(mark, 300, LATE_FOR.total_seconds() + 1)


def test_a_fresh_message_ends_the_doubt() -> None:
    mark = PileMark(is_clock_set=True)
    assert late(mark, 300)
    assert not late(mark, 0, 10)
    assert late(mark, 300, LATE_FOR.total_seconds() + 1)


def test_a_fast_clock_an_unset_one_and_a_day_s_difference_are_never_lateness() -> None:
    assert not late(PileMark(is_clock_set=True), -300)
    assert not late(PileMark(is_clock_set=False), 300)
    assert not late(PileMark(is_clock_set=True), 90_000)


def test_any_message_says_that_the_pile_is_online_since_then() -> None:
    mark = PileMark()
    mark.see(boot=2, seq=7, received_at=NOW)
    mark.see(boot=2, seq=3, received_at=NOW + timedelta(seconds=5))
    assert (mark.is_online, mark.online_since, mark.last_seen_at) == (True, NOW, NOW + timedelta(seconds=5))
    assert (mark.boot, mark.seq) == (2, 7)


def test_an_old_connections_will_changes_nothing_and_the_present_ones_ends_it() -> None:
    mark = PileMark()
    assert born(mark, "first", seq=1)
    assert born(mark, "second", seq=2, after_s=10)
    assert not gone(mark, "first", seq=1)
    assert (mark.is_online, mark.online_since) == (True, NOW + timedelta(seconds=10))
    assert not gone(mark, "second", seq=2)
    assert not mark.is_online
    assert born(mark, "second", seq=3, after_s=20)
    assert mark.online_since == NOW + timedelta(seconds=20)


@given(st.integers(-200_000, 200_000))
def test_a_clock_is_right_within_a_minute_either_way(offset_ms: int) -> None:
    mark = PileMark()
    mark.see_clock(at=NOW + timedelta(milliseconds=offset_ms), received_at=NOW)
    assert (mark.clock_offset_ms, mark.is_clock_set) == (offset_ms, abs(offset_ms) <= 60_000)


def born(mark: PileMark, conn: str, *, seq: int, after_s: float = 0) -> bool:
    received_at = NOW + timedelta(seconds=after_s)
    return mark.take_online(is_online=True, conn=conn, boot=1, seq=seq, received_at=received_at)


def gone(mark: PileMark, conn: str, *, seq: int) -> bool:
    return mark.take_online(is_online=False, conn=conn, boot=1, seq=seq, received_at=NOW)


def hear(mark: PileMark, seq: int, *, ours: timedelta, theirs: timedelta, boot: int = 7) -> bool:
    """A message that comes and is dated so long after the beginning; whether it seems to have waited."""
    at, received_at = NOW + theirs, NOW + ours
    if mark.counts_anew(boot=in_epoch(mark, boot), seq=seq, at=at):
        mark.begin_epoch(boot=boot, seq=seq, at=at)
    is_late = mark.seems_late(at=at, received_at=received_at)
    mark.see(boot=in_epoch(mark, boot), seq=seq, received_at=received_at)
    if not is_late:
        mark.see_clock(at=at, received_at=received_at)
    return is_late


def in_epoch(mark: PileMark, boot: int) -> int:
    return mark.boot // BOOTS_PER_EPOCH * BOOTS_PER_EPOCH + boot


def heard_for_an_hour() -> PileMark:
    mark = PileMark()
    for minute in range(61):
        hear(mark, 1_000 + minute, ours=timedelta(minutes=minute), theirs=timedelta(minutes=minute))
    return mark


def test_a_clock_that_falls_back_is_wrong_at_once_and_not_late() -> None:
    mark = heard_for_an_hour()
    assert not hear(mark, 1_061, ours=timedelta(minutes=61), theirs=timedelta(minutes=51))
    assert (mark.is_clock_set, mark.clock_offset_ms) == (False, -600_000)


@pytest.mark.parametrize("days", [0, 1, 3])
def test_what_waited_comes_in_order_and_is_late_after_days_too(days: int) -> None:
    mark = heard_for_an_hour()
    back = timedelta(days=days, minutes=90)
    for minute in range(61, 70):
        assert hear(mark, 1_000 + minute, ours=back, theirs=timedelta(minutes=minute))
    assert mark.is_clock_set


@pytest.mark.parametrize(("minutes_back", "boot"), [(0, 7), (8, 7), (0, 3)])
def test_numbers_that_begin_anew_are_noticed_also_with_the_clock_behind_and_in_a_lower_boot(
    minutes_back: int, boot: int
) -> None:
    mark = heard_for_an_hour()
    for number in range(1, 4):
        at = timedelta(minutes=60, seconds=10 * number)
        hear(mark, number, ours=at, theirs=at - timedelta(minutes=minutes_back), boot=boot)
    assert (mark.boot, mark.seq) == (BOOTS_PER_EPOCH + boot, 3)

"""Idle fee: hearings become spells, spells minutes, minutes fen, never more than an oracle that counts second by second."""

from datetime import UTC, date, datetime, timedelta, tzinfo
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.domain.connector import ConnectorStatus
from backend.domain.idle_fee import (
    LONGEST_GAP,
    IdleTerms,
    Spell,
    StayEvent,
    StayState,
    is_at_rest,
    next_state,
    price_stay,
    spells_of,
    sum_of,
)
from tests.unit.domain.strategies import SHANGHAI, zones

TERMS = IdleTerms(free_minutes=15, minute_fen=50, day_cap_fen=2_000)
TEN = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""Ten o'clock in Shanghai."""


def after(minutes: float) -> datetime:
    return TEN + timedelta(minutes=minutes)


def lines(*spells: tuple[float, float], until: float = 10_000) -> list[tuple[date, int, int]]:
    heard = [Spell(after(start), after(end)) for start, end in spells]
    priced = price_stay(TERMS, TEN, after(until), heard, SHANGHAI)
    return [(line.local_date, line.minutes, line.fee_fen) for line in priced]


def test_the_free_minutes_count_from_the_end_of_the_charge_whatever_was_heard() -> None:
    day = date(2026, 11, 23)
    assert lines((0, 15)) == []
    assert lines((0, 16)) == [(day, 1, 50)]
    assert lines((12, 20)) == [(day, 5, 250)]
    assert lines((14, 15), (17, 18)) == [(day, 1, 50)]


def test_a_begun_minute_is_free_and_parts_of_minutes_add_up_on_a_day() -> None:
    day = date(2026, 11, 23)
    assert lines((0, 15.99)) == []
    assert lines((15, 15.5), (30, 30.5)) == [(day, 1, 50)]
    assert lines((0, 60), until=20) == [(day, 5, 250)]


def test_each_local_day_has_its_own_cap() -> None:
    from_ten = lines((0, 14 * 60 + 10))
    assert from_ten == [(date(2026, 11, 23), 825, 2_000), (date(2026, 11, 24), 10, 500)]
    assert sum_of(price_stay(TERMS, TEN, after(1_000), [Spell(TEN, after(850))], SHANGHAI)) == 2_500


def test_what_lies_between_two_hearings_too_far_apart_was_heard_by_nobody() -> None:
    gap = LONGEST_GAP // timedelta(minutes=1)
    assert spells_of([TEN, after(5), after(5 + gap)]) == (Spell(TEN, after(5 + gap)),)
    assert spells_of([TEN, after(5), after(5.1 + gap)]) == (
        Spell(TEN, after(5)),
        Spell(after(5.1 + gap), after(5.1 + gap)),
    )
    assert spells_of([]) == ()


@pytest.mark.parametrize("status", list(ConnectorStatus))
def test_a_car_rests_only_on_a_sound_gun_that_does_not_charge_it(status: ConnectorStatus) -> None:
    resting = {"plugged", "finishing", "suspended_ev", "suspended_pile"}
    assert is_at_rest(status, plugged=True) is (status.value in resting)
    assert not is_at_rest(status, plugged=False)


def test_every_state_but_the_last_ones_has_a_way_out_and_a_waived_fee_stays_so() -> None:
    assert next_state(StayState.WATCHING, StayEvent.ENDED_WITH_FEE) is StayState.BILLED
    assert next_state(StayState.WATCHING, StayEvent.ENDED_WITHOUT_FEE) is StayState.FREE
    assert next_state(StayState.BILLED, StayEvent.WAIVED) is StayState.WAIVED
    assert next_state(StayState.WAIVED, StayEvent.WAIVED) is StayState.WAIVED


terms_drawn = st.builds(
    IdleTerms,
    free_minutes=st.integers(0, 40),
    minute_fen=st.integers(1, 300),
    day_cap_fen=st.integers(1, 4_000),
)
seconds_drawn = st.lists(st.integers(0, 9_000), max_size=25).map(sorted)


def count_by_seconds(
    terms: IdleTerms, began_at: datetime, heard: list[int], lasts_s: int, zone: tzinfo
) -> dict[date, tuple[int, int]]:
    """Each second by itself: is it after the free ones, before the end, and between two hearings near enough?"""
    seconds: dict[date, int] = {}
    for first, second in pairwise(heard):
        if second - first > 360:
            continue
        for at in range(max(first, terms.free_minutes * 60), min(second, lasts_s)):
            day = (began_at + timedelta(seconds=at)).astimezone(zone).date()
            seconds[day] = seconds.get(day, 0) + 1
    return {
        day: (count // 60, min(count // 60 * terms.minute_fen, terms.day_cap_fen))
        for day, count in seconds.items()
        if count >= 60
    }


@given(
    terms=terms_drawn,
    began_at=st.integers(0, 86_400).map(
        lambda s: datetime(2026, 10, 24, 12, tzinfo=UTC) + timedelta(seconds=s)
    ),
    heard=seconds_drawn,
    lasts_s=st.integers(0, 9_000),
    zone=zones,
)
@settings(max_examples=300, deadline=None)
def test_a_stay_costs_what_counting_second_by_second_says(
    terms: IdleTerms, began_at: datetime, heard: list[int], lasts_s: int, zone: tzinfo
) -> None:
    spells = spells_of(began_at + timedelta(seconds=at) for at in heard)
    priced = price_stay(terms, began_at, began_at + timedelta(seconds=lasts_s), spells, zone)
    told = {line.local_date: (line.minutes, line.fee_fen) for line in priced}
    assert told == count_by_seconds(terms, began_at, heard, lasts_s, zone)

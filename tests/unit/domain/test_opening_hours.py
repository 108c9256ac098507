"""Opening hours: open or shut at any minute, until when, in words, and what is refused."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.errors import InvalidInput
from backend.domain.opening_hours import (
    ALWAYS,
    UNKNOWN,
    OpeningHours,
    Span,
    describe,
    from_text,
    is_open_at,
    look_at,
    make_hours,
    to_text,
)

ZONE = "Asia/Shanghai"
WEEKDAYS = [Span(day, 8 * 60, 22 * 60) for day in range(1, 6)]
LATE = Span(5, 23 * 60, 26 * 60)


def at(text: str) -> datetime:
    """`6 01:30`: Saturday of a week that begins on Monday 2026-11-23."""
    day, clock = text.split()
    return datetime.fromisoformat(f"2026-11-{22 + int(day)}T{clock}:00+08:00")


def told(hours: OpeningHours, when: str) -> tuple[bool, str]:
    now = look_at(hours, now=at(when), time_zone=ZONE)
    change = now.changes_at
    return now.is_open, "" if change is None else change.astimezone(at("1 00:00").tzinfo).strftime(
        "%m-%d %H:%M"
    )


def test_a_station_is_open_within_its_spans_and_says_when_that_changes() -> None:
    hours = make_hours(is_always=False, spans=[*WEEKDAYS, LATE])
    assert told(hours, "1 07:59") == (False, "11-23 08:00")
    assert told(hours, "1 08:00") == (True, "11-23 22:00")
    assert told(hours, "1 21:59") == (True, "11-23 22:00")
    assert told(hours, "1 22:00") == (False, "11-24 08:00")
    # past midnight it is still Friday's span
    assert told(hours, "6 01:59") == (True, "11-28 02:00")
    assert told(hours, "6 02:00") == (False, "11-30 08:00")


def test_spans_that_touch_are_one_also_over_the_end_of_the_week() -> None:
    hours = make_hours(is_always=False, spans=[Span(7, 20 * 60, 24 * 60), Span(1, 0, 6 * 60)])
    assert told(hours, "7 23:00") == (True, "11-30 06:00")
    assert told(hours, "1 05:59") == (True, "11-23 06:00")
    assert told(hours, "1 06:00") == (False, "11-29 20:00")
    whole = make_hours(is_always=False, spans=[Span(day, 0, 24 * 60) for day in range(1, 8)])
    assert told(whole, "3 12:00") == (True, "")


def test_hours_that_are_not_known_shut_nobody_out() -> None:
    for hours in (UNKNOWN, ALWAYS):
        assert told(hours, "3 03:00") == (True, "")


@pytest.mark.parametrize(
    "spans",
    [
        [Span(1, 8 * 60, 8 * 60)],
        [Span(1, 8 * 60, 33 * 60)],
        [Span(1, 24 * 60, 25 * 60)],
        [Span(0, 0, 60)],
        [Span(8, 0, 60)],
        [Span(1, -1, 60)],
        [Span(1, 60, 180), Span(1, 120, 240)],
        [Span(1, 22 * 60, 26 * 60), Span(2, 60, 180)],
        [Span(7, 22 * 60, 26 * 60), Span(1, 60, 180)],
        [Span(1, hour * 60, hour * 60 + 30) for hour in range(5)],
    ],
)
def test_spans_that_make_no_sense_are_refused(spans: list[Span]) -> None:
    with pytest.raises(InvalidInput):
        make_hours(is_always=False, spans=spans)


def test_all_day_and_spans_are_not_said_at_once() -> None:
    with pytest.raises(InvalidInput):
        make_hours(is_always=True, spans=WEEKDAYS)


def test_hours_are_told_in_words_that_fit_a_card() -> None:
    every_day = [Span(day, 6 * 60, 24 * 60) for day in range(1, 8)]
    weekend = [Span(day, 9 * 60, 26 * 60) for day in (6, 7)]
    assert describe(ALWAYS) == "全天营业"
    assert describe(UNKNOWN) == ""
    assert describe(OpeningHours(spans=tuple(every_day))) == "每天 06:00–24:00"
    assert describe(OpeningHours(spans=(*WEEKDAYS, *weekend))) == (
        "周一至周五 08:00–22:00，周六、周日 09:00–次日02:00"
    )
    assert describe(OpeningHours(spans=tuple(WEEKDAYS))) == "周一至周五 08:00–22:00，周六、周日 休息"
    ragged = [Span(day, 60 * hour + day, 60 * hour + 40) for day in range(1, 8) for hour in (1, 5, 9, 13)]
    assert len(describe(OpeningHours(spans=tuple(ragged)))) <= 100


_spans = st.lists(
    st.builds(
        lambda day, opens, length: Span(day, opens, opens + length),
        st.integers(1, 7),
        st.integers(0, 1439),
        st.integers(1, 1440),
    ),
    max_size=8,
)


@given(spans=_spans, minute=st.integers(0, 7 * 1440 - 1))
def test_kept_hours_come_back_and_each_minute_is_judged_as_the_spans_say(
    spans: list[Span], minute: int
) -> None:
    try:
        hours = make_hours(is_always=False, spans=spans)
    except InvalidInput:
        return
    assert from_text(to_text(hours)) == hours
    assert len(to_text(hours) or "") <= 400
    now = at("1 00:00") + timedelta(minutes=minute)
    inside = {
        (span.weekday - 1) * 1440 + m for span in spans for m in range(span.opens_minute, span.closes_minute)
    }
    wanted = not spans or minute in {m % (7 * 1440) for m in inside}
    assert is_open_at(hours, now=now, time_zone=ZONE) is wanted
    change = look_at(hours, now=now, time_zone=ZONE).changes_at
    if change is not None:
        assert change > now
        assert is_open_at(hours, now=change, time_zone=ZONE) is not wanted

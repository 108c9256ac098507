"""Which rows sum a range of days, and which areas a station is in."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.domain.fact import FactGrain, Span, areas_of, quarter_of, spans_of

DAY, MONTH = FactGrain.DAY, FactGrain.MONTH
JANUARY_1 = date(2026, 1, 1)


@given(st.dates(date(2024, 1, 1), date(2027, 1, 1)), st.integers(0, 1_100))
def test_spans_are_each_day_of_a_range_once(first: date, length: int) -> None:
    last = first + timedelta(days=length)
    spans = list(spans_of(first, last))
    at = first
    for span in spans:
        assert span.from_date == at <= span.to_date
        if span.grain is MONTH:
            assert span.from_date.day == (span.to_date + timedelta(days=1)).day == 1
        at = span.to_date + timedelta(days=1)
    assert at == last + timedelta(days=1)
    # so that few rows are read: never a whole month by its days
    assert all(span.grain is MONTH or (span.to_date - span.from_date).days < 60 for span in spans)


@pytest.mark.parametrize(
    ("first", "last", "spans"),
    [
        (JANUARY_1, date(2026, 1, 31), [Span(MONTH, JANUARY_1, date(2026, 1, 31))]),
        (JANUARY_1, date(2026, 1, 30), [Span(DAY, JANUARY_1, date(2026, 1, 30))]),
        (
            date(2025, 12, 31),
            date(2026, 2, 1),
            [
                Span(DAY, date(2025, 12, 31), date(2025, 12, 31)),
                Span(MONTH, JANUARY_1, date(2026, 1, 31)),
                Span(DAY, date(2026, 2, 1), date(2026, 2, 1)),
            ],
        ),
    ],
)
def test_whole_months_are_months_and_the_ends_are_days(first: date, last: date, spans: list[Span]) -> None:
    assert list(spans_of(first, last)) == spans


def test_a_station_is_in_the_whole_its_province_and_its_city() -> None:
    assert areas_of("330106") == ("", "33", "3301")
    assert areas_of("") == ("",)


def test_a_quarter_begins_at_0_15_30_or_45() -> None:
    at = datetime(2026, 11, 23, 4, 44, 59, 999_000, tzinfo=UTC)
    assert quarter_of(at) == datetime(2026, 11, 23, 4, 30, tzinfo=UTC)

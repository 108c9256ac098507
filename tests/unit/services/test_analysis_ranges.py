"""The days an analysis is about, and the days it is compared with."""

from datetime import date

import pytest

from backend.domain.errors import UnfitInput
from backend.services.views.analysis.ranges import (
    MOST_DAYS_BY_HOUR,
    Compare,
    DayRange,
    check_range,
    compared_range,
)

PREVIOUS, LAST_YEAR = Compare.PREVIOUS, Compare.LAST_YEAR


@pytest.mark.parametrize(
    ("compare", "asked", "compared"),
    [
        (PREVIOUS, ("2026-11-03", "2026-11-09"), ("2026-10-27", "2026-11-02")),
        # whole months against whole months, however long they are
        (PREVIOUS, ("2026-03-01", "2026-03-31"), ("2026-02-01", "2026-02-28")),
        (PREVIOUS, ("2026-01-01", "2026-03-31"), ("2025-10-01", "2025-12-31")),
        (PREVIOUS, ("2026-03-01", "2026-03-30"), ("2026-01-30", "2026-02-28")),
        (LAST_YEAR, ("2026-11-03", "2026-11-09"), ("2025-11-03", "2025-11-09")),
        (LAST_YEAR, ("2024-02-29", "2024-03-05"), ("2023-02-28", "2023-03-05")),
        (LAST_YEAR, ("2025-02-01", "2025-02-28"), ("2024-02-01", "2024-02-29")),
        (LAST_YEAR, ("2024-02-01", "2024-02-29"), ("2023-02-01", "2023-02-28")),
    ],
)
def test_a_range_is_compared_with_its_like(
    compare: Compare, asked: tuple[str, str], compared: tuple[str, str]
) -> None:
    assert compared_range(_range(*asked), compare) == _range(*compared)


def test_without_a_wish_nothing_is_compared() -> None:
    assert compared_range(_range("2026-11-03", "2026-11-09"), None) is None


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        ("2026-11-09", "2026-11-03", "to_date"),
        ("2023-01-01", "2026-11-03", "to_date"),
        ("1026-11-03", "1026-11-09", "from_date"),
        ("9999-11-03", "9999-12-31", "to_date"),
    ],
)
def test_a_range_that_cannot_be_meant_is_refused(first: str, last: str, field: str) -> None:
    with pytest.raises(UnfitInput) as refused:
        check_range(date.fromisoformat(first), date.fromisoformat(last))
    assert refused.value.data["field"] == field


def test_by_the_hour_two_months_are_told_and_no_more() -> None:
    first = date(2026, 7, 1)
    assert check_range(first, date(2026, 8, 31), most_days=MOST_DAYS_BY_HOUR).days == MOST_DAYS_BY_HOUR
    with pytest.raises(UnfitInput) as refused:
        check_range(first, date(2026, 9, 1), most_days=MOST_DAYS_BY_HOUR)
    assert "按小时" in str(refused.value.data["reason"])


def _range(first: str, last: str) -> DayRange:
    return DayRange(date.fromisoformat(first), date.fromisoformat(last))

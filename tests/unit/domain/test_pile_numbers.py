"""Numbers of many piles, and which of two a person could not tell apart."""

import pytest

from backend.domain.errors import InvalidInput
from backend.domain.pile import name_at, number_range, spelling


def test_a_range_counts_the_last_digits_up_in_their_width() -> None:
    assert number_range("SZ-098", 3) == ["SZ-098", "SZ-099", "SZ-100"]
    assert number_range("32050000000101", 2) == ["32050000000101", "32050000000102"]


@pytest.mark.parametrize(
    ("first_no", "count", "field"),
    [
        ("SZ-99", 2, "first_no"),
        ("ABC", 2, "first_no"),
        ("A+1", 2, "pile_no"),
        ("A01", 0, "count"),
        ("A01", 201, "count"),
    ],
)
def test_a_range_that_does_not_fit_is_refused_by_its_field(first_no: str, count: int, field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        number_range(first_no, count)
    assert refused.value.data["field"] == field


def test_names_of_a_batch_have_their_place() -> None:
    assert [name_at("{n}号快充桩", 3), name_at("快充", 3)] == ["3号快充桩", "快充3"]


def test_hyphens_and_case_tell_no_two_numbers_apart() -> None:
    assert spelling("sz-0_01") == spelling("SZ001") != spelling("SZ0010")

"""Which six digits may be a payment password, and how wrong ones close it."""

from datetime import timedelta

import pytest

from backend.domain.pay_password import CLOSED_FOR, TRIES, closed_for, is_too_plain, tries_left


@pytest.mark.parametrize("password", ["000000", "888888", "123456", "654321", "890123", "210987"])
def test_what_anybody_would_try_first_is_too_plain(password: str) -> None:
    assert is_too_plain(password)


@pytest.mark.parametrize("password", ["112233", "135791", "100000", "520131", "123457"])
def test_other_digits_may_be_a_password(password: str) -> None:
    assert not is_too_plain(password)


def test_every_fifth_wrong_one_closes_it_for_longer_and_never_for_more_than_a_day() -> None:
    pauses = [closed_for(wrong) for wrong in range(6 * TRIES + 1)]
    closing = {wrong: pause for wrong, pause in enumerate(pauses) if pause is not None}
    assert list(closing) == [5, 10, 15, 20, 25, 30]
    assert list(closing.values()) == [*CLOSED_FOR, CLOSED_FOR[-1], CLOSED_FOR[-1]]
    assert list(CLOSED_FOR) == sorted(CLOSED_FOR)
    assert CLOSED_FOR[-1] == timedelta(days=1)
    assert [tries_left(wrong) for wrong in (1, 4, 5, 6, 9)] == [4, 1, 5, 4, 1]

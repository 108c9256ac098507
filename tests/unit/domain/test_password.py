"""Which passwords are refused, and why."""

import pytest

from backend.domain.password import LONGEST, PasswordProblem, find_password_problem
from backend.gateways.ids import new_typed_secret


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("short-7!", PasswordProblem.TOO_SHORT),
        ("x7" * LONGEST, PasswordProblem.TOO_LONG),
        ("mczvuxnjow", PasswordProblem.ONE_KIND),
        ("7194068253", PasswordProblem.ONE_KIND),
        ("xWang.Jianguo7", PasswordProblem.HOLDS_ACCOUNT),
        ("my-Password-9", PasswordProblem.WELL_KNOWN),
        ("admin@2026!x", PasswordProblem.WELL_KNOWN),
        ("tk-23456-mz", PasswordProblem.MONOTONOUS),
        ("tk-LKJHG-mz", PasswordProblem.MONOTONOUS),
        ("aaaaaaaaaaaaaaaaaaaa1", PasswordProblem.MONOTONOUS),
        ("mczvuxnj 7", None),
        ("一句只有我自己知道的很长很长的话", None),
        ("correct horse battery", None),
        ("充电站的密码2026", None),
    ],
)
def test_a_password_is_hard_enough_to_guess(password: str, problem: PasswordProblem | None) -> None:
    assert find_password_problem(password, account="wang.jianguo") is problem


def test_a_short_account_may_be_part_of_a_password_by_chance() -> None:
    assert find_password_problem("mczvu li xnj 7", account="li") is None


def test_what_we_make_ourselves_is_long_and_never_twice() -> None:
    made = {new_typed_secret() for _ in range(100)}
    assert len(made) == 100
    assert {len(one) for one in made} == {14}

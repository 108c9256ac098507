import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.domain.errors import BalanceTooLow, LimitOutOfRange
from backend.domain.hold import HoldPolicy, size_hold
from backend.domain.policy import DEFAULTS
from backend.domain.units import Fen

POLICY = DEFAULTS.hold


@pytest.mark.parametrize(
    ("available", "limit", "held"),
    [
        (500, None, 500),
        (3_000, None, 3_000),
        (90_000, None, 20_000),
        (90_000, 1_500, 1_500),
        (800, 1_500, 800),
    ],
)
def test_a_hold_is_the_least_of_wallet_limit_and_cap(available: int, limit: int | None, held: int) -> None:
    assert size_hold(Fen(available), None if limit is None else Fen(limit), POLICY) == held


def test_refuses_start_when_wallet_cannot_cover_hold() -> None:
    with pytest.raises(BalanceTooLow) as refused:
        size_hold(Fen(499), None, POLICY)
    assert refused.value.data == {"available_fen": 499, "required_fen": 500}


@pytest.mark.parametrize("limit", [-1, 0, 499, 20_001])
def test_refuses_a_limit_outside_the_policy(limit: int) -> None:
    with pytest.raises(LimitOutOfRange) as refused:
        size_hold(Fen(90_000), Fen(limit), POLICY)
    assert refused.value.data == {"min_fen": 500, "max_fen": 20_000}


@given(st.integers(500, 10**7), st.one_of(st.none(), st.integers(500, 20_000)))
@settings(deadline=None)
def test_a_hold_is_never_more_than_the_wallet_or_less_than_the_minimum(
    available: int, limit: int | None
) -> None:
    held = size_hold(Fen(available), None if limit is None else Fen(limit), POLICY)
    assert 500 <= held <= min(available, 20_000 if limit is None else limit)


@pytest.mark.parametrize(("minimum", "cap"), [(0, 100), (-1, 100), (200, 100)])
def test_refuses_a_policy_that_holds_nothing(minimum: int, cap: int) -> None:
    with pytest.raises(ValueError, match="hold policy"):
        HoldPolicy(Fen(minimum), Fen(cap))

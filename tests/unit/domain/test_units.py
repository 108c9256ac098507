from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.domain.units import PriceE5, Wh, fee_fen, round_half_up


@pytest.mark.parametrize(
    ("numerator", "denominator", "rounded"),
    [
        (0, 7, 0),
        (1, 2, 1),
        (1, 3, 0),
        (2, 3, 1),
        (5, 10, 1),
        (4, 10, 0),
        (-1, 2, -1),
        (-1, 3, 0),
        (-5, 2, -3),
    ],
)
def test_a_half_goes_away_from_zero(numerator: int, denominator: int, rounded: int) -> None:
    assert round_half_up(numerator, denominator) == rounded


@given(st.integers(-(10**30), 10**30), st.integers(1, 10**15))
@settings(deadline=None)
def test_rounding_is_exact_and_symmetric(numerator: int, denominator: int) -> None:
    rounded = round_half_up(numerator, denominator)
    assert abs(Fraction(numerator, denominator) - rounded) <= Fraction(1, 2)
    assert round_half_up(-numerator, denominator) == -rounded
    assert round_half_up(2 * numerator + 1, 2) == (numerator + 1 if numerator >= 0 else numerator)


@pytest.mark.parametrize("denominator", [0, -1])
def test_refuses_to_divide_by_what_is_not_positive(denominator: int) -> None:
    with pytest.raises(ValueError, match="positive denominator"):
        round_half_up(1, denominator)


@pytest.mark.parametrize(
    ("energy_wh", "price_e5", "fee"),
    [
        (10_000, 86_000, 860),  # 10 kWh at 0.86 yuan
        (1, 100_000, 0),  # 0.1 fen
        (5, 100_000, 1),  # exactly half a fen
        (4_999, 100, 0),  # 0.4999 fen
        (83, 123_456, 10),  # 10.246848 fen
        (0, 10**9, 0),
        (2_000_000, 10**9, 2_000_000_000),
    ],
)
def test_fee_of_energy_at_a_price(energy_wh: int, price_e5: int, fee: int) -> None:
    assert fee_fen(Wh(energy_wh), PriceE5(price_e5)) == fee

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.domain.errors import AmountOutOfRange
from backend.domain.settlement import Settlement, settle
from backend.domain.units import Fen

amounts = st.integers(0, 10**6)


def settlement(captured: int, released: int, debt: int, collected: int) -> Settlement:
    return Settlement(
        captured_fen=Fen(captured),
        released_fen=Fen(released),
        debt_fen=Fen(debt),
        collected_fen=Fen(collected),
    )


@pytest.mark.parametrize(
    ("total", "held", "available", "expected"),
    [
        (1_100, 5_000, 0, settlement(1_100, 3_900, 0, 0)),
        (5_000, 5_000, 0, settlement(5_000, 0, 0, 0)),
        (5_001, 5_000, 0, settlement(5_000, 0, 1, 0)),
        (0, 5_000, 0, settlement(0, 5_000, 0, 0)),
        (1_100, 0, 400, settlement(0, 0, 700, 400)),
        (1_100, 0, 9_000, settlement(0, 0, 0, 1_100)),
    ],
)
def test_a_bill_is_met_by_hold_then_wallet_then_debt(
    total: int, held: int, available: int, expected: Settlement
) -> None:
    assert settle(Fen(total), Fen(held), Fen(available)) == expected


@given(amounts, amounts, amounts)
@settings(deadline=None)
def test_settling_makes_and_loses_no_money(total: int, held: int, available: int) -> None:
    found = settle(Fen(total), Fen(held), Fen(available))
    assert found.captured_fen + found.collected_fen + found.debt_fen == total
    assert found.captured_fen + found.released_fen == held
    assert 0 <= found.collected_fen <= available
    assert min(found.captured_fen, found.released_fen, found.debt_fen) >= 0
    if found.debt_fen:
        assert (found.released_fen, found.collected_fen) == (0, available)


@pytest.mark.parametrize("amounts_fen", [(-1, 0, 0), (0, -1, 0), (0, 0, -1)])
def test_refuses_negative_amounts(amounts_fen: tuple[int, int, int]) -> None:
    total, held, available = map(Fen, amounts_fen)
    with pytest.raises(AmountOutOfRange):
        settle(total, held, available)

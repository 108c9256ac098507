import pytest

from scripts.benches.fleet_stack import MAX_PILES, charging_share
from scripts.benches.world import GUNS


@pytest.mark.parametrize("piles", [10, 120, 10_000, MAX_PILES])
def test_a_third_of_all_connectors_charges_and_no_pile_on_more_than_one(piles: int) -> None:
    charging = charging_share(piles)
    assert charging <= piles
    assert abs(charging - piles * GUNS / 3) <= 0.5


def test_more_piles_than_the_shipped_broker_takes_are_refused() -> None:
    with pytest.raises(ValueError, match=str(MAX_PILES)):
        charging_share(MAX_PILES + 1)

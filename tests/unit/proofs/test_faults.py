from scripts.proofs import faults
from tests.invariants import INVARIANTS


def test_the_figures_count_invariants_that_exist() -> None:
    assert {faults.LOST, *faults.DOUBLE} <= set(INVARIANTS)

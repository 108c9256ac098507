"""What must hold in the database after any fault, by the numbers of the fault matrix (docs/faults.md).

check_invariants()                     # everything that can be read from the rows
check_invariants({pile_no: pile.said}) # and that no message of these piles was lost, doubled or made up
wait_until_converged()                 # I22: nothing is left half done
"""

from tests.invariants.check import INVARIANTS, Violation, check_invariants, find_violations
from tests.invariants.convergence import find_unfinished, wait_until_converged
from tests.invariants.rows import Sent

__all__ = [
    "INVARIANTS",
    "Sent",
    "Violation",
    "check_invariants",
    "find_unfinished",
    "find_violations",
    "wait_until_converged",
]

"""What every test of a fault ends with: all is healed, everybody is done, nothing is unfinished, no invariant broken.

On the way there people go on charging.
"""

from collections.abc import Collection
from typing import Final

from tests.faults.drivers import Crowd
from tests.faults.everything import Everything
from tests.invariants import Violation, find_violations, wait_until_converged
from tests.waiting import LIMIT_S, wait_until

GOES_ON_S: Final = 60.0
LOST_WITH_THE_BROKER: Final = frozenset({"meter", "status"})
"""A broker that dies takes what it had acknowledged along; what a pile keeps until its receipt is said again."""


def charges_end(crowd: Crowd, more: int = 4) -> None:
    """People go on charging: so many more charges have come to their end."""
    before = crowd.sessions
    wait_until(lambda: crowd.sessions >= before + more, f"{more} more charges have ended", GOES_ON_S)


def violations_after(
    everything: Everything, crowd: Crowd, *, losable: Collection[str] = (), limit_s: float = LIMIT_S
) -> list[Violation]:
    """Heal everything, let the crowd finish, wait for the end (I22), and look at every invariant.

    AssertionError when somebody gave up or something stays unfinished for longer than `limit_s`.
    """
    everything.heal()
    crowd.leave()
    crowd.settle_piles()
    sent = crowd.sent
    wait_until_converged(limit_s, sent=sent, losable=losable)
    return find_violations(sent, losable=losable)


def assert_all_is_well(everything: Everything, crowd: Crowd, *, losable: Collection[str] = ()) -> None:
    """`violations_after` finds none, and the crowd has charged."""
    found = violations_after(everything, crowd, losable=losable)
    assert not found, "\n".join(f"{one.invariant}: {one.sentence}" for one in found)
    assert crowd.sessions > 0

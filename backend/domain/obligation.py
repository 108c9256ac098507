"""What staff owe before they may do anything else at the desk: a password of their own, a second factor."""

from enum import StrEnum


class Obligation(StrEnum):
    PASSWORD = "password"  # noqa: S105 - the name of a duty
    SECOND_FACTOR = "second_factor"


def find_obligations(
    *, must_change_password: bool, needs_second_factor: bool, has_second_factor: bool
) -> tuple[Obligation, ...]:
    """What is owed, in the order it is paid."""
    owed = (
        (Obligation.PASSWORD, must_change_password),
        (Obligation.SECOND_FACTOR, needs_second_factor and not has_second_factor),
    )
    return tuple(one for one, is_owed in owed if is_owed)

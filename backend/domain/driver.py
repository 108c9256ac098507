"""What a driver may do at all: charges, money in, and out again. A guest is a driver like any other here.

Frozen, a driver begins nothing that costs money; what runs goes on and is billed, and money goes back as ever.
"""

from enum import StrEnum


class DriverState(StrEnum):
    ACTIVE = "active"
    FROZEN = "frozen"


class DriverFilter(StrEnum):
    """The desk's list, by what is looked for."""

    REGISTERED = "registered"
    FROZEN = "frozen"
    GUEST = "guest"
    DELETED = "deleted"


class DriverObstacle(StrEnum):
    """What stands in the way of deleting a driver: money or energy that is not done with."""

    FROZEN = "frozen"
    LIVE_SESSION = "live_session"
    UNBILLED_SESSION = "unbilled_session"
    IDLE_STAY = "idle_stay"
    BALANCE = "balance"
    DEBT = "debt"
    OPEN_PAYMENT = "open_payment"
    OPEN_REFUND = "open_refund"
    OPEN_ADJUSTMENT = "open_adjustment"

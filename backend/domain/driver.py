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

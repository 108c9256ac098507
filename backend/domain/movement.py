"""Movements (交易): charges, idle fees, top-ups, prepayments and refunds as rows of one list; what a filter of it may ask.

A movement happens at one time: a charge and an idle fee when they end, money in when it is paid, a refund when it is asked
for. Hours and weekdays are those of that time on the platform's clock.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Final

from backend.domain.order import OrderState
from backend.domain.refund import RefundState

LONGEST_DAYS: Final = 92
"""What no index finds is looked for in so many days at most."""
LONGEST_HOURS_DAYS: Final = 366
"""Hours of the day and weekdays: a span of time for each of them."""


class MovementKind(StrEnum):
    CHARGE = "charge"
    IDLE = "idle"
    TOP_UP = "top_up"
    PREPAY = "prepay"
    REFUND = "refund"


class MovementState(StrEnum):
    """What all kinds have in common; the kinds' own states are on their pages."""

    IN_PROGRESS = "in_progress"
    NEEDS_STAFF = "needs_staff"
    DONE = "done"
    RETURNED = "returned"


OF_ORDERS: Final = {
    OrderState.OPEN: MovementState.IN_PROGRESS,
    OrderState.PROVISIONAL: MovementState.IN_PROGRESS,
    OrderState.SETTLED: MovementState.DONE,
    OrderState.CORRECTED: MovementState.DONE,
}
OF_REFUNDS: Final = {
    RefundState.IN_PROGRESS: MovementState.IN_PROGRESS,
    RefundState.NEEDS_STAFF: MovementState.NEEDS_STAFF,
    RefundState.DONE: MovementState.DONE,
    RefundState.RETURNED: MovementState.RETURNED,
}
"""A payment that was never paid moves nothing and is no movement; one that was is done."""


def spans_of(
    first: date, last: date, *, weekday: int | None, hour: int | None, zone: tzinfo
) -> Iterator[tuple[datetime, datetime]]:
    """From and to (exclusive) of each time between two local days, both included, that falls on this weekday (1 is Monday)
    and into this hour; None: any.
    """
    day = first
    while day <= last:
        if weekday is None or day.isoweekday() == weekday:
            begins = datetime.combine(day, time(hour or 0), tzinfo=zone)
            yield begins, begins + (timedelta(days=1) if hour is None else timedelta(hours=1))
        day += timedelta(days=1)

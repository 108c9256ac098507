"""Months as drivers read them: `2026-11`, where the platform is."""

from datetime import datetime
from typing import Final

from backend.domain.errors import InvalidInput
from backend.services.ground.roll_ups import PLATFORM_ZONE

_MONTHS: Final = 12


def month_of(at: datetime) -> str:
    """The month an instant lies in."""
    return f"{at.astimezone(PLATFORM_ZONE):%Y-%m}"


def bounds_of(month: str) -> tuple[datetime, datetime]:
    """Its first instant, and that of the month after. Raises InvalidInput."""
    year, _, number = month.partition("-")
    try:
        begins_at = datetime(int(year), int(number), 1, tzinfo=PLATFORM_ZONE)
    except ValueError:
        raise InvalidInput(field="month", reason="没有这个月份") from None
    return begins_at, datetime(
        begins_at.year + begins_at.month // _MONTHS, begins_at.month % _MONTHS + 1, 1, tzinfo=PLATFORM_ZONE
    )

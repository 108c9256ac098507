"""Holiday calendar 节假日日历: which kind of day a local date is, as it was known at one revision of the calendar.

Decides nothing about prices. A revision never changes: editing the calendar makes the next one (docs/adr/0019).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

_SATURDAY: Final = 5


class DayKind(StrEnum):
    """工作日 周末 节假日."""

    WORKDAY = "workday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"


CALENDAR_KINDS: Final = (DayKind.HOLIDAY, DayKind.WORKDAY)
"""What the calendar can make of a date: a holiday, or a weekend's day that is worked on (调休)."""


@dataclass(frozen=True, slots=True)
class HolidayCalendar:
    """The dates that are not what their weekday says; two of one revision are the same calendar."""

    revision: int
    days: Mapping[date, DayKind] = field(compare=False)
    names: Mapping[date, str] = field(compare=False, default_factory=dict)

    def kind_of(self, day: date) -> DayKind:
        """What the calendar says of a date, else what its weekday says."""
        known = self.days.get(day)
        if known is not None:
            return known
        return DayKind.WEEKEND if day.weekday() >= _SATURDAY else DayKind.WORKDAY


NO_HOLIDAYS: Final = HolidayCalendar(0, {})
"""Before anybody kept a calendar: weekdays alone tell."""

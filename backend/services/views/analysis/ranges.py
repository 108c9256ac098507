"""The days a question is about, and those it is compared with. Days are the stations' local days of the end of charging."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from backend.domain.errors import UnfitInput
from backend.domain.fact import first_of_month, next_month

MOST_DAYS: Final = 1_100
MOST_DAYS_BY_HOUR: Final = 62
FIRST_YEAR: Final = 2010
"""There were no such stations before; a year that is mistyped is refused rather than counted."""
LAST_YEAR: Final = 2200
DAY: Final = timedelta(days=1)
_LEAP: Final = (2, 29)


class Compare(StrEnum):
    """The same length just before, whole months against whole months; or the same days a year ago."""

    PREVIOUS = "previous"
    LAST_YEAR = "last_year"


@dataclass(frozen=True, slots=True)
class DayRange:
    """Both included."""

    from_date: date
    to_date: date

    @property
    def days(self) -> int:
        return (self.to_date - self.from_date).days + 1


def check_range(from_date: date, to_date: date, *, most_days: int = MOST_DAYS) -> DayRange:
    """The range of a question. Raises UnfitInput for dates the wrong way round, or too many of them."""
    if from_date > to_date:
        raise UnfitInput(field="to_date", reason="不能早于开始日期")
    if from_date.year < FIRST_YEAR:
        raise UnfitInput(field="from_date", reason=f"不能早于 {FIRST_YEAR} 年")
    if to_date.year > LAST_YEAR:
        raise UnfitInput(field="to_date", reason=f"不能晚于 {LAST_YEAR} 年")
    found = DayRange(from_date, to_date)
    if found.days > most_days:
        if most_days == MOST_DAYS_BY_HOUR:
            raise UnfitInput(
                field="to_date", reason=f"太晚：按小时查看最多选 {most_days} 天，请缩短日期或改为按天查看"
            )
        raise UnfitInput(field="to_date", reason=f"太晚：一次最多查看 {most_days} 天，请缩短日期")
    return found


def compared_range(wanted: DayRange, compare: Compare | None) -> DayRange | None:
    """The range to compare with; None where nothing is asked for."""
    if compare is None:
        return None
    if compare is Compare.PREVIOUS:
        return _months_before(wanted) if _is_whole_months(wanted) else _just_before(wanted)
    last = _year_before(wanted.to_date)
    if _is_whole_months(wanted):
        last = next_month(last) - DAY
    return DayRange(_year_before(wanted.from_date), last)


def _is_whole_months(wanted: DayRange) -> bool:
    return wanted.from_date.day == 1 and (wanted.to_date + DAY).day == 1


def _just_before(wanted: DayRange) -> DayRange:
    return DayRange(wanted.from_date - timedelta(days=wanted.days), wanted.from_date - DAY)


def _months_before(wanted: DayRange) -> DayRange:
    first = wanted.from_date
    months = (wanted.to_date.year - first.year) * 12 + wanted.to_date.month - first.month + 1
    for _ in range(months):
        first = first_of_month(first - DAY)
    return DayRange(first, wanted.from_date - DAY)


def _year_before(day: date) -> date:
    if (day.month, day.day) == _LEAP:
        return day.replace(year=day.year - 1, day=28)
    return day.replace(year=day.year - 1)

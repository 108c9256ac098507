"""The holidays and make-up workdays that the State Council has published, as far as the kept package knows them."""

from typing import Final

from chinese_calendar import constants  # type: ignore[import-untyped]

from backend.domain.holiday_calendar import DayKind
from backend.services.tariffs.calendars import NamedDay

_WORDS: Final = {holiday.value: holiday.chinese for holiday in constants.Holiday}


def known_years() -> tuple[int, ...]:
    """The years it knows, earliest first."""
    return tuple(sorted({day.year for day in constants.holidays}))


def holidays_of(year: int) -> list[NamedDay]:
    """The days of a year that are not what their weekday says; empty for a year that it does not know."""
    days = [
        *(NamedDay(day, DayKind.HOLIDAY, _name(of)) for day, of in constants.holidays.items()),
        *(NamedDay(day, DayKind.WORKDAY, f"{_name(of)}调休上班") for day, of in constants.workdays.items()),
    ]
    return sorted(day for day in days if day.local_date.year == year)


def _name(of: str) -> str:
    return str(_WORDS.get(of, of))

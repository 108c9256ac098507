"""The holiday calendar at one of its revisions. A revision never changes (docs/adr/0019): it is kept in memory."""

import functools
from collections.abc import Iterable
from datetime import date
from typing import Any, Final, NamedTuple, cast

from peewee import fn

from backend.domain.holiday_calendar import NO_HOLIDAYS, DayKind, HolidayCalendar
from backend.models import Holiday, HolidayRevision
from backend.models.engine.database import forget_with_database, reading

CALENDARS_KEPT: Final = 64


class NamedDay(NamedTuple):
    """A date that is not what its weekday says."""

    local_date: date
    day_kind: DayKind
    name: str


def newest_revision() -> Any:
    """SQL: the newest revision, a column of whatever is asked for beside it."""
    return HolidayRevision.select(fn.COALESCE(fn.MAX(HolidayRevision.revision), 0))


@reading
def find_revision() -> int:
    """The newest revision; 0 where nobody ever kept a calendar."""
    return int(newest_revision().scalar())


@functools.lru_cache(maxsize=CALENDARS_KEPT)
def get_calendar(revision: int) -> HolidayCalendar:
    """The calendar as it was known at a revision."""
    if revision == 0:
        return NO_HOLIDAYS
    days = list_days(revision)
    return HolidayCalendar(
        revision,
        {day.local_date: day.day_kind for day in days},
        {day.local_date: day.name for day in days},
    )


forget_with_database(get_calendar.cache_clear)


@reading
def list_days(revision: int) -> list[NamedDay]:
    """The dates of a revision that are not what their weekday says, in their order."""
    rows = cast(
        "Iterable[tuple[date, DayKind | None, str]]",
        Holiday.select(Holiday.local_date, Holiday.day_kind, Holiday.name)
        .where(Holiday.revision <= revision)
        .order_by(Holiday.local_date, Holiday.revision)
        .tuples(),
    )
    newest = {local_date: (kind, name) for local_date, kind, name in rows}
    return [NamedDay(day, kind, name) for day, (kind, name) in newest.items() if kind is not None]

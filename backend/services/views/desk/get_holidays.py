"""The holiday calendar of a year as the desk sees it, and which years the product knows of itself."""

from datetime import date, datetime

import msgspec

from backend.domain.actor import Actor
from backend.domain.holiday_calendar import DayKind
from backend.models import HolidayRevision, Staff
from backend.models.engine.database import reading
from backend.services.ground.roll_ups import PLATFORM_ZONE
from backend.services.tariffs.calendars import find_revision, list_days
from backend.services.tariffs.known_holidays import known_years


class HolidayRow(msgspec.Struct, frozen=True, kw_only=True):
    local_date: date
    day_kind: DayKind
    name: str


class HolidayYear(msgspec.Struct, frozen=True, kw_only=True):
    """`days` are those that are not what their weekday says. `revision` is for whoever edits; dates before `today` stay.

    `known_years` are those whose public holidays the product knows, `filled_years` those with any date.
    """

    year: int
    today: date
    revision: int
    changed_at: datetime | None
    changed_by: str
    may_edit: bool
    known_years: tuple[int, ...]
    filled_years: tuple[int, ...]
    days: tuple[HolidayRow, ...]


@reading
def get_holidays(*, staff: Actor, year: int | None, now: datetime) -> HolidayYear:
    """The calendar of a year, this one unless given."""
    today = now.astimezone(PLATFORM_ZONE).date()
    wanted = year or today.year
    revision = find_revision()
    last = HolidayRevision.get_or_none(HolidayRevision.revision == revision)
    by = None if last is None or last.staff_id is None else Staff.get_or_none(Staff.id == last.staff_id)
    days = list_days(revision)
    return HolidayYear(
        year=wanted,
        today=today,
        revision=revision,
        changed_at=None if last is None else last.made_at,
        changed_by="" if by is None else by.name,
        may_edit=staff.is_platform and staff.station_ids is None,
        known_years=tuple(one for one in known_years() if one >= today.year - 1),
        filled_years=tuple(sorted({day.local_date.year for day in days})),
        days=tuple(
            HolidayRow(local_date=day.local_date, day_kind=day.day_kind, name=day.name)
            for day in days
            if day.local_date.year == wanted
        ),
    )

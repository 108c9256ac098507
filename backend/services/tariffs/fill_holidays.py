"""Fill the calendar with the years that the product knows and nobody has touched; what people entered is left alone."""

from datetime import datetime

import structlog
from peewee import IntegrityError, fn

from backend.models import Holiday, HolidayRevision
from backend.models.engine.database import RetryTransaction, transactional
from backend.models.engine.new_rows import NewRows
from backend.services.ground.audit import write_audit
from backend.services.ground.roll_ups import PLATFORM_ZONE
from backend.services.tariffs.calendars import find_revision
from backend.services.tariffs.known_holidays import holidays_of, known_years

_new_days = NewRows(Holiday)
_log = structlog.get_logger(__name__)


@transactional
def fill_holidays(*, now: datetime) -> int:
    """Fill this year and those to come of which the calendar has no date; how many dates. Again it fills nothing."""
    this_year = now.astimezone(PLATFORM_ZONE).year
    years = tuple(year for year in known_years() if year >= this_year and not _is_touched(year))
    if not years:
        return 0
    revision = find_revision() + 1
    reason = f"按国务院公布的放假安排填入 {'、'.join(map(str, years))} 年"
    try:
        HolidayRevision.create(revision=revision, made_at=now, reason=reason)
    except IntegrityError as error:
        raise RetryTransaction from error
    days = [
        Holiday(local_date=day.local_date, revision=revision, day_kind=day.day_kind, name=day.name)
        for year in years
        for day in holidays_of(year)
    ]
    _new_days.insert(days)
    write_audit(
        actor=None,
        action="holiday.fill",
        object_kind="holiday_calendar",
        object_no=str(revision),
        operator_id=None,
        detail={"years": years},
        now=now,
    )
    _log.info("holidays_filled", years=years)
    return len(days)


def _is_touched(year: int) -> bool:
    first, last = f"{year}-01-01", f"{year}-12-31"
    return bool(
        Holiday.select(fn.COUNT(Holiday.local_date)).where(Holiday.local_date.between(first, last)).scalar()
    )

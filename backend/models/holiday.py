"""The holiday calendar (节假日日历): only ever added to, so that a session is priced by what was known at its start."""

from peewee import CharField, CompositeKey, DateField

from backend.domain.holiday_calendar import DayKind
from backend.models.engine.database import Row
from backend.models.engine.fields import big_int, enum_or_none, row_ref, row_ref_or_none, utc_time


class HolidayRevision(Row):
    """One edit of the calendar; `staff_id` is NULL where the product filled in what it knows."""

    revision = big_int(primary_key=True)
    made_at = utc_time()
    staff_id = row_ref_or_none()
    reason = CharField(max_length=200)


class Holiday(Row):
    """What a date is from a revision on; NULL: what its weekday says again."""

    local_date = DateField()
    revision = row_ref()
    day_kind = enum_or_none(DayKind)
    name = CharField(max_length=30)

    class Meta:
        primary_key = CompositeKey("local_date", "revision")

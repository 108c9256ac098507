"""Edit the holiday calendar: dates from today on become holidays, workdays, or what their weekday says again.

Each edit is a revision of its own; charges that run keep the one they started with (docs/adr/0019).
"""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Final

import msgspec
from peewee import IntegrityError

from backend.domain.errors import Forbidden, RowChanged, UnfitInput
from backend.domain.holiday_calendar import DayKind
from backend.domain.permission import Permission
from backend.domain.text import PLAIN_LINE, clean_line
from backend.models import Holiday, HolidayRevision
from backend.models.engine.database import transactional
from backend.models.engine.new_rows import NewRows
from backend.services.access.visible_tariffs import check_may_change
from backend.services.ground.audit import write_audit
from backend.services.ground.roll_ups import PLATFORM_ZONE
from backend.services.pricing.caller import Caller
from backend.services.tariffs.calendars import find_revision, list_days

LONGEST_HOLIDAY_NAME: Final = 20
FURTHEST: Final = timedelta(days=1_100)
_new_days = NewRows(Holiday)


class HolidayEdit(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """None for a kind: what the weekday says."""

    local_date: date
    day_kind: DayKind | None = None
    name: Annotated[str, msgspec.Meta(max_length=LONGEST_HOLIDAY_NAME, pattern=PLAIN_LINE)] = ""


@transactional
def save_holidays(*, caller: Caller, edits: Sequence[HolidayEdit], reason: str, seen: int) -> int:
    """Change these dates of the calendar that was seen as revision `seen`; the new revision.

    Raises Forbidden for all but platform staff, UnfitInput, RowChanged.
    """
    check_may_change(caller.staff, Permission.TARIFF_EDIT)
    if not caller.staff.is_platform:
        raise Forbidden
    today = caller.now.astimezone(PLATFORM_ZONE).date()
    for edit in edits:
        _check(edit, today)
    if len({edit.local_date for edit in edits}) != len(edits):
        raise UnfitInput(field="days", reason="重复了")
    if find_revision() != seen:
        raise RowChanged
    before = {day.local_date: day for day in list_days(seen)}
    revision = seen + 1
    try:
        HolidayRevision.create(revision=revision, made_at=caller.now, staff_id=caller.staff.id, reason=reason)
    except IntegrityError as error:
        raise RowChanged from error
    _new_days.insert(
        [
            Holiday(
                local_date=edit.local_date,
                revision=revision,
                day_kind=edit.day_kind,
                name=clean_line(edit.name, field="name", most=LONGEST_HOLIDAY_NAME),
            )
            for edit in edits
        ]
    )
    changed = [
        {"date": edit.local_date, "before": before.get(edit.local_date), "after": (edit.day_kind, edit.name)}
        for edit in edits
    ]
    write_audit(
        actor=caller.staff,
        action="holiday.save",
        object_kind="holiday_calendar",
        object_no=str(revision),
        operator_id=caller.staff.operator_id,
        detail={"reason": reason, "changed": changed},
        now=caller.now,
        request_id=caller.request_id,
        ip=caller.ip,
    )
    return revision


def _check(edit: HolidayEdit, today: date) -> None:
    if edit.local_date < today:
        raise UnfitInput(field="days", reason="不能是过去的日子")
    if edit.local_date > today + FURTHEST:
        raise UnfitInput(field="days", reason="不能晚于三年以后")
    if edit.day_kind is DayKind.WEEKEND:
        raise UnfitInput(field="days", reason="只能设为节假日或上班日")

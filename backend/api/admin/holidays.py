"""The holiday calendar, one for the platform: everybody who sees tariffs reads it, platform staff edit it."""

from typing import Annotated

import msgspec

from backend.api.admin.query import Reason
from backend.api.http.call import Call
from backend.api.http.route import Route
from backend.domain import errors
from backend.domain.permission import Permission
from backend.services.pricing.caller import Caller
from backend.services.pricing.save_holidays import HolidayEdit, save_holidays
from backend.services.views.desk.get_holidays import HolidayYear, get_holidays

Year = Annotated[int, msgspec.Meta(ge=2000, le=2100)]


class HolidaysQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Without `year`: this one."""

    year: Year | None = None


class HolidaysRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The dates that change; `revision` is the calendar's as it was seen, `reason` is for the audit log."""

    days: Annotated[tuple[HolidayEdit, ...], msgspec.Meta(min_length=1, max_length=100)]
    reason: Reason
    revision: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]


async def show(call: Call[None, HolidaysQuery]) -> HolidayYear:
    """The days of a year that are not what their weekday says."""
    return await call.transact(get_holidays, staff=call.actor, year=call.query.year, now=call.now)


async def save(call: Call[HolidaysRequest, None]) -> HolidayYear:
    """Change dates from today on; charges that run keep the calendar they started with."""
    body = call.body
    await call.transact(
        save_holidays,
        caller=Caller(staff=call.actor, now=call.now, request_id=call.request_id, ip=call.ip),
        edits=body.days,
        reason=body.reason,
        seen=body.revision,
    )
    return await call.transact(
        get_holidays, staff=call.actor, year=body.days[0].local_date.year, now=call.now
    )


ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path="/api/v1/admin/holidays",
        scope=Permission.TARIFF_READ,
        handle=show,
        summary="节假日日历",
        tag="admin_holidays",
    ),
    Route(
        method="PUT",
        path="/api/v1/admin/holidays",
        scope=Permission.TARIFF_EDIT,
        handle=save,
        summary="修改节假日日历",
        errors=(errors.RowChanged, errors.UnfitInput),
        tag="admin_holidays",
    ),
)

"""Drivers of the operators' desk: who they are, what they charged, and freezing one."""

import msgspec

from backend.api.admin.query import DEFAULT_LIMIT, Cursor, Limit, Number, Reason, RowVersion
from backend.api.http.call import Call
from backend.api.http.caller import find_caller
from backend.api.http.route import Route
from backend.domain import errors
from backend.domain.driver import DriverFilter
from backend.domain.permission import Permission
from backend.services.access.freeze_driver import freeze_driver
from backend.services.views.desk.get_driver_for_staff import StaffDriver, get_driver_for_staff
from backend.services.views.desk.list_drivers_for_staff import (
    DriversWanted,
    StaffDriverPage,
    list_drivers_for_staff,
)


class DriversQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`driver_no` is a whole number."""

    group: DriverFilter | None = None
    driver_no: Number | None = None
    cursor: Cursor | None = None
    limit: Limit = DEFAULT_LIMIT


class FreezeRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    is_frozen: bool
    reason: Reason
    row_version: RowVersion


async def list_all(call: Call[None, DriversQuery]) -> StaffDriverPage:
    """Drivers in scope, the newest first; `total` is exact up to 10 000."""
    query = call.query
    return await call.read_slowly(
        list_drivers_for_staff,
        staff=call.actor,
        wanted=DriversWanted(group=query.group, driver_no=query.driver_no),
        cursor=query.cursor,
        limit=query.limit,
    )


async def show(call: Call[None, None]) -> StaffDriver:
    """One driver."""
    return await call.transact(get_driver_for_staff, staff=call.actor, driver_no=call.path["driver_no"])


async def freeze(call: Call[FreezeRequest, None]) -> StaffDriver:
    """Freeze a driver or lift it; what is so already stays so."""
    number = call.path["driver_no"]
    await call.transact(
        freeze_driver,
        staff=call.actor,
        driver_no=number,
        is_frozen=call.body.is_frozen,
        reason=call.body.reason.strip(),
        row_version=call.body.row_version,
        caller=find_caller(call),
        now=call.now,
    )
    return await call.transact(get_driver_for_staff, staff=call.actor, driver_no=number)


ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path="/api/v1/admin/drivers",
        scope=Permission.DRIVER_READ,
        handle=list_all,
        summary="车主列表",
        errors=(errors.InvalidCursor,),
        tag="admin_drivers",
    ),
    Route(
        method="GET",
        path="/api/v1/admin/drivers/{driver_no}",
        scope=Permission.DRIVER_READ,
        handle=show,
        summary="车主详情",
        errors=(errors.DriverNotFound,),
        tag="admin_drivers",
    ),
    Route(
        method="POST",
        path="/api/v1/admin/drivers/{driver_no}/freeze",
        scope=Permission.DRIVER_FREEZE,
        handle=freeze,
        summary="冻结或解冻车主",
        errors=(errors.DriverNotFound, errors.RowChanged),
        tag="admin_drivers",
    ),
)

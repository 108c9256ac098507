"""Drivers of the operators' desk: who they are, what they charged, freezing one, their phone, and deleting one."""

from typing import Annotated

import msgspec

from backend.api.admin.query import DEFAULT_LIMIT, Cursor, Limit, Number, Reason, RowVersion
from backend.api.http import limits
from backend.api.http.call import Call
from backend.api.http.caller import find_caller
from backend.api.http.route import Route
from backend.domain import errors
from backend.domain.driver import DriverFilter
from backend.domain.permission import Permission
from backend.services.access.delete_driver import delete_driver
from backend.services.access.find_by_phone import find_by_phone
from backend.services.access.freeze_driver import freeze_driver
from backend.services.access.reveal_phone import reveal_phone
from backend.services.views.desk.get_driver_for_staff import StaffDriver, get_driver_for_staff
from backend.services.views.desk.get_driver_obstacles import DriverObstacles, get_driver_obstacles
from backend.services.views.desk.list_driver_postings import DriverPostings, list_driver_postings
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


class PhoneWanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A whole number of the mainland; in a body, so that no address holds it."""

    phone: Annotated[str, msgspec.Meta(pattern=r"^1[3-9][0-9]{9}$")]


class FoundDrivers(msgspec.Struct, frozen=True, kw_only=True):
    """Who bound the number, the last to join first, 20 at most."""

    driver_nos: tuple[str, ...]


class RevealedPhone(msgspec.Struct, frozen=True, kw_only=True):
    driver_no: str
    phone: str | None


class DeletionRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    reason: Reason
    row_version: RowVersion


class PostingsQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    cursor: Cursor | None = None
    limit: Limit = DEFAULT_LIMIT


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


async def find_phone(call: Call[PhoneWanted, None]) -> FoundDrivers:
    """Drivers by a whole phone number; each search stands in the audit log."""
    found = await call.transact(
        find_by_phone, staff=call.actor, phone=call.body.phone, caller=find_caller(call), now=call.now
    )
    return FoundDrivers(driver_nos=found)


async def show_phone(call: Call[None, None]) -> RevealedPhone:
    """A driver's whole phone number; each time stands in the audit log."""
    number = call.path["driver_no"]
    phone = await call.transact(
        reveal_phone, staff=call.actor, driver_no=number, caller=find_caller(call), now=call.now
    )
    return RevealedPhone(driver_no=number, phone=phone)


async def list_postings(call: Call[None, PostingsQuery]) -> DriverPostings:
    """What moved in the driver's wallet, newest first."""
    return await call.read_slowly(
        list_driver_postings,
        staff=call.actor,
        driver_no=call.path["driver_no"],
        cursor=call.query.cursor,
        limit=call.query.limit,
    )


async def show_obstacles(call: Call[None, None]) -> DriverObstacles:
    """What stands in the way of deleting the driver."""
    return await call.transact(get_driver_obstacles, staff=call.actor, driver_no=call.path["driver_no"])


async def delete(call: Call[DeletionRequest, None]) -> StaffDriver:
    """Delete a driver for good."""
    number = call.path["driver_no"]
    await call.transact(
        delete_driver,
        actor=call.actor,
        driver_no=number,
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
        errors=(errors.DriverNotFound, errors.DriverDeleted, errors.RowChanged),
        tag="admin_drivers",
    ),
    Route(
        method="POST",
        path="/api/v1/admin/driver-phones",
        scope=Permission.DRIVER_PHONE,
        handle=find_phone,
        summary="按手机号查找车主",
        limit=limits.PHONE_SEARCH,
        tag="admin_drivers",
    ),
    Route(
        method="POST",
        path="/api/v1/admin/drivers/{driver_no}/phone",
        scope=Permission.DRIVER_PHONE,
        handle=show_phone,
        summary="查看车主手机号",
        errors=(errors.DriverNotFound,),
        limit=limits.PHONE_SEARCH,
        tag="admin_drivers",
    ),
    Route(
        method="GET",
        path="/api/v1/admin/drivers/{driver_no}/postings",
        scope=Permission.REFUND_READ,
        handle=list_postings,
        summary="车主钱包明细",
        errors=(errors.DriverNotFound, errors.InvalidCursor),
        tag="admin_drivers",
    ),
    Route(
        method="GET",
        path="/api/v1/admin/drivers/{driver_no}/obstacles",
        scope=Permission.DRIVER_PRIVACY,
        handle=show_obstacles,
        summary="注销车主前要了结的事",
        errors=(errors.DriverNotFound,),
        tag="admin_drivers",
    ),
    Route(
        method="POST",
        path="/api/v1/admin/drivers/{driver_no}/deletion",
        scope=Permission.DRIVER_PRIVACY,
        handle=delete,
        summary="注销车主",
        errors=(errors.DriverNotFound, errors.DriverDeleted, errors.DriverNotDeletable, errors.RowChanged),
        tag="admin_drivers",
    ),
)

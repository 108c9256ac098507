"""Members of staff, as their administrators see and change them."""

from typing import Annotated

import msgspec

from backend.api.admin.query import DEFAULT_LIMIT, Cursor, Limit, Number, SearchText
from backend.api.admin.words import Account, Name, RowId, Version, row_id
from backend.api.http.call import Call
from backend.api.http.caller import find_caller
from backend.api.http.route import Route
from backend.domain import errors
from backend.domain.permission import Permission
from backend.services.staff.add_staff import add_staff
from backend.services.staff.delete_staff import delete_staff
from backend.services.staff.edit_staff import edit_staff
from backend.services.staff.end_staff_log_ins import end_staff_log_ins
from backend.services.staff.reset_password import reset_password
from backend.services.staff.reset_second_factor import reset_second_factor
from backend.services.staff.switch_staff import switch_staff
from backend.services.staff.terms import Terms
from backend.services.views.desk.get_staff_for_staff import get_staff_for_staff
from backend.services.views.desk.list_log_ins import LogIns, list_log_ins
from backend.services.views.desk.list_staff_for_staff import StaffPage, list_staff_for_staff
from backend.services.views.desk.staff_views import StaffRow

_MOST_STATIONS = 500


class StaffQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`q` is part of an account or a name."""

    q: SearchText | None = None
    role_id: RowId | None = None
    operator_no: Number | None = None
    is_enabled: bool | None = None
    cursor: Cursor | None = None
    limit: Limit = DEFAULT_LIMIT


class StaffTerms(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`station_nos` are the only ones somebody sees, unless they see all."""

    name: Name
    role_id: RowId
    sees_all_stations: bool
    station_nos: Annotated[tuple[Number, ...], msgspec.Meta(max_length=_MOST_STATIONS)] = ()


class NewStaff(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`operator_no` None: the caller's own operator."""

    account: Account
    terms: StaffTerms
    operator_no: Number | None = None


class StaffEdit(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    terms: StaffTerms
    row_version: Version


class OneTimePassword(msgspec.Struct, frozen=True, kw_only=True):
    """Told this once, and changed at the first log-in with it."""

    staff: StaffRow
    one_time_password: str


class Deleted(msgspec.Struct, frozen=True, kw_only=True):
    """`is_kept`: there are traces of this person's work, so that only their name and account are gone."""

    is_kept: bool


async def list_all(call: Call[None, StaffQuery]) -> StaffPage:
    """Staff in the caller's scope, oldest first."""
    query = call.query
    return await call.read_slowly(
        list_staff_for_staff,
        actor=call.actor,
        text=query.q,
        role_id=query.role_id,
        operator_no=query.operator_no,
        is_enabled=query.is_enabled,
        cursor=query.cursor,
        limit=query.limit,
    )


async def show(call: Call[None, None]) -> StaffRow:
    """One member of staff."""
    return await _look(call, _id_of(call))


async def add(call: Call[NewStaff, None]) -> OneTimePassword:
    """A new colleague. A second click finds the account taken."""
    staff_id, password = await call.parts.lanes.slow.run(
        add_staff,
        actor=call.actor,
        operator_no=call.body.operator_no,
        account=call.body.account,
        terms=_terms_of(call.body.terms),
        caller=find_caller(call),
        now=call.now,
    )
    return OneTimePassword(staff=await _look(call, staff_id), one_time_password=password)


async def edit(call: Call[StaffEdit, None]) -> StaffRow:
    """Name, role and stations; what they may do changes at once."""
    await call.transact(
        edit_staff,
        actor=call.actor,
        staff_id=_id_of(call),
        terms=_terms_of(call.body.terms),
        row_version=call.body.row_version,
        caller=find_caller(call),
        now=call.now,
    )
    return await _look(call, _id_of(call))


async def disable(call: Call[None, None]) -> StaffRow:
    """They are out at once and cannot log in."""
    return await _switch(call, is_enabled=False)


async def enable(call: Call[None, None]) -> StaffRow:
    """They may log in again."""
    return await _switch(call, is_enabled=True)


async def delete(call: Call[None, None]) -> Deleted:
    """Who never logged in is gone; of others the traces stay, without a name."""
    is_gone = await call.transact(
        delete_staff, actor=call.actor, staff_id=_id_of(call), caller=find_caller(call), now=call.now
    )
    return Deleted(is_kept=not is_gone)


async def renew_password(call: Call[None, None]) -> OneTimePassword:
    """A one-time password in the place of the lost one."""
    password = await call.parts.lanes.slow.run(
        reset_password, actor=call.actor, staff_id=_id_of(call), caller=find_caller(call), now=call.now
    )
    return OneTimePassword(staff=await _look(call, _id_of(call)), one_time_password=password)


async def drop_factor(call: Call[None, None]) -> StaffRow:
    """Take away a second factor whose phone is lost."""
    await call.transact(
        reset_second_factor, actor=call.actor, staff_id=_id_of(call), caller=find_caller(call), now=call.now
    )
    return await _look(call, _id_of(call))


async def list_theirs(call: Call[None, None]) -> LogIns:
    """Where they are logged in."""
    return await call.transact(
        list_log_ins, actor=call.actor, staff_id=_id_of(call), token=call.token, now=call.now
    )


async def end_all(call: Call[None, None]) -> None:
    """Log them out everywhere."""
    await call.transact(
        end_staff_log_ins,
        actor=call.actor,
        staff_id=_id_of(call),
        log_in_id=None,
        caller=find_caller(call),
        now=call.now,
    )


async def end_one(call: Call[None, None]) -> None:
    """Log them out at one place."""
    await call.transact(
        end_staff_log_ins,
        actor=call.actor,
        staff_id=_id_of(call),
        log_in_id=row_id(call.path["log_in_id"]),
        caller=find_caller(call),
        now=call.now,
    )


async def _switch(call: Call[None, None], *, is_enabled: bool) -> StaffRow:
    await call.transact(
        switch_staff,
        actor=call.actor,
        staff_id=_id_of(call),
        is_enabled=is_enabled,
        caller=find_caller(call),
        now=call.now,
    )
    return await _look(call, _id_of(call))


async def _look(
    call: Call[NewStaff, None] | Call[StaffEdit, None] | Call[None, None], staff_id: int
) -> StaffRow:
    return await call.transact(get_staff_for_staff, actor=call.actor, staff_id=staff_id)


def _id_of(call: Call[StaffEdit, None] | Call[None, None]) -> int:
    return row_id(call.path["staff_id"])


def _terms_of(typed: StaffTerms) -> Terms:
    return Terms(
        name=typed.name.strip(),
        role_id=typed.role_id,
        sees_all_stations=typed.sees_all_stations,
        station_nos=typed.station_nos,
    )


_TERMS_ERRORS = (errors.RoleNotFound, errors.StationNotFound, errors.BeyondOwnRights)
_ONE_ERRORS = (errors.StaffNotFound, errors.BeyondOwnRights)
_ONE = "/api/v1/admin/staff/{staff_id}"

ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path="/api/v1/admin/staff",
        scope=Permission.STAFF_READ,
        handle=list_all,
        summary="员工列表",
        errors=(errors.InvalidCursor,),
        tag="admin_staff",
    ),
    Route(
        method="POST",
        path="/api/v1/admin/staff",
        scope=Permission.STAFF_EDIT,
        handle=add,
        summary="新增员工",
        errors=(errors.AccountTaken, errors.OperatorNotFound, *_TERMS_ERRORS, errors.UnfitInput),
        status=201,
        tag="admin_staff",
    ),
    Route(
        method="GET",
        path=_ONE,
        scope=Permission.STAFF_READ,
        handle=show,
        summary="一位员工",
        errors=(errors.StaffNotFound,),
        tag="admin_staff",
    ),
    Route(
        method="PUT",
        path=_ONE,
        scope=Permission.STAFF_EDIT,
        handle=edit,
        summary="修改员工",
        errors=(
            errors.StaffNotFound,
            errors.RowChanged,
            errors.LastSuperAdministrator,
            *_TERMS_ERRORS,
            errors.UnfitInput,
        ),
        tag="admin_staff",
    ),
    Route(
        method="POST",
        path=f"{_ONE}/disable",
        scope=Permission.STAFF_EDIT,
        handle=disable,
        summary="停用员工",
        errors=(*_ONE_ERRORS, errors.NotYourself, errors.LastSuperAdministrator),
        tag="admin_staff",
    ),
    Route(
        method="POST",
        path=f"{_ONE}/enable",
        scope=Permission.STAFF_EDIT,
        handle=enable,
        summary="启用员工",
        errors=(*_ONE_ERRORS, errors.NotYourself),
        tag="admin_staff",
    ),
    Route(
        method="DELETE",
        path=_ONE,
        scope=Permission.STAFF_EDIT,
        handle=delete,
        summary="删除员工",
        errors=(*_ONE_ERRORS, errors.NotYourself, errors.LastSuperAdministrator),
        tag="admin_staff",
    ),
    Route(
        method="POST",
        path=f"{_ONE}/reset-password",
        scope=Permission.STAFF_EDIT,
        handle=renew_password,
        summary="重置员工的密码",
        errors=(*_ONE_ERRORS, errors.NotYourself),
        tag="admin_staff",
    ),
    Route(
        method="POST",
        path=f"{_ONE}/reset-second-factor",
        scope=Permission.STAFF_EDIT,
        handle=drop_factor,
        summary="解除员工的二次验证",
        errors=(*_ONE_ERRORS, errors.NotYourself),
        tag="admin_staff",
    ),
    Route(
        method="GET",
        path=f"{_ONE}/log-ins",
        scope=Permission.STAFF_READ,
        handle=list_theirs,
        summary="员工的登录",
        errors=(errors.StaffNotFound,),
        tag="admin_staff",
    ),
    Route(
        method="POST",
        path=f"{_ONE}/log-out",
        scope=Permission.STAFF_EDIT,
        handle=end_all,
        summary="强制员工退出登录",
        errors=_ONE_ERRORS,
        tag="admin_staff",
    ),
    Route(
        method="POST",
        path=f"{_ONE}/log-ins/{{log_in_id}}/end",
        scope=Permission.STAFF_EDIT,
        handle=end_one,
        summary="结束员工的一次登录",
        errors=(*_ONE_ERRORS, errors.LogInNotFound),
        tag="admin_staff",
    ),
)

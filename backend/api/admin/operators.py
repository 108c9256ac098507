"""Operators of the desk: the platform takes them in, staffs and disables them, each keeps its own phone and hours."""

from typing import Annotated

import msgspec

from backend.api.admin.query import (
    DEFAULT_LIMIT,
    Cursor,
    Limit,
    Reason,
    RowVersion,
    SearchText,
    line,
    no_controls,
)
from backend.api.admin.staff import OneTimePassword
from backend.api.admin.words import Account
from backend.api.admin.words import Name as StaffName
from backend.api.http.call import Call
from backend.api.http.caller import find_caller
from backend.api.http.route import Route
from backend.domain import errors
from backend.domain.permission import Permission
from backend.services.operators.appoint_administrator import appoint_administrator
from backend.services.operators.create_operator import NewOperator, create_operator
from backend.services.operators.edit_operator import edit_operator
from backend.services.operators.switch_operator import switch_operator
from backend.services.views.desk.get_staff_for_staff import get_staff_for_staff
from backend.services.views.desk.list_operators_for_staff import (
    StaffOperatorPage,
    get_operator_for_staff,
    list_operators_for_staff,
)
from backend.services.views.desk.operator_views import StaffOperator

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=100, pattern=line())]
Phone = Annotated[str, msgspec.Meta(max_length=32, pattern=r"^(?:[0-9+][0-9 -]{2,30}[0-9])?$")]
Hours = Annotated[str, msgspec.Meta(max_length=50, pattern=no_controls())]


OperatorNo = Annotated[str, msgspec.Meta(min_length=9, max_length=9, pattern="^[0-9A-Z]{8}[0-9X]$")]


class OperatorsQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`q` is part of a name or of a number."""

    q: SearchText | None = None
    is_enabled: bool | None = None
    cursor: Cursor | None = None
    limit: Limit = DEFAULT_LIMIT


class FirstAdministrator(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who may do everything at an operator and brings in the others."""

    account: Account
    name: StaffName


class OperatorCreation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`operator_no` is the OperatorID of T/CEC 102: the nine characters of the organisation code."""

    operator_no: OperatorNo
    name: Name
    service_phone: Phone = ""
    service_hours: Hours = ""
    administrator: FirstAdministrator | None = None


class CreatedOperator(msgspec.Struct, frozen=True, kw_only=True):
    """`administrator` is there where one was named."""

    operator: StaffOperator
    administrator: OneTimePassword | None


class OperatorEdit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`row_version` is what the view showed. Name and number are the platform's to change; null keeps the number."""

    name: Name
    service_phone: Phone
    service_hours: Hours
    row_version: RowVersion
    operator_no: OperatorNo | None = None


class OperatorSwitch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    is_enabled: bool
    reason: Reason
    row_version: RowVersion


async def list_all(call: Call[None, OperatorsQuery]) -> StaffOperatorPage:
    """All of them for the platform's staff, one's own for others."""
    query = call.query
    return await call.read_slowly(
        list_operators_for_staff,
        staff=call.actor,
        text=query.q,
        is_enabled=query.is_enabled,
        cursor=query.cursor,
        limit=query.limit,
    )


async def show(call: Call[None, None]) -> StaffOperator:
    """One operator."""
    return await call.transact(get_operator_for_staff, staff=call.actor, operator_no=call.path["operator_no"])


async def create(call: Call[OperatorCreation, None]) -> CreatedOperator:
    """A new operator; its number is never given twice, so a double click makes one."""
    body = call.body
    first = body.administrator
    made = await call.parts.lanes.slow.run(
        create_operator,
        staff=call.actor,
        new=NewOperator(
            operator_no=body.operator_no,
            name=body.name.strip(),
            service_phone=body.service_phone,
            service_hours=body.service_hours.strip(),
        ),
        administrator=None if first is None else (first.account, first.name.strip()),
        caller=find_caller(call),
        now=call.now,
    )
    operator = await call.transact(get_operator_for_staff, staff=call.actor, operator_no=body.operator_no)
    told = None if made is None else await _tell(call, *made)
    return CreatedOperator(operator=operator, administrator=told)


async def appoint(call: Call[FirstAdministrator, None]) -> OneTimePassword:
    """Somebody who may do everything at an operator that has nobody. A second click finds the account taken."""
    staff_id, password = await call.parts.lanes.slow.run(
        appoint_administrator,
        staff=call.actor,
        operator_no=call.path["operator_no"],
        account=call.body.account,
        name=call.body.name.strip(),
        caller=find_caller(call),
        now=call.now,
    )
    return await _tell(call, staff_id, password)


async def edit(call: Call[OperatorEdit, None]) -> StaffOperator:
    """Name, service phone and hours; the number until somebody has charged there."""
    body, operator_no = call.body, call.path["operator_no"]
    await call.transact(
        edit_operator,
        staff=call.actor,
        operator_no=operator_no,
        name=body.name.strip(),
        service_phone=body.service_phone,
        service_hours=body.service_hours.strip(),
        row_version=body.row_version,
        new_no=body.operator_no,
        now=call.now,
        request_id=call.request_id,
        ip=call.ip,
    )
    return await call.transact(
        get_operator_for_staff, staff=call.actor, operator_no=body.operator_no or operator_no
    )


async def switch(call: Call[OperatorSwitch, None]) -> StaffOperator:
    """Disable an operator, or let it work again; charges that run go on."""
    body, operator_no = call.body, call.path["operator_no"]
    await call.transact(
        switch_operator,
        staff=call.actor,
        operator_no=operator_no,
        is_enabled=body.is_enabled,
        reason=body.reason,
        row_version=body.row_version,
        now=call.now,
        request_id=call.request_id,
        ip=call.ip,
    )
    return await call.transact(get_operator_for_staff, staff=call.actor, operator_no=operator_no)


async def _tell(
    call: Call[OperatorCreation, None] | Call[FirstAdministrator, None], staff_id: int, password: str
) -> OneTimePassword:
    row = await call.transact(get_staff_for_staff, actor=call.actor, staff_id=staff_id)
    return OneTimePassword(staff=row, one_time_password=password)


ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path="/api/v1/admin/operators",
        scope=Permission.OPERATOR_READ,
        handle=list_all,
        summary="运营商列表",
        errors=(errors.InvalidCursor,),
        tag="admin_operators",
    ),
    Route(
        method="POST",
        path="/api/v1/admin/operators",
        scope=Permission.OPERATOR_EDIT,
        handle=create,
        summary="新建运营商",
        errors=(
            errors.OperatorNumberTaken,
            errors.AccountTaken,
            errors.BeyondOwnRights,
            errors.UnfitInput,
        ),
        status=201,
        tag="admin_operators",
    ),
    Route(
        method="GET",
        path="/api/v1/admin/operators/{operator_no}",
        scope=Permission.OPERATOR_READ,
        handle=show,
        summary="运营商详情",
        errors=(errors.OperatorNotFound,),
        tag="admin_operators",
    ),
    Route(
        method="PUT",
        path="/api/v1/admin/operators/{operator_no}",
        scope=Permission.OPERATOR_EDIT,
        handle=edit,
        summary="修改运营商",
        errors=(
            errors.OperatorNotFound,
            errors.RowChanged,
            errors.OperatorNumberTaken,
            errors.OperatorNumberFixed,
            errors.UnfitInput,
        ),
        tag="admin_operators",
    ),
    Route(
        method="POST",
        path="/api/v1/admin/operators/{operator_no}/switch",
        scope=Permission.OPERATOR_EDIT,
        handle=switch,
        summary="停用或启用运营商",
        errors=(errors.OperatorNotFound, errors.OperatorIsPlatform, errors.RowChanged),
        tag="admin_operators",
    ),
    Route(
        method="POST",
        path="/api/v1/admin/operators/{operator_no}/administrator",
        scope=Permission.OPERATOR_EDIT,
        handle=appoint,
        summary="为运营商指定管理员",
        errors=(errors.OperatorNotFound, errors.AccountTaken, errors.BeyondOwnRights),
        status=201,
        tag="admin_operators",
    ),
)

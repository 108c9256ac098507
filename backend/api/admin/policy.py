"""Charging policy of the desk: the platform's, and each operator's where it differs."""

from typing import Annotated

import msgspec

from backend.api.admin.query import Reason, RowVersion
from backend.api.http.call import Call
from backend.api.http.route import Route
from backend.domain import errors
from backend.domain.permission import Permission
from backend.domain.policy import PolicyName
from backend.services.operators.set_policy import set_policy
from backend.services.views.desk.get_policy_for_staff import StaffPolicy, get_policy_for_staff

Value = Annotated[int, msgspec.Meta(ge=0, le=100_000_000)]


class PolicyEdit(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Values by name in the policy's unit; null leaves one to the platform, or to the default. Others stay."""

    values: Annotated[
        dict[PolicyName, Value | None],
        msgspec.Meta(extra_json_schema={"propertyNames": {"enum": [name.value for name in PolicyName]}}),
    ]
    reason: Reason
    row_version: RowVersion


async def show_platform(call: Call[None, None]) -> StaffPolicy:
    """The platform's policy, for its staff."""
    return await call.transact(get_policy_for_staff, staff=call.actor, operator_no=None)


async def show(call: Call[None, None]) -> StaffPolicy:
    """An operator's policy: what is in force there, and where it comes from."""
    return await call.transact(get_policy_for_staff, staff=call.actor, operator_no=call.path["operator_no"])


async def edit_platform(call: Call[PolicyEdit, None]) -> StaffPolicy:
    """Holds for charges that start from then on."""
    return await _edit(call, None)


async def edit(call: Call[PolicyEdit, None]) -> StaffPolicy:
    """Holds for charges that start from then on."""
    return await _edit(call, call.path["operator_no"])


async def _edit(call: Call[PolicyEdit, None], operator_no: str | None) -> StaffPolicy:
    await call.transact(
        set_policy,
        staff=call.actor,
        operator_no=operator_no,
        values=call.body.values,
        reason=call.body.reason,
        row_version=call.body.row_version,
        now=call.now,
        request_id=call.request_id,
        ip=call.ip,
    )
    return await call.transact(get_policy_for_staff, staff=call.actor, operator_no=operator_no)


ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path="/api/v1/admin/policy",
        scope=Permission.POLICY_READ,
        handle=show_platform,
        summary="平台充电策略",
        tag="admin_policy",
    ),
    Route(
        method="PUT",
        path="/api/v1/admin/policy",
        scope=Permission.POLICY_EDIT,
        handle=edit_platform,
        summary="修改平台充电策略",
        errors=(errors.PolicyOutOfRange, errors.RowChanged),
        tag="admin_policy",
    ),
    Route(
        method="GET",
        path="/api/v1/admin/operators/{operator_no}/policy",
        scope=Permission.POLICY_READ,
        handle=show,
        summary="运营商充电策略",
        errors=(errors.OperatorNotFound,),
        tag="admin_policy",
    ),
    Route(
        method="PUT",
        path="/api/v1/admin/operators/{operator_no}/policy",
        scope=Permission.POLICY_EDIT,
        handle=edit,
        summary="修改运营商充电策略",
        errors=(errors.OperatorNotFound, errors.PolicyOutOfRange, errors.RowChanged),
        tag="admin_policy",
    ),
)

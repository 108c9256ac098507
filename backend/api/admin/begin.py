"""The first administrator of an empty system, and what the first people still have to do."""

from typing import Annotated, Final

import msgspec

from backend.api.admin.words import Account, Name, Password
from backend.api.http.call import Call
from backend.api.http.caller import find_caller
from backend.api.http.route import Limit, Route, Scope
from backend.domain import errors
from backend.services.staff.begin_system import FirstAdministrator, begin_system
from backend.services.staff.get_begin_offer import BeginOffer, get_begin_offer
from backend.services.views.desk.get_checklist import Checklist, get_checklist

# The token is as long as a login's; this only keeps password hashing from being asked for by strangers.
BEGIN: Final = Limit("begin", times=30, per_s=60, per="ip")

Token = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]


class BeginLinkRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`token` is what the link has behind its `#`."""

    token: Token


class BeginRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`operator_name` is left out where the offer names the operator; `operator_no` is its organisation code, if known."""

    token: Token
    account: Account
    name: Name
    password: Password
    operator_name: Annotated[str, msgspec.Meta(max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")] = ""
    operator_no: Annotated[str, msgspec.Meta(max_length=9, pattern="^(?:[0-9A-Z]{8}[0-9X])?$")] = ""


async def look(call: Call[BeginLinkRequest, None]) -> BeginOffer:
    """What the link asks for. Looked at, it stays good."""
    return await call.transact(get_begin_offer, token=call.body.token, now=call.now)


async def begin(call: Call[BeginRequest, None]) -> None:
    """Make the first administrator, who then logs in like everybody. The link is used up."""
    body = call.body
    first = FirstAdministrator(
        operator_name=body.operator_name,
        operator_no=body.operator_no,
        account=body.account,
        name=body.name,
        password=body.password,
    )
    await call.parts.lanes.slow.run(
        begin_system, token=body.token, first=first, caller=find_caller(call), now=call.now
    )


async def show_checklist(call: Call[None, None]) -> Checklist:
    """What is left to do before the first charge; empty when all is done, or none of it is the caller's."""
    return await call.transact(get_checklist, staff=call.actor, now=call.now)


ROUTES: tuple[Route, ...] = (
    Route(
        method="POST",
        path="/api/v1/admin/begin/offer",
        scope=Scope.PUBLIC,
        handle=look,
        summary="查看初始化链接",
        errors=(errors.BeginLinkInvalid, errors.AlreadyBegun),
        limit=BEGIN,
        tag="admin_begin",
    ),
    Route(
        method="POST",
        path="/api/v1/admin/begin",
        scope=Scope.PUBLIC,
        handle=begin,
        summary="建立第一位管理员",
        errors=(
            errors.BeginLinkInvalid,
            errors.AlreadyBegun,
            errors.WeakPassword,
            errors.AccountTaken,
            errors.UnfitInput,
        ),
        limit=BEGIN,
        tag="admin_begin",
    ),
    Route(
        method="GET",
        path="/api/v1/admin/checklist",
        scope=Scope.STAFF,
        handle=show_checklist,
        summary="上线清单",
        tag="admin_begin",
    ),
)

"""The audit log of the desk, read only, and the chain over it."""

from datetime import date
from typing import Annotated

import msgspec

from backend.api.admin.query import DEFAULT_LIMIT, Cursor, Limit
from backend.api.http.call import Call
from backend.api.http.route import Route
from backend.domain import errors
from backend.domain.permission import ActorKind, Permission
from backend.services.ground.audit_chain import AuditLook
from backend.services.views.desk.list_audit_for_staff import (
    AuditFilter,
    StaffAuditPage,
    StaffAuditRow,
    get_audit_for_staff,
    list_audit_for_staff,
)
from backend.services.views.desk.look_at_audit_chain import look_at_audit_chain

_LONGEST_ID = 18
Word = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class AuditQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Dates are local days, both included; `account` is a staff account."""

    from_date: date | None = None
    to_date: date | None = None
    actor_kind: ActorKind | None = None
    account: Word | None = None
    action: Word | None = None
    object_kind: Word | None = None
    object_no: Word | None = None
    cursor: Cursor | None = None
    limit: Limit = DEFAULT_LIMIT


class ChainQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`after` is `checked` of the answer before; 0 begins."""

    after: Annotated[int, msgspec.Meta(ge=0, le=10**15)] = 0


async def list_all(call: Call[None, AuditQuery]) -> StaffAuditPage:
    """What was done, newest first."""
    query = call.query
    wanted = AuditFilter(
        from_date=query.from_date,
        to_date=query.to_date,
        actor_kind=query.actor_kind,
        account=query.account,
        action=query.action,
        object_kind=query.object_kind,
        object_no=query.object_no,
    )
    return await call.read_slowly(
        list_audit_for_staff, staff=call.actor, wanted=wanted, cursor=query.cursor, limit=query.limit
    )


async def show(call: Call[None, None]) -> StaffAuditRow:
    """One row."""
    text = call.path["audit_id"]
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_ID):
        raise errors.AuditRowNotFound
    return await call.transact(get_audit_for_staff, staff=call.actor, audit_id=int(text))


async def look_at_chain(call: Call[None, ChainQuery]) -> AuditLook:
    """Follow the chain on from a link, a part of it with each call; the platform's staff alone see all rows."""
    return await call.read_slowly(look_at_audit_chain, staff=call.actor, after=call.query.after)


ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path="/api/v1/admin/audit",
        scope=Permission.AUDIT_READ,
        handle=list_all,
        summary="操作日志",
        errors=(errors.InvalidCursor, errors.UnfitInput),
        tag="admin_audit",
    ),
    Route(
        method="GET",
        path="/api/v1/admin/audit-chain",
        scope=Permission.AUDIT_READ,
        handle=look_at_chain,
        summary="核对操作日志的哈希链",
        tag="admin_audit",
    ),
    Route(
        method="GET",
        path="/api/v1/admin/audit/{audit_id}",
        scope=Permission.AUDIT_READ,
        handle=show,
        summary="一条操作日志",
        errors=(errors.AuditRowNotFound,),
        tag="admin_audit",
    ),
)

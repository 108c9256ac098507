"""Exports of lists on the operators' desk: asking for one, how far it is, its file."""

from typing import Annotated

import msgspec

from backend.api.admin.query import DEFAULT_LIMIT, Cursor, Limit
from backend.api.http import limits
from backend.api.http.call import Call
from backend.api.http.caller import find_caller
from backend.api.http.route import Route
from backend.api.http.transfers import Download, Sending, Transfer
from backend.domain import errors
from backend.domain.export import ExportFormat, ExportKind
from backend.domain.permission import Permission
from backend.services.exports.ask_export import AskedExport, ask_export
from backend.services.exports.cancel_export import cancel_export
from backend.services.exports.retry_export import retry_export
from backend.services.exports.take_export_file import take_export_file
from backend.services.views.desk.list_exports_for_staff import (
    StaffExport,
    StaffExportPage,
    get_export_for_staff,
    list_exports_for_staff,
)

_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=32)]
_Value = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]


class ExportsQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    cursor: Cursor | None = None
    limit: Limit = DEFAULT_LIMIT


class ExportRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`query` is the filter of the list as its address has it, without a page."""

    kind: ExportKind
    format: ExportFormat
    query: Annotated[dict[_Name, _Value], msgspec.Meta(max_length=20)]


async def list_own(call: Call[None, ExportsQuery]) -> StaffExportPage:
    """The caller's own exports, newest first."""
    return await call.read_slowly(
        list_exports_for_staff, staff=call.actor, cursor=call.query.cursor, limit=call.query.limit
    )


async def ask(call: Call[ExportRequest, None]) -> StaffExport:
    """Have a list written to a file, filtered as the query says."""
    body = call.body
    number = await call.transact(
        ask_export,
        staff=call.actor,
        asked=AskedExport(kind=body.kind, format=body.format, query=body.query),
        idempotency_key=call.key,
        caller=find_caller(call),
        now=call.now,
    )
    return await call.transact(get_export_for_staff, staff=call.actor, export_no=number)


async def cancel(call: Call[None, None]) -> StaffExport:
    """Have it written no further."""
    return await _change(call, cancel_export)


async def retry(call: Call[None, None]) -> StaffExport:
    """Have it go on where it stopped."""
    return await _change(call, retry_export)


async def send(call: Call[None, None]) -> Download:
    """Its file."""
    file = await call.transact(
        take_export_file,
        staff=call.actor,
        export_no=call.path["export_no"],
        caller=find_caller(call),
        now=call.now,
    )
    return Download(
        sha256=file.sha256,
        size_bytes=file.size_bytes,
        media_type=file.media_type,
        file_name=file.file_name,
    )


async def _change(call: Call[None, None], change: object) -> StaffExport:
    number = call.path["export_no"]
    await call.transact(change, staff=call.actor, export_no=number, caller=find_caller(call), now=call.now)  # type: ignore[arg-type]
    return await call.transact(get_export_for_staff, staff=call.actor, export_no=number)


ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path="/api/v1/admin/exports",
        scope=Permission.EXPORT_MAKE,
        handle=list_own,
        summary="导出记录",
        errors=(errors.InvalidCursor,),
        tag="admin_exports",
    ),
    Route(
        method="POST",
        path="/api/v1/admin/exports",
        scope=Permission.EXPORT_MAKE,
        handle=ask,
        summary="导出列表",
        errors=(errors.UnfitInput, errors.TooManyExports),
        limit=limits.EXPORT,
        needs_key=True,
        status=201,
        tag="admin_exports",
    ),
    Route(
        method="POST",
        path="/api/v1/admin/exports/{export_no}/cancel",
        scope=Permission.EXPORT_MAKE,
        handle=cancel,
        summary="取消导出",
        errors=(errors.ExportNotFound, errors.ExportClosed),
        tag="admin_exports",
    ),
    Route(
        method="POST",
        path="/api/v1/admin/exports/{export_no}/retry",
        scope=Permission.EXPORT_MAKE,
        handle=retry,
        summary="继续导出",
        errors=(errors.ExportNotFound, errors.ExportClosed, errors.TooManyExports),
        tag="admin_exports",
    ),
)

TRANSFERS: tuple[Transfer, ...] = (
    Sending(
        path="/api/v1/admin/exports/{export_no}/file",
        scope=Permission.EXPORT_MAKE,
        summary="导出的文件",
        handle=send,
    ),
)

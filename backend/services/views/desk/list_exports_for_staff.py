"""The desk's list of exports: the reader's own, newest first, and how far each is."""

from datetime import datetime
from typing import Any

import msgspec

from backend.domain.actor import Actor
from backend.domain.errors import ExportNotFound
from backend.domain.export import OPEN, TRIED_AGAIN, ExportFault, ExportFormat, ExportKind, ExportState
from backend.models import ExportJob
from backend.models.engine.database import reading
from backend.services.views.desk.staff_page import Listing, Total, count_capped, load_page


class StaffExport(msgspec.Struct, frozen=True, kw_only=True):
    """`query` is the filter as the list's address has it; `expires_at` is when its file goes."""

    export_no: str
    kind: ExportKind
    format: ExportFormat
    query: dict[str, str]
    state: ExportState
    rows_done: int
    size_bytes: int
    fault: ExportFault | None
    created_at: datetime
    ended_at: datetime | None
    expires_at: datetime | None
    allowed_actions: tuple[str, ...]


class StaffExportPage(msgspec.Struct, frozen=True, kw_only=True):
    exports: tuple[StaffExport, ...]
    prev_cursor: str | None
    next_cursor: str | None
    total: Total


@reading
def list_exports_for_staff(*, staff: Actor, cursor: str | None, limit: int) -> StaffExportPage:
    """One page. Raises InvalidCursor."""
    own = ExportJob.select().where(ExportJob.staff_id == staff.id)
    listing = Listing(wanted=own, anchors=own, shown=own, number=ExportJob.export_no, is_newest_first=True)
    page = load_page(listing, cursor=cursor, limit=limit)
    return StaffExportPage(
        exports=tuple(_view(row) for row in page.rows),
        prev_cursor=page.prev_cursor,
        next_cursor=page.next_cursor,
        total=count_capped(own),
    )


@reading
def get_export_for_staff(*, staff: Actor, export_no: str) -> StaffExport:
    """One of the reader's own. Raises ExportNotFound."""
    is_it = (ExportJob.export_no == export_no) & (ExportJob.staff_id == staff.id)
    row = ExportJob.get_or_none(is_it)
    if row is None:
        raise ExportNotFound
    return _view(row)


def _view(row: Any) -> StaffExport:
    return StaffExport(
        export_no=row.export_no,
        kind=row.kind,
        format=row.format,
        query=msgspec.json.decode(row.wanted, type=dict[str, str]),
        state=row.state,
        rows_done=row.rows_done,
        size_bytes=row.size_bytes,
        fault=row.fault,
        created_at=row.created_at,
        ended_at=row.ended_at,
        expires_at=row.expires_at if row.state is ExportState.DONE else None,
        allowed_actions=_actions(row.state),
    )


def _actions(state: ExportState) -> tuple[str, ...]:
    if state in OPEN:
        return ("cancel",)
    if state in TRIED_AGAIN:
        return ("retry",)
    return ("take",) if state is ExportState.DONE else ()

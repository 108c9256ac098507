"""Whoever asked for an export takes its file; each time is in the audit log."""

from dataclasses import dataclass
from datetime import datetime

from backend.domain.actor import Actor
from backend.domain.caller import Caller
from backend.domain.errors import ExportNotFound, Forbidden
from backend.domain.export import ExportState
from backend.domain.stored_file import FileState
from backend.models import StoredFile
from backend.models.engine.database import transactional
from backend.services.exports.own_export import lock_own_export
from backend.services.exports.tables import TABLES, title_of
from backend.services.ground.audit import write_audit
from backend.services.ground.roll_ups import PLATFORM_ZONE


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportFile:
    sha256: str
    size_bytes: int
    media_type: str
    file_name: str


@transactional
def take_export_file(*, staff: Actor, export_no: str, caller: Caller, now: datetime) -> ExportFile:
    """Raises Forbidden for whoever may not see the list any more, ExportNotFound."""
    row = lock_own_export(staff, export_no)
    if TABLES[row.kind].permission not in staff.permissions:
        raise Forbidden
    file = StoredFile.get_or_none(StoredFile.id == row.file_id)
    is_there = file is not None and file.state is FileState.STORED
    if row.state is not ExportState.DONE or not is_there or file is None:
        raise ExportNotFound
    write_audit(
        actor=staff,
        action="export.take",
        object_kind="export",
        object_no=export_no,
        operator_id=staff.operator_id,
        detail={"kind": row.kind, "rows": row.rows_done},
        now=now,
        request_id=caller.request_id,
        ip=caller.ip,
    )
    at = row.created_at.astimezone(PLATFORM_ZONE)
    return ExportFile(
        sha256=file.sha256,
        size_bytes=file.size_bytes,
        media_type=file.media_type,
        file_name=f"{title_of(row.kind)}-{at:%Y%m%d-%H%M}.{row.format}",
    )

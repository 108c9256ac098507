"""An export that failed or was cancelled goes on where it stopped."""

from datetime import datetime

from backend.domain.actor import Actor
from backend.domain.caller import Caller
from backend.domain.errors import ExportClosed
from backend.domain.export import OPEN, TRIED_AGAIN, ExportState
from backend.models.engine.database import transactional
from backend.services.exports.ask_export import check_room
from backend.services.exports.own_export import lock_own_export
from backend.services.ground.audit import write_audit


@transactional
def retry_export(*, staff: Actor, export_no: str, caller: Caller, now: datetime) -> None:
    """Raises Forbidden, ExportNotFound, ExportClosed, TooManyExports."""
    row = lock_own_export(staff, export_no)
    if row.state in OPEN:
        return
    if row.state not in TRIED_AGAIN:
        raise ExportClosed
    check_room(staff)
    row.state, row.fault, row.ended_at = ExportState.QUEUED, None, None
    row.claimed_until, row.tries = None, 0
    row.claims += 1
    row.save()
    write_audit(
        actor=staff,
        action="export.retry",
        object_kind="export",
        object_no=export_no,
        operator_id=staff.operator_id,
        detail={"kind": row.kind},
        now=now,
        request_id=caller.request_id,
        ip=caller.ip,
    )

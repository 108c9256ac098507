"""Whoever asked for an export wants it no more. What is written of it stays until it is tried again or forgotten."""

from datetime import datetime

from backend.domain.actor import Actor
from backend.domain.caller import Caller
from backend.domain.errors import ExportClosed
from backend.domain.export import OPEN, ExportState
from backend.models.engine.database import transactional
from backend.services.exports.own_export import lock_own_export
from backend.services.ground.audit import write_audit


@transactional
def cancel_export(*, staff: Actor, export_no: str, caller: Caller, now: datetime) -> None:
    """Its worker finds its claim gone. Raises Forbidden, ExportNotFound, ExportClosed."""
    row = lock_own_export(staff, export_no)
    if row.state is ExportState.CANCELLED:
        return
    if row.state not in OPEN:
        raise ExportClosed
    row.state, row.claimed_until, row.ended_at = ExportState.CANCELLED, None, now
    row.claims += 1
    row.save()
    write_audit(
        actor=staff,
        action="export.cancel",
        object_kind="export",
        object_no=export_no,
        operator_id=staff.operator_id,
        detail={"kind": row.kind},
        now=now,
        request_id=caller.request_id,
        ip=caller.ip,
    )

"""Somebody has looked at a message that could not be taken, and says what became of it; the message itself stays."""

from datetime import datetime

from backend.domain.actor import Actor
from backend.domain.errors import Forbidden, QuarantinedNotFound
from backend.domain.permission import Permission
from backend.models import Quarantine
from backend.models.engine.database import transactional
from backend.services.ground.audit import write_audit
from backend.services.views.desk.quarantine_views import select_quarantined


@transactional
def close_quarantined(
    *, staff: Actor, quarantine_id: int, note: str, now: datetime, request_id: str = "", ip: str = ""
) -> None:
    """Note what became of a message in scope; the first note stays. Raises Forbidden, QuarantinedNotFound."""
    if Permission.QUARANTINE_CLOSE not in staff.permissions:
        raise Forbidden
    row = select_quarantined(staff).where(Quarantine.id == quarantine_id).first()
    if row is None:
        raise QuarantinedNotFound
    changed = (
        Quarantine.update(closed_at=now, closed_by_id=staff.id, closing_note=note)
        .where((Quarantine.id == quarantine_id) & Quarantine.closed_at.is_null())
        .execute()
    )
    if not changed:
        return
    write_audit(
        actor=staff,
        action="quarantine.close",
        object_kind="quarantine",
        object_no=str(quarantine_id),
        operator_id=None,
        detail={"note": note, "pile_no": row.pile_no, "reason": row.reason},
        now=now,
        request_id=request_id,
        ip=ip,
    )

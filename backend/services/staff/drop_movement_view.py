"""One of the caller's views of the list of movements goes."""

from datetime import datetime

from backend.domain.actor import Actor
from backend.domain.caller import Caller
from backend.models.engine.database import transactional
from backend.services.staff.movement_views import lock_own_view, write_view_audit


@transactional
def drop_movement_view(*, staff: Actor, view_id: int, caller: Caller, now: datetime) -> None:
    """Raises MovementViewNotFound."""
    row = lock_own_view(staff, view_id)
    row.delete_instance()
    write_view_audit(
        staff=staff,
        action="movement_view.drop",
        row=row,
        detail={"name": row.name},
        caller=caller,
        now=now,
    )

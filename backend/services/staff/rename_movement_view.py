"""Another name for one of the caller's views of the list of movements."""

from datetime import datetime

from backend.domain.actor import Actor
from backend.domain.caller import Caller
from backend.models.engine.database import transactional
from backend.services.ground.row_version import take_edit
from backend.services.staff.movement_views import check_name, lock_own_view, write_view_audit


@transactional
def rename_movement_view(
    *, staff: Actor, view_id: int, name: str, row_version: int, caller: Caller, now: datetime
) -> None:
    """Raises MovementViewNotFound, RowChanged, MovementViewNameTaken."""
    row = lock_own_view(staff, view_id)
    take_edit(row, seen=row_version)
    check_name(staff, name, view_id=row.id)
    before, row.name = row.name, name
    row.save()
    write_view_audit(
        staff=staff,
        action="movement_view.rename",
        row=row,
        detail={"name": {"before": before, "after": name}},
        caller=caller,
        now=now,
    )

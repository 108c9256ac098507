"""Named views of the list of movements: whose they are, how many one keeps, and their audit rows."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from backend.domain.actor import Actor
from backend.domain.caller import Caller
from backend.domain.errors import MovementViewNameTaken, MovementViewNotFound
from backend.models import MovementView
from backend.models.engine.database import locked
from backend.services.ground.audit import write_audit

MOST_VIEWS: Final = 20


def lock_own_view(staff: Actor, view_id: int) -> MovementView:
    """One of the caller's own. Raises MovementViewNotFound."""
    own = (MovementView.id == view_id) & (MovementView.staff_id == staff.id)
    row: MovementView | None = locked(MovementView.select().where(own)).first()
    if row is None:
        raise MovementViewNotFound
    return row


def check_name(staff: Actor, name: str, *, view_id: int | None = None) -> None:
    """Raises MovementViewNameTaken where another of the caller's views has it."""
    taken = (
        MovementView.select().where((MovementView.staff_id == staff.id) & (MovementView.name == name)).first()
    )
    if taken is not None and taken.id != view_id:
        raise MovementViewNameTaken


def write_view_audit(
    *,
    staff: Actor,
    action: str,
    row: MovementView,
    detail: Mapping[str, object],
    caller: Caller,
    now: datetime,
) -> None:
    """A view is named by its row id: names change."""
    write_audit(
        actor=staff,
        action=action,
        object_kind="movement_view",
        object_no=str(row.id),
        operator_id=staff.operator_id,
        detail=detail,
        now=now,
        request_id=caller.request_id,
        ip=caller.ip,
    )

"""Staff keep a filter of the list of movements under a name, for themselves."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from backend.domain.actor import Actor
from backend.domain.caller import Caller
from backend.domain.errors import TooManyMovementViews
from backend.models import MovementView, Staff
from backend.models.engine.database import locked, transactional
from backend.services.staff.movement_views import MOST_VIEWS, check_name, write_view_audit


@transactional
def keep_movement_view(
    *, staff: Actor, name: str, query: Mapping[str, str], caller: Caller, now: datetime
) -> int:
    """The row id. A second click finds the name taken. Raises MovementViewNameTaken, TooManyMovementViews."""
    locked(Staff.select(Staff.id).where(Staff.id == staff.id)).first()  # two at once are counted in turn
    check_name(staff, name)
    if MovementView.select().where(MovementView.staff_id == staff.id).count() >= MOST_VIEWS:
        raise TooManyMovementViews
    row = MovementView.create(
        staff_id=staff.id, name=name, wanted=msgspec.json.encode(dict(query)).decode(), created_at=now
    )
    write_view_audit(
        staff=staff,
        action="movement_view.keep",
        row=row,
        detail={"name": name, **query},
        caller=caller,
        now=now,
    )
    return row.id

"""The views of the list of movements that a member of staff keeps: their own alone, 20 at most, by name."""

import msgspec

from backend.domain.actor import Actor
from backend.models import MovementView
from backend.models.engine.database import reading


class KeptMovementView(msgspec.Struct, frozen=True, kw_only=True):
    """`query` is the list's filter as its address has it."""

    id: int
    name: str
    query: dict[str, str]
    row_version: int


class MovementViews(msgspec.Struct, frozen=True, kw_only=True):
    views: tuple[KeptMovementView, ...]


@reading
def list_movement_views(*, staff: Actor) -> MovementViews:
    """All of the caller's own."""
    rows = MovementView.select().where(MovementView.staff_id == staff.id).order_by(MovementView.name)
    return MovementViews(
        views=tuple(
            KeptMovementView(
                id=row.id,
                name=row.name,
                query=msgspec.json.decode(row.wanted, type=dict[str, str]),
                row_version=row.row_version,
            )
            for row in rows
        )
    )

"""All piles that a member of staff may see, for the live feed: one bounded read, not a page."""

from datetime import datetime
from typing import Final

import msgspec

from backend.domain.actor import Actor
from backend.models import Pile
from backend.models.engine.database import reading
from backend.services.views.desk.list_piles_for_staff import visible_piles
from backend.services.views.desk.pile_views import StaffPile, view_piles

MOST_PILES: Final = 500


class WatchedPiles(msgspec.Struct, frozen=True, kw_only=True):
    """`is_truncated`: there are more piles than these."""

    piles: tuple[StaffPile, ...]
    is_truncated: bool


@reading
def watch_piles_for_staff(*, staff: Actor, now: datetime) -> WatchedPiles:
    """The first `MOST_PILES` piles in scope and in service, in the order of the list."""
    rows = list(visible_piles(staff).order_by(Pile.id).limit(MOST_PILES + 1))
    return WatchedPiles(
        piles=tuple(view_piles(rows[:MOST_PILES], now=now)), is_truncated=len(rows) > MOST_PILES
    )

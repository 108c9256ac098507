"""The desk's list of messages that could not be taken, newest first."""

import msgspec

from backend.domain.actor import Actor
from backend.models import Quarantine
from backend.models.engine.database import reading
from backend.services.views.desk.quarantine_views import QuarantinedRow, select_quarantined, view_quarantined
from backend.services.views.desk.staff_page import Listing, Total, count_capped, load_page


class QuarantinePage(msgspec.Struct, frozen=True, kw_only=True):
    messages: tuple[QuarantinedRow, ...]
    prev_cursor: str | None
    next_cursor: str | None
    total: Total


@reading
def list_quarantine_for_staff(
    *, staff: Actor, pile_no: str | None, is_closed: bool | None, cursor: str | None, limit: int
) -> QuarantinePage:
    """One page; `is_closed` keeps those that somebody has, or has not, dealt with. Raises InvalidCursor."""
    wanted = select_quarantined(staff)
    if pile_no is not None:
        wanted = wanted.where(Quarantine.pile_no == pile_no)
    if is_closed is not None:
        wanted = wanted.where(Quarantine.closed_at.is_null(not is_closed))
    listing = Listing(
        wanted=wanted,
        anchors=select_quarantined(staff),
        shown=Quarantine.select(),
        number=Quarantine.id,
        is_newest_first=True,
    )
    page = load_page(listing, cursor=cursor, limit=limit)
    return QuarantinePage(
        messages=view_quarantined(page.rows, staff=staff),
        prev_cursor=page.prev_cursor,
        next_cursor=page.next_cursor,
        total=count_capped(wanted),
    )

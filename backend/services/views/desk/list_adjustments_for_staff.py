"""The desk's list of adjustments: what waits for a second person, what was done, and what the reader may do alone today."""

from datetime import datetime

import msgspec

from backend.domain.actor import Actor
from backend.domain.adjustment import AdjustmentState
from backend.models import Adjustment, Driver
from backend.models.engine.database import reading
from backend.services.payments.adjustment_limits import find_day_limit
from backend.services.views.desk.adjustment_rows import AdjustmentRow, view_adjustments, visible_adjustments
from backend.services.views.desk.staff_page import Listing, Total, count_capped, load_page


class AdjustmentPage(msgspec.Struct, frozen=True, kw_only=True):
    """`limit_fen` is what the reader may adjust alone on a day, `left_fen` what is left of it today."""

    adjustments: tuple[AdjustmentRow, ...]
    prev_cursor: str | None
    next_cursor: str | None
    total: Total
    waiting: Total
    limit_fen: int
    left_fen: int


@reading
def list_adjustments_for_staff(
    *,
    staff: Actor,
    state: AdjustmentState | None,
    driver_no: str | None,
    cursor: str | None,
    limit: int,
    now: datetime,
) -> AdjustmentPage:
    """One page, newest first; nothing for staff who do not see the platform's money. Raises InvalidCursor."""
    anchors = visible_adjustments(staff)
    wanted = anchors if state is None else anchors.where(Adjustment.state == state)
    if driver_no is not None:
        driver = Driver.get_or_none(Driver.driver_no == driver_no.strip())
        wanted = wanted.where(Adjustment.driver_id == (0 if driver is None else driver.id))
    listing = Listing(
        wanted=wanted,
        anchors=anchors,
        shown=Adjustment.select(Adjustment, Driver.driver_no).join(
            Driver, on=(Driver.id == Adjustment.driver_id)
        ),
        number=Adjustment.adjustment_no,
        is_newest_first=True,
    )
    page = load_page(listing, cursor=cursor, limit=limit)
    day = find_day_limit(staff_id=staff.id, now=now)
    return AdjustmentPage(
        adjustments=view_adjustments(page.rows, staff),
        prev_cursor=page.prev_cursor,
        next_cursor=page.next_cursor,
        total=count_capped(wanted),
        waiting=count_capped(anchors.where(Adjustment.state == AdjustmentState.ASKED)),
        limit_fen=day.limit_fen,
        left_fen=day.left_fen,
    )

"""The desk's list of members of staff, oldest first; who is gone is not shown."""

import msgspec

from backend.domain.actor import Actor
from backend.models import Operator, Staff
from backend.models.engine.database import reading
from backend.services.staff.reach import visible_staff
from backend.services.views.desk.staff_page import Listing, Total, count_capped, load_page
from backend.services.views.desk.staff_views import StaffRow, view_staff


class StaffPage(msgspec.Struct, frozen=True, kw_only=True):
    staff: tuple[StaffRow, ...]
    prev_cursor: str | None
    next_cursor: str | None
    total: Total


@reading
def list_staff_for_staff(
    *,
    actor: Actor,
    text: str | None,
    role_id: int | None,
    operator_no: str | None,
    is_enabled: bool | None,
    cursor: str | None,
    limit: int,
) -> StaffPage:
    """One page; `text` is part of an account or a name. Raises InvalidCursor."""
    wanted = visible_staff(actor)
    if text is not None:
        wanted = wanted.where(Staff.account.contains(text) | Staff.name.contains(text))
    if role_id is not None:
        wanted = wanted.where(Staff.role_id == role_id)
    if operator_no is not None:
        operator = Operator.get_or_none(Operator.operator_no == operator_no)
        wanted = wanted.where(Staff.operator_id == (0 if operator is None else operator.id))
    if is_enabled is not None:
        wanted = wanted.where(Staff.is_enabled == is_enabled)
    listing = Listing(
        wanted=wanted,
        anchors=visible_staff(actor),
        shown=Staff.select(),
        number=Staff.id,
        is_newest_first=False,
    )
    page = load_page(listing, cursor=cursor, limit=limit)
    return StaffPage(
        staff=view_staff(page.rows, actor=actor),
        prev_cursor=page.prev_cursor,
        next_cursor=page.next_cursor,
        total=count_capped(wanted),
    )

"""The desk's list of operators, and one of them."""

import msgspec

from backend.domain.actor import Actor
from backend.models import Operator
from backend.models.engine.database import reading
from backend.services.access.operator_scope import get_visible_operator, visible_operators
from backend.services.views.desk.operator_views import StaffOperator, view_operators
from backend.services.views.desk.staff_page import Listing, Total, count_capped, load_page


class StaffOperatorPage(msgspec.Struct, frozen=True, kw_only=True):
    operators: tuple[StaffOperator, ...]
    prev_cursor: str | None
    next_cursor: str | None
    total: Total


@reading
def list_operators_for_staff(
    *, staff: Actor, text: str | None, is_enabled: bool | None, cursor: str | None, limit: int
) -> StaffOperatorPage:
    """One page, oldest first; `text` is a part of the name or of the number. Raises InvalidCursor."""
    anchors = visible_operators(staff)
    wanted = anchors
    if text:
        wanted = wanted.where(Operator.name.contains(text) | Operator.operator_no.contains(text))
    if is_enabled is not None:
        wanted = wanted.where(Operator.is_enabled == is_enabled)
    listing = Listing(
        wanted=wanted,
        anchors=anchors,
        shown=Operator.select(),
        number=Operator.operator_no,
        is_newest_first=False,
    )
    page = load_page(listing, cursor=cursor, limit=limit)
    return StaffOperatorPage(
        operators=view_operators(page.rows),
        prev_cursor=page.prev_cursor,
        next_cursor=page.next_cursor,
        total=count_capped(wanted),
    )


@reading
def get_operator_for_staff(*, staff: Actor, operator_no: str) -> StaffOperator:
    """One operator. Raises OperatorNotFound."""
    return view_operators([get_visible_operator(staff, operator_no)])[0]

"""The desk's list of roles, oldest first."""

import msgspec

from backend.domain.actor import Actor
from backend.models import Operator, Role
from backend.models.engine.database import reading
from backend.services.staff.reach import visible_roles
from backend.services.views.desk.staff_page import Listing, Total, count_capped, load_page
from backend.services.views.desk.staff_views import RoleRow, view_roles


class RolePage(msgspec.Struct, frozen=True, kw_only=True):
    roles: tuple[RoleRow, ...]
    prev_cursor: str | None
    next_cursor: str | None
    total: Total


@reading
def list_roles_for_staff(
    *, actor: Actor, text: str | None, operator_no: str | None, cursor: str | None, limit: int
) -> RolePage:
    """One page; `text` is part of a name. Raises InvalidCursor."""
    wanted = visible_roles(actor)
    if text is not None:
        wanted = wanted.where(Role.name.contains(text))
    if operator_no is not None:
        operator = Operator.get_or_none(Operator.operator_no == operator_no)
        wanted = wanted.where(Role.operator_id == (0 if operator is None else operator.id))
    listing = Listing(
        wanted=wanted,
        anchors=visible_roles(actor),
        shown=Role.select(),
        number=Role.id,
        is_newest_first=False,
    )
    page = load_page(listing, cursor=cursor, limit=limit)
    return RolePage(
        roles=view_roles(page.rows, actor=actor),
        prev_cursor=page.prev_cursor,
        next_cursor=page.next_cursor,
        total=count_capped(wanted),
    )

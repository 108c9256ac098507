"""The desk's list of tariffs, searched by name."""

from datetime import datetime

import msgspec

from backend.domain.actor import Actor
from backend.models import Tariff
from backend.models.engine.database import reading
from backend.services.access.visible_tariffs import visible_tariffs
from backend.services.views.desk.staff_page import Listing, Total, count_capped, load_page
from backend.services.views.desk.tariff_views import StaffTariffRow, view_tariffs


class StaffTariffPage(msgspec.Struct, frozen=True, kw_only=True):
    tariffs: tuple[StaffTariffRow, ...]
    prev_cursor: str | None
    next_cursor: str | None
    total: Total


@reading
def list_tariffs_for_staff(
    *,
    staff: Actor,
    text: str | None,
    is_retired: bool | None = None,
    cursor: str | None,
    limit: int,
    now: datetime,
) -> StaffTariffPage:
    """One page of the tariffs in scope, newest first; `is_retired` None: both kinds. Raises InvalidCursor."""
    anchors = visible_tariffs(staff)
    query = anchors.where(Tariff.name.contains(text)) if text else anchors
    if is_retired is not None:
        query = query.where(Tariff.retired_at.is_null(is_null=not is_retired))
    listing = Listing(
        wanted=query,
        anchors=anchors,
        shown=Tariff.select(),
        number=Tariff.tariff_no,
        is_newest_first=True,
    )
    page = load_page(listing, cursor=cursor, limit=limit)
    return StaffTariffPage(
        tariffs=tuple(view_tariffs(page.rows, now=now)),
        prev_cursor=page.prev_cursor,
        next_cursor=page.next_cursor,
        total=count_capped(query),
    )

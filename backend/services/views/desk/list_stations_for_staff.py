"""The desk's list of stations, searched by name."""

from datetime import datetime

import msgspec

from backend.domain.actor import Actor
from backend.models import Station
from backend.models.engine.database import reading
from backend.services.access.visible_stations import visible_stations
from backend.services.views.desk.staff_page import Listing, Total, count_capped, load_page
from backend.services.views.desk.station_views import StaffStationRow, view_stations


class StaffStationPage(msgspec.Struct, frozen=True, kw_only=True):
    stations: tuple[StaffStationRow, ...]
    prev_cursor: str | None
    next_cursor: str | None
    total: Total


@reading
def list_stations_for_staff(
    *, staff: Actor, text: str | None, cursor: str | None, limit: int, now: datetime
) -> StaffStationPage:
    """One page of the stations in scope, hidden ones too; `text` is a part of the name. Raises InvalidCursor."""
    anchors = visible_stations(staff)
    query = anchors.where(Station.name.contains(text)) if text else anchors
    listing = Listing(
        wanted=query,
        anchors=anchors,
        shown=Station.select(),
        number=Station.station_no,
        is_newest_first=False,
    )
    page = load_page(listing, cursor=cursor, limit=limit)
    return StaffStationPage(
        stations=tuple(view_stations(page.rows, now=now)),
        prev_cursor=page.prev_cursor,
        next_cursor=page.next_cursor,
        total=count_capped(query),
    )

"""The desk's list of stations, searched by name, in the order that staff gave them."""

from datetime import datetime
from typing import Any

import msgspec

from backend.domain.actor import Actor
from backend.domain.station_facts import StationFilter
from backend.models import Operator, Station
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
    *,
    staff: Actor,
    text: str | None,
    state: StationFilter | None = None,
    operator_no: str | None = None,
    cursor: str | None,
    limit: int,
    now: datetime,
) -> StaffStationPage:
    """One page of the stations in scope, hidden and closed ones too; `text` is a part of the name. Raises InvalidCursor."""
    anchors = visible_stations(staff)
    query = anchors.where(Station.name.contains(text)) if text else anchors
    if state is not None:
        query = query.where(_is_in(state))
    if operator_no is not None:
        query = query.where(
            Station.operator_id.in_(Operator.select(Operator.id).where(Operator.operator_no == operator_no))
        )
    listing = Listing(
        wanted=query,
        anchors=anchors,
        shown=Station.select(),
        number=Station.station_no,
        time=Station.sort_order,
        is_newest_first=False,
    )
    page = load_page(listing, cursor=cursor, limit=limit)
    return StaffStationPage(
        stations=tuple(view_stations(page.rows, now=now)),
        prev_cursor=page.prev_cursor,
        next_cursor=page.next_cursor,
        total=count_capped(query),
    )


def _is_in(state: StationFilter) -> Any:
    """SQL: the station is in this state."""
    if state is StationFilter.CLOSED:
        return Station.closed_at.is_null(is_null=False)
    if state is StationFilter.HIDDEN:
        return Station.is_visible == False  # noqa: E712 - SQL
    if state is StationFilter.OPEN:
        return (Station.is_visible == True) & Station.closed_at.is_null()  # noqa: E712 - SQL
    return (
        (Station.division_code == "")
        | Station.construction.is_null()
        | Station.hours.is_null()
        | (Station.service_phone == "")
        | Station.tariff_id.is_null()
        | Station.parking_spaces.is_null()
        | (Station.cover == "")
    )

"""Stations of the operators' desk."""

from typing import Annotated

import msgspec

from backend.api.admin.query import DEFAULT_LIMIT, Cursor, SearchText
from backend.api.http.call import Call
from backend.api.http.route import Route
from backend.domain import errors
from backend.domain.permission import Permission
from backend.services.views.desk.get_station_for_staff import StaffStation, get_station_for_staff
from backend.services.views.desk.list_stations_for_staff import StaffStationPage, list_stations_for_staff


class StationsQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`q` is a part of the name. A station brings all its piles, so a page is shorter than of other lists."""

    q: SearchText | None = None
    cursor: Cursor | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=50)] = DEFAULT_LIMIT


async def list_all(call: Call[None, StationsQuery]) -> StaffStationPage:
    """Stations in the caller's scope with counts by state and the price now, oldest first."""
    query = call.query
    return await call.read_slowly(
        list_stations_for_staff,
        staff=call.actor,
        text=query.q,
        cursor=query.cursor,
        limit=query.limit,
        now=call.now,
    )


async def show(call: Call[None, None]) -> StaffStation:
    """One station with all its piles."""
    return await call.read_slowly(
        get_station_for_staff, staff=call.actor, station_no=call.path["station_no"], now=call.now
    )


ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path="/api/v1/admin/stations",
        scope=Permission.STATION_READ,
        handle=list_all,
        summary="充电站列表",
        errors=(errors.InvalidCursor,),
        tag="admin_stations",
    ),
    Route(
        method="GET",
        path="/api/v1/admin/stations/{station_no}",
        scope=Permission.STATION_READ,
        handle=show,
        summary="充电站详情",
        errors=(errors.StationNotFound,),
        tag="admin_stations",
    ),
)

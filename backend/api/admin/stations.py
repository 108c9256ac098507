"""Stations of the operators' desk: seen, built, changed, closed and hidden, and given photos."""

from typing import Annotated, Final, Literal

import msgspec

from backend.api.admin.query import DEFAULT_LIMIT, Cursor, Number, Reason, SearchText
from backend.api.http import limits
from backend.api.http.call import Call
from backend.api.http.route import Route
from backend.api.http.transfers import Received, Transfer, Upload
from backend.domain import errors
from backend.domain.permission import Permission
from backend.domain.station_facts import StationChange, StationFilter
from backend.services.stations.change_station import change_station
from backend.services.stations.create_station import CreatedStation, create_station
from backend.services.stations.edit_station import edit_station
from backend.services.stations.facts import StationFacts
from backend.services.stations.keep_photo import KeptPhoto, keep_photo
from backend.services.views.desk.get_station_choices import StationChoices, get_station_choices
from backend.services.views.desk.get_station_for_staff import StaffStation, get_station_for_staff
from backend.services.views.desk.list_stations_for_staff import StaffStationPage, list_stations_for_staff

PHOTO_BYTES: Final = 15_000_000
PHOTO_TYPES: Final = frozenset({"image/jpeg", "image/png", "image/webp"})


class StationsQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`q` is a part of the name. A station brings all its piles, so a page is shorter than of other lists."""

    q: SearchText | None = None
    state: StationFilter | None = None
    operator_no: Number | None = None
    cursor: Cursor | None = None
    limit: Annotated[int, msgspec.Meta(ge=1, le=50)] = DEFAULT_LIMIT


class CreateStationRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`operator_no` is for platform staff; left out, the station is the caller's operator's."""

    facts: StationFacts
    operator_no: Number | None = None


class EditStationRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`row_version` is that of the station as it was read; `facts` replace all that was there."""

    row_version: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
    facts: StationFacts


class ChangeStationRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`reason` is for the audit log."""

    change: StationChange
    reason: Reason


class StationForm(msgspec.Struct, frozen=True, kw_only=True):
    """What the form of a station needs: its choices, and what its map is drawn from (`tiles_url` may be empty)."""

    choices: StationChoices
    tiles_url: str
    tiles_system: Literal["gcj02", "wgs84", "bd09"]
    tiles_attribution: str


async def list_all(call: Call[None, StationsQuery]) -> StaffStationPage:
    """Stations in the caller's scope with counts by state and the price now, oldest first."""
    query = call.query
    return await call.read_slowly(
        list_stations_for_staff,
        staff=call.actor,
        text=query.q,
        state=query.state,
        operator_no=query.operator_no,
        cursor=query.cursor,
        limit=query.limit,
        now=call.now,
    )


async def show(call: Call[None, None]) -> StaffStation:
    """One station with all its piles."""
    return await call.read_slowly(
        get_station_for_staff, staff=call.actor, station_no=call.path["station_no"], now=call.now
    )


async def show_form(call: Call[None, None]) -> StationForm:
    """Operators, tariffs and neighbours to choose from."""
    tiles = call.parts.map_tiles
    return StationForm(
        choices=await call.read_slowly(get_station_choices, staff=call.actor),
        tiles_url=tiles.url,
        tiles_system=msgspec.convert(tiles.system, Literal["gcj02", "wgs84", "bd09"]),
        tiles_attribution=tiles.attribution,
    )


async def create(call: Call[CreateStationRequest, None]) -> CreatedStation:
    """Build a station; the same Idempotency-Key answers the same one again."""
    return await call.transact(
        create_station,
        staff=call.actor,
        operator_no=call.body.operator_no,
        facts=call.body.facts,
        idempotency_key=call.key,
        now=call.now,
        request_id=call.request_id,
        ip=call.ip,
    )


async def edit(call: Call[EditStationRequest, None]) -> StaffStation:
    """Save what was entered, unless somebody else did meanwhile."""
    station_no = call.path["station_no"]
    await call.transact(
        edit_station,
        staff=call.actor,
        station_no=station_no,
        row_version=call.body.row_version,
        facts=call.body.facts,
        now=call.now,
        request_id=call.request_id,
        ip=call.ip,
    )
    return await call.read_slowly(
        get_station_for_staff, staff=call.actor, station_no=station_no, now=call.now
    )


async def change(call: Call[ChangeStationRequest, None]) -> StaffStation:
    """Close or reopen, hide or show; asking again is harmless."""
    station_no = call.path["station_no"]
    await call.transact(
        change_station,
        staff=call.actor,
        station_no=station_no,
        change=call.body.change,
        reason=call.body.reason,
        now=call.now,
        request_id=call.request_id,
        ip=call.ip,
    )
    return await call.read_slowly(
        get_station_for_staff, staff=call.actor, station_no=station_no, now=call.now
    )


async def add_photo(call: Call[None, None], received: Received) -> KeptPhoto:
    """A photo for a station that is about to be saved; it is made anew, and goes after a day unless one names it."""
    return await call.parts.lanes.transfers.run(
        keep_photo, staff=call.actor, file=received.file, now=call.now
    )


TRANSFERS: tuple[Transfer, ...] = (
    Upload(
        path="/api/v1/admin/station-photos",
        scope=Permission.STATION_EDIT,
        summary="上传充电站照片",
        handle=add_photo,
        max_bytes=PHOTO_BYTES,
        media_types=PHOTO_TYPES,
        limit=limits.STATION_PHOTO,
    ),
)

ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path="/api/v1/admin/station-form",
        scope=Permission.STATION_EDIT,
        handle=show_form,
        summary="建站所需的选项",
        tag="admin_stations",
    ),
    Route(
        method="POST",
        path="/api/v1/admin/stations",
        scope=Permission.STATION_EDIT,
        handle=create,
        summary="新建充电站",
        errors=(errors.IdempotencyKeyReused, errors.UnfitInput),
        needs_key=True,
        status=201,
        tag="admin_stations",
    ),
    Route(
        method="PUT",
        path="/api/v1/admin/stations/{station_no}",
        scope=Permission.STATION_EDIT,
        handle=edit,
        summary="修改充电站",
        errors=(errors.StationNotFound, errors.RowChanged, errors.UnfitInput),
        tag="admin_stations",
    ),
    Route(
        method="POST",
        path="/api/v1/admin/stations/{station_no}/change",
        scope=Permission.STATION_EDIT,
        handle=change,
        summary="停业、恢复营业、隐藏、显示充电站",
        errors=(errors.StationNotFound, errors.StationInUse),
        tag="admin_stations",
    ),
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

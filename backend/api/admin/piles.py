"""Piles of the operators' desk."""

import msgspec

from backend.api.admin.query import DEFAULT_LIMIT, Cursor, Limit, Number, Reason, SearchText
from backend.api.http.call import Call
from backend.api.http.route import Route
from backend.domain import errors
from backend.domain.connector import DeskGroup
from backend.domain.permission import Permission
from backend.services.charging.release_plug import release_plug
from backend.services.views.desk.get_pile_for_staff import StaffPileDetail, get_pile_for_staff
from backend.services.views.desk.list_piles_for_staff import StaffPilePage, list_piles_for_staff


class PilesQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`q` is part of a name, or of the number of a pile or of a gun; `state` keeps piles with a connector in that group."""

    station_no: Number | None = None
    q: SearchText | None = None
    state: DeskGroup | None = None
    cursor: Cursor | None = None
    limit: Limit = DEFAULT_LIMIT


class ReleaseRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`reason` is for the audit log."""

    reason: Reason


class ReleasedConnector(msgspec.Struct, frozen=True, kw_only=True):
    connector_no: str


async def list_all(call: Call[None, PilesQuery]) -> StaffPilePage:
    """Piles in service with the live state of each connector, oldest first."""
    query = call.query
    return await call.read_slowly(
        list_piles_for_staff,
        staff=call.actor,
        station_no=query.station_no,
        text=query.q,
        group=query.state,
        cursor=query.cursor,
        limit=query.limit,
        now=call.now,
    )


async def show(call: Call[None, None]) -> StaffPileDetail:
    """One pile with its latest sessions and commands."""
    return await call.read_slowly(
        get_pile_for_staff, staff=call.actor, pile_no=call.path["pile_no"], now=call.now
    )


async def release(call: Call[ReleaseRequest, None]) -> ReleasedConnector:
    """Let others start on a connector whose last car was never heard unplugged; asking again is harmless."""
    connector_no = call.path["connector_no"]
    await call.transact(
        release_plug,
        staff=call.actor,
        connector_no=connector_no,
        reason=call.body.reason,
        now=call.now,
        request_id=call.request_id,
        ip=call.ip,
    )
    return ReleasedConnector(connector_no=connector_no)


ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path="/api/v1/admin/piles",
        scope=Permission.PILE_READ,
        handle=list_all,
        summary="充电桩列表",
        errors=(errors.InvalidCursor,),
        tag="admin_piles",
    ),
    Route(
        method="GET",
        path="/api/v1/admin/piles/{pile_no}",
        scope=Permission.PILE_READ,
        handle=show,
        summary="充电桩详情",
        errors=(errors.PileNotFound,),
        tag="admin_piles",
    ),
    Route(
        method="POST",
        path="/api/v1/admin/connectors/{connector_no}/release",
        scope=Permission.CONNECTOR_RELEASE,
        handle=release,
        summary="解除插枪占用",
        errors=(errors.ConnectorNotFound,),
        tag="admin_piles",
    ),
)

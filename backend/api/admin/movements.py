"""All movements of money and energy at the operators' desk: one list, its sums, and the views that staff keep of it."""

from datetime import date
from typing import Annotated

import msgspec

from backend.api.admin.query import DEFAULT_LIMIT, Cursor, Limit, Number
from backend.api.admin.words import Name, Version, row_id
from backend.api.http.call import Call
from backend.api.http.caller import find_caller
from backend.api.http.route import Route
from backend.domain import errors
from backend.domain.export import ExportKind
from backend.domain.movement import MovementKind, MovementState
from backend.domain.payment import Channel
from backend.domain.permission import Permission
from backend.services.exports.tables import read_wanted
from backend.services.staff.drop_movement_view import drop_movement_view
from backend.services.staff.keep_movement_view import keep_movement_view
from backend.services.staff.rename_movement_view import rename_movement_view
from backend.services.views.desk.list_movement_views import MovementViews, list_movement_views
from backend.services.views.desk.list_movements_for_staff import StaffMovementPage, list_movements_for_staff
from backend.services.views.desk.movement_walks import MovementFilter
from backend.services.views.desk.sum_movements_for_staff import MovementSums, sum_movements_for_staff

_Key = Annotated[str, msgspec.Meta(min_length=1, max_length=32)]
_Value = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
_Weekday = Annotated[int, msgspec.Meta(ge=1, le=7)]
_Hour = Annotated[int, msgspec.Meta(ge=0, le=23)]
_Fen = Annotated[int, msgspec.Meta(ge=-(10**12), le=10**12)]


class MovementsWanted(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Dates are local days of a movement's time, both included, `weekday` (1 is Monday) and `hour` those of that time:
    when a charge ended, money was paid, a refund was asked for. Numbers are whole, amounts included.
    """

    kind: MovementKind | None = None
    from_date: date | None = None
    to_date: date | None = None
    weekday: _Weekday | None = None
    hour: _Hour | None = None
    station_no: Number | None = None
    pile_no: Number | None = None
    driver_no: Number | None = None
    channel: Channel | None = None
    state: MovementState | None = None
    least_fen: _Fen | None = None
    most_fen: _Fen | None = None


class MovementsQuery(MovementsWanted, frozen=True, forbid_unknown_fields=True):
    """A page of it."""

    cursor: Cursor | None = None
    limit: Limit = DEFAULT_LIMIT


class NewMovementView(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`query` is the filter as the list's address has it."""

    name: Name
    query: Annotated[dict[_Key, _Value], msgspec.Meta(max_length=20)]


class MovementViewEdit(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: Name
    row_version: Version


async def list_all(call: Call[None, MovementsQuery]) -> StaffMovementPage:
    """Movements in scope, newest first; `total` is exact up to 10 000."""
    query = call.query
    return await call.read_slowly(
        list_movements_for_staff,
        staff=call.actor,
        wanted=_filter_of(query),
        cursor=query.cursor,
        limit=query.limit,
    )


async def sum_all(call: Call[None, MovementsWanted]) -> MovementSums:
    """What all of them come to that the filter finds, whole or not at all."""
    return await call.read_slowly(sum_movements_for_staff, staff=call.actor, wanted=_filter_of(call.query))


async def list_views(call: Call[None, None]) -> MovementViews:
    """The caller's own views."""
    return await call.transact(list_movement_views, staff=call.actor)


async def keep_view(call: Call[NewMovementView, None]) -> MovementViews:
    """Keep a filter under a name. A second click finds the name taken."""
    read_wanted(ExportKind.MOVEMENTS, call.body.query)
    await call.transact(
        keep_movement_view,
        staff=call.actor,
        name=call.body.name.strip(),
        query=call.body.query,
        caller=find_caller(call),
        now=call.now,
    )
    return await call.transact(list_movement_views, staff=call.actor)


async def rename_view(call: Call[MovementViewEdit, None]) -> MovementViews:
    """Another name for one of them."""
    await call.transact(
        rename_movement_view,
        staff=call.actor,
        view_id=row_id(call.path["view_id"]),
        name=call.body.name.strip(),
        row_version=call.body.row_version,
        caller=find_caller(call),
        now=call.now,
    )
    return await call.transact(list_movement_views, staff=call.actor)


async def drop_view(call: Call[None, None]) -> MovementViews:
    """One of them goes."""
    await call.transact(
        drop_movement_view,
        staff=call.actor,
        view_id=row_id(call.path["view_id"]),
        caller=find_caller(call),
        now=call.now,
    )
    return await call.transact(list_movement_views, staff=call.actor)


def _filter_of(query: MovementsWanted) -> MovementFilter:
    return MovementFilter(**{name: getattr(query, name) for name in MovementFilter.__struct_fields__})


ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path="/api/v1/admin/movements",
        scope=Permission.ORDER_READ,
        handle=list_all,
        summary="交易查询",
        errors=(errors.InvalidCursor, errors.UnfitInput),
        tag="admin_movements",
    ),
    Route(
        method="GET",
        path="/api/v1/admin/movement-sums",
        scope=Permission.ORDER_READ,
        handle=sum_all,
        summary="交易合计",
        errors=(errors.UnfitInput,),
        tag="admin_movements",
    ),
    Route(
        method="GET",
        path="/api/v1/admin/movement-views",
        scope=Permission.ORDER_READ,
        handle=list_views,
        summary="常用筛选",
        tag="admin_movements",
    ),
    Route(
        method="POST",
        path="/api/v1/admin/movement-views",
        scope=Permission.ORDER_READ,
        handle=keep_view,
        summary="保存常用筛选",
        errors=(errors.UnfitInput, errors.MovementViewNameTaken, errors.TooManyMovementViews),
        status=201,
        tag="admin_movements",
    ),
    Route(
        method="PUT",
        path="/api/v1/admin/movement-views/{view_id}",
        scope=Permission.ORDER_READ,
        handle=rename_view,
        summary="重命名常用筛选",
        errors=(errors.MovementViewNotFound, errors.MovementViewNameTaken, errors.RowChanged),
        tag="admin_movements",
    ),
    Route(
        method="DELETE",
        path="/api/v1/admin/movement-views/{view_id}",
        scope=Permission.ORDER_READ,
        handle=drop_view,
        summary="删除常用筛选",
        errors=(errors.MovementViewNotFound,),
        tag="admin_movements",
    ),
)

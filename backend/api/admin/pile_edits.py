"""Adding, editing, moving, retiring piles on the operators' desk, taking them out of service, and trying them."""

from typing import Annotated

import msgspec

from backend.api.admin.query import Number, Reason, RowVersion, line, no_controls
from backend.api.http.call import Call
from backend.api.http.route import Route
from backend.domain import errors
from backend.domain.permission import Permission
from backend.domain.pile import (
    MOST_AT_ONCE,
    MOST_GUNS,
    PileFacts,
    PileKind,
    check_facts,
    name_at,
    number_range,
)
from backend.services.charging.start_test import StartedTest, start_test
from backend.services.piles.add_piles import AddedPiles, NewPile, add_piles
from backend.services.piles.edit_pile import PileEdit, edit_pile
from backend.services.piles.move_pile import move_pile
from backend.services.piles.retire_pile import delete_pile, retire_pile
from backend.services.piles.set_service import set_service
from backend.services.views.desk.get_pile_for_staff import StaffPileDetail, get_pile_for_staff
from backend.services.views.desk.get_pile_tariffs import PileTariffs, get_pile_tariffs

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=50, pattern=line())]
Words = Annotated[str, msgspec.Meta(max_length=50, pattern=no_controls())]
PileNo = Annotated[str, msgspec.Meta(min_length=3, max_length=30, pattern="^[0-9A-Za-z_-]*$")]
FirstNo = Annotated[str, msgspec.Meta(min_length=3, max_length=30, pattern="^[0-9A-Za-z_-]*[0-9]$")]
Guns = Annotated[int, msgspec.Meta(ge=1, le=MOST_GUNS)]
Watts = Annotated[int, msgspec.Meta(ge=1_000, le=1_000_000)]


class AddRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One pile. `tariff_no` overrides the station's tariff."""

    station_no: Number
    pile_no: PileNo
    name: Name
    kind: PileKind
    rated_w: Watts
    guns: Guns
    vendor: Words = ""
    model: Words = ""
    tariff_no: Number | None = None


class AddManyRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`count` like ones: numbers counted up from `first_no`, names with `{n}` from `first_place` on."""

    station_no: Number
    first_no: FirstNo
    count: Annotated[int, msgspec.Meta(ge=1, le=MOST_AT_ONCE)]
    name: Name
    kind: PileKind
    rated_w: Watts
    guns: Guns
    first_place: Annotated[int, msgspec.Meta(ge=1, le=9_999)] = 1
    vendor: Words = ""
    model: Words = ""
    tariff_no: Number | None = None


class EditRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole form; `tariff_no` null: the station's tariff."""

    name: Name
    vendor: Words
    model: Words
    rated_w: Watts
    guns: Guns
    tariff_no: Number | None
    row_version: RowVersion


class MoveRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    station_no: Number
    row_version: RowVersion


class RetirePileRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`reason` is for the audit log."""

    reason: Reason
    row_version: RowVersion


class ServiceRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Of the pile, or of one `gun`. `reason` is shown on the desk and kept in the audit log."""

    is_out: bool
    reason: Reason
    row_version: RowVersion
    gun: Guns | None = None


async def add(call: Call[AddRequest, None]) -> AddedPiles:
    """Add one pile; the same Idempotency-Key answers the same again. Its secret is issued apart."""
    body = call.body
    facts = PileFacts(
        pile_no=body.pile_no,
        name=body.name,
        kind=body.kind,
        rated_w=body.rated_w,
        guns=body.guns,
        vendor=body.vendor,
        model=body.model,
    )
    new = NewPile(facts=check_facts(facts), station_no=body.station_no, tariff_no=body.tariff_no)
    return await _add(call, [new])


async def add_many(call: Call[AddManyRequest, None]) -> AddedPiles:
    """Add a range of like piles, all or none; the same Idempotency-Key answers the same again."""
    body = call.body
    new = [
        NewPile(
            facts=check_facts(
                PileFacts(
                    pile_no=pile_no,
                    name=name_at(body.name, place),
                    kind=body.kind,
                    rated_w=body.rated_w,
                    guns=body.guns,
                    vendor=body.vendor,
                    model=body.model,
                )
            ),
            station_no=body.station_no,
            tariff_no=body.tariff_no,
        )
        for place, pile_no in enumerate(number_range(body.first_no, body.count), body.first_place)
    ]
    return await _add(call, new)


async def offer_tariffs(call: Call[None, None]) -> PileTariffs:
    """What a pile of the station may be billed by."""
    return await call.transact(get_pile_tariffs, staff=call.actor, station_no=call.path["station_no"])


async def edit(call: Call[EditRequest, None]) -> StaffPileDetail:
    """Correct what was entered; the guns only of a pile that never charged."""
    await call.transact(
        edit_pile,
        staff=call.actor,
        pile_no=call.path["pile_no"],
        edit=msgspec.convert(call.body, PileEdit, from_attributes=True),
        now=call.now,
        request_id=call.request_id,
        ip=call.ip,
    )
    return await _show(call)


async def move(call: Call[MoveRequest, None]) -> StaffPileDetail:
    """Move it to another station of the same operator, with no charge running; what it earned stays there."""
    await call.transact(
        move_pile,
        staff=call.actor,
        pile_no=call.path["pile_no"],
        station_no=call.body.station_no,
        row_version=call.body.row_version,
        now=call.now,
        request_id=call.request_id,
        ip=call.ip,
    )
    return await _show(call)


async def retire(call: Call[RetirePileRequest, None]) -> StaffPileDetail:
    """Retire it for good; the broker lets it in no more, its orders stay."""
    await call.transact(
        retire_pile,
        staff=call.actor,
        pile_no=call.path["pile_no"],
        reason=call.body.reason,
        row_version=call.body.row_version,
        now=call.now,
        request_id=call.request_id,
        ip=call.ip,
    )
    return await _show(call)


async def delete(call: Call[None, None]) -> None:
    """Delete a pile that never charged."""
    await call.transact(
        delete_pile,
        staff=call.actor,
        pile_no=call.path["pile_no"],
        now=call.now,
        request_id=call.request_id,
        ip=call.ip,
    )


async def serve(call: Call[ServiceRequest, None]) -> StaffPileDetail:
    """Take the pile or one gun out of service, or back; a charge that runs goes on."""
    body = call.body
    await call.transact(
        set_service,
        staff=call.actor,
        pile_no=call.path["pile_no"],
        gun=body.gun,
        is_out=body.is_out,
        reason=body.reason,
        row_version=body.row_version,
        now=call.now,
        request_id=call.request_id,
        ip=call.ip,
    )
    return await _show(call)


async def try_out(call: Call[None, None]) -> StartedTest:
    """Start a short charge that nobody pays; the same Idempotency-Key answers the same session again."""
    return await call.transact(
        start_test,
        staff=call.actor,
        connector_no=call.path["connector_no"],
        idempotency_key=call.key,
        now=call.now,
        request_id=call.request_id,
        ip=call.ip,
    )


async def _add(call: Call[AddRequest, None] | Call[AddManyRequest, None], piles: list[NewPile]) -> AddedPiles:
    return await call.transact(
        add_piles,
        staff=call.actor,
        piles=piles,
        idempotency_key=call.key,
        now=call.now,
        request_id=call.request_id,
        ip=call.ip,
    )


async def _show(
    call: Call[EditRequest, None]
    | Call[MoveRequest, None]
    | Call[RetirePileRequest, None]
    | Call[ServiceRequest, None],
) -> StaffPileDetail:
    return await call.read_slowly(
        get_pile_for_staff, staff=call.actor, pile_no=call.path["pile_no"], now=call.now
    )


_EDITED = (errors.PileNotFound, errors.PileRetired, errors.RowChanged)

ROUTES: tuple[Route, ...] = (
    Route(
        method="POST",
        path="/api/v1/admin/piles",
        scope=Permission.PILE_EDIT,
        handle=add,
        summary="新增充电桩",
        errors=(
            errors.StationNotFound,
            errors.PileNumberTaken,
            errors.IdempotencyKeyReused,
            errors.UnfitInput,
        ),
        needs_key=True,
        tag="admin_piles",
    ),
    Route(
        method="POST",
        path="/api/v1/admin/pile-batches",
        scope=Permission.PILE_EDIT,
        handle=add_many,
        summary="批量新增充电桩",
        errors=(
            errors.StationNotFound,
            errors.PileNumberTaken,
            errors.IdempotencyKeyReused,
            errors.UnfitInput,
        ),
        needs_key=True,
        tag="admin_piles",
    ),
    Route(
        method="GET",
        path="/api/v1/admin/stations/{station_no}/pile-tariffs",
        scope=Permission.PILE_EDIT,
        handle=offer_tariffs,
        summary="桩可以单独用的计费模型",
        errors=(errors.StationNotFound,),
        tag="admin_piles",
    ),
    Route(
        method="PATCH",
        path="/api/v1/admin/piles/{pile_no}",
        scope=Permission.PILE_EDIT,
        handle=edit,
        summary="修改充电桩",
        errors=(*_EDITED, errors.PileBusy, errors.PileHasCharged, errors.UnfitInput),
        tag="admin_piles",
    ),
    Route(
        method="POST",
        path="/api/v1/admin/piles/{pile_no}/move",
        scope=Permission.PILE_EDIT,
        handle=move,
        summary="充电桩移站",
        errors=(*_EDITED, errors.StationNotFound, errors.PileBusy, errors.UnfitInput),
        tag="admin_piles",
    ),
    Route(
        method="POST",
        path="/api/v1/admin/piles/{pile_no}/retire",
        scope=Permission.PILE_EDIT,
        handle=retire,
        summary="充电桩退役",
        errors=(*_EDITED, errors.PileBusy),
        tag="admin_piles",
    ),
    Route(
        method="DELETE",
        path="/api/v1/admin/piles/{pile_no}",
        scope=Permission.PILE_EDIT,
        handle=delete,
        summary="删除没充过电的充电桩",
        errors=(errors.PileNotFound, errors.PileRetired, errors.PileHasCharged),
        status=204,
        tag="admin_piles",
    ),
    Route(
        method="POST",
        path="/api/v1/admin/piles/{pile_no}/service",
        scope=Permission.PILE_SERVICE,
        handle=serve,
        summary="停用或恢复充电桩",
        errors=(*_EDITED, errors.ConnectorNotFound),
        tag="admin_piles",
    ),
    Route(
        method="POST",
        path="/api/v1/admin/connectors/{connector_no}/test",
        scope=Permission.PILE_TEST,
        handle=try_out,
        summary="试充电",
        errors=(
            errors.ConnectorNotFound,
            errors.PileOffline,
            errors.PileClockUnset,
            errors.ConnectorFaulted,
            errors.ConnectorUnavailable,
            errors.ConnectorBusy,
            errors.ConnectorNotPlugged,
            errors.IdempotencyKeyReused,
        ),
        needs_key=True,
        tag="admin_piles",
    ),
)

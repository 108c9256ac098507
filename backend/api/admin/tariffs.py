"""Tariffs of the operators' desk: looked at, compared, tried out."""

from datetime import datetime
from typing import Annotated

import msgspec

from backend.api.admin.query import DEFAULT_LIMIT, Cursor, Limit, SearchText
from backend.api.http.call import Call
from backend.api.http.route import Route
from backend.domain import errors
from backend.domain.idle_fee import IdleTerms
from backend.domain.permission import Permission
from backend.services.tariffs.plan_forms import PlanForms
from backend.services.views.desk.foresee_publishing import PublishingEffects, foresee_publishing
from backend.services.views.desk.get_tariff_for_staff import StaffTariff, get_tariff_for_staff
from backend.services.views.desk.get_tariff_version_for_staff import (
    StaffTariffVersion,
    VersionDifference,
    compare_tariff_versions,
    get_tariff_version_for_staff,
)
from backend.services.views.desk.list_tariff_stations_for_staff import (
    TariffStationPage,
    list_tariff_stations_for_staff,
)
from backend.services.views.desk.list_tariffs_for_staff import StaffTariffPage, list_tariffs_for_staff
from backend.services.views.desk.simulate_bill import SimulatedBill, simulate_bill

_LONGEST_VERSION = 9


class TariffsQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`q` is a part of the name; without `retired` both those in use and those retired."""

    q: SearchText | None = None
    retired: bool | None = None
    cursor: Cursor | None = None
    limit: Limit = DEFAULT_LIMIT


class StationsQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    cursor: Cursor | None = None
    limit: Limit = DEFAULT_LIMIT


class DifferenceQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`before` is the version to compare with."""

    before: Annotated[int, msgspec.Meta(ge=1)]


class EffectsQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Without `effective_from`: as if published at once."""

    effective_from: Annotated[datetime, msgspec.Meta(tz=True)] | None = None


class SimulationRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A charge at one power for some minutes, by these day plans."""

    plans: PlanForms
    start_at: Annotated[datetime, msgspec.Meta(tz=True)]
    power_w: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
    minutes: Annotated[int, msgspec.Meta(ge=1, le=2_880)]
    # the idle fee, and how long the car stays plugged in after the charge
    idle: IdleTerms | None = None
    idle_minutes: Annotated[int, msgspec.Meta(ge=0, le=2_880)] = 0


async def list_all(call: Call[None, TariffsQuery]) -> StaffTariffPage:
    """Tariffs in the caller's scope with the version in force and how much is priced by them, newest first."""
    query = call.query
    return await call.read_slowly(
        list_tariffs_for_staff,
        staff=call.actor,
        text=query.q,
        is_retired=query.retired,
        cursor=query.cursor,
        limit=query.limit,
        now=call.now,
    )


async def show(call: Call[None, None]) -> StaffTariff:
    """One tariff with its versions."""
    return await call.transact(
        get_tariff_for_staff, staff=call.actor, tariff_no=call.path["tariff_no"], now=call.now
    )


async def list_stations(call: Call[None, StationsQuery]) -> TariffStationPage:
    """The stations where it is used."""
    return await call.read_slowly(
        list_tariff_stations_for_staff,
        staff=call.actor,
        tariff_no=call.path["tariff_no"],
        cursor=call.query.cursor,
        limit=call.query.limit,
    )


async def show_version(call: Call[None, None]) -> StaffTariffVersion:
    """One version with its day plans."""
    return await call.transact(
        get_tariff_version_for_staff,
        staff=call.actor,
        tariff_no=call.path["tariff_no"],
        version=number_of(call.path["version"]),
        now=call.now,
    )


async def compare(call: Call[None, DifferenceQuery]) -> VersionDifference:
    """What costs something else than in another version."""
    return await call.transact(
        compare_tariff_versions,
        staff=call.actor,
        tariff_no=call.path["tariff_no"],
        version=number_of(call.path["version"]),
        before=call.query.before,
    )


async def foresee(call: Call[None, EffectsQuery]) -> PublishingEffects:
    """What publishing the draft would change, and what keeps it from being published."""
    return await call.transact(
        foresee_publishing,
        staff=call.actor,
        tariff_no=call.path["tariff_no"],
        effective_from=call.query.effective_from,
        now=call.now,
    )


async def simulate(call: Call[SimulationRequest, None]) -> SimulatedBill:
    """The bill of a charge, to the fen as its settlement would have it. Nothing is kept."""
    body = call.body
    return await call.transact(
        simulate_bill,
        plans=body.plans,
        start_at=body.start_at,
        power_w=body.power_w,
        minutes=body.minutes,
        idle=body.idle,
        idle_minutes=body.idle_minutes,
    )


def number_of(text: str) -> int:
    """A version's number in a path. Raises TariffVersionNotFound."""
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_VERSION):
        raise errors.TariffVersionNotFound
    return int(text)


_OF_A_VERSION = (errors.TariffNotFound, errors.TariffVersionNotFound)

ROUTES: tuple[Route, ...] = (
    Route(
        method="GET",
        path="/api/v1/admin/tariffs",
        scope=Permission.TARIFF_READ,
        handle=list_all,
        summary="计费模型列表",
        errors=(errors.InvalidCursor,),
        tag="admin_tariffs",
    ),
    Route(
        method="GET",
        path="/api/v1/admin/tariffs/{tariff_no}",
        scope=Permission.TARIFF_READ,
        handle=show,
        summary="计费模型详情",
        errors=(errors.TariffNotFound,),
        tag="admin_tariffs",
    ),
    Route(
        method="GET",
        path="/api/v1/admin/tariffs/{tariff_no}/stations",
        scope=Permission.TARIFF_READ,
        handle=list_stations,
        summary="使用这个计费模型的充电站",
        errors=(errors.TariffNotFound, errors.InvalidCursor),
        tag="admin_tariffs",
    ),
    Route(
        method="GET",
        path="/api/v1/admin/tariffs/{tariff_no}/versions/{version}",
        scope=Permission.TARIFF_READ,
        handle=show_version,
        summary="计费模型的一个版本",
        errors=_OF_A_VERSION,
        tag="admin_tariffs",
    ),
    Route(
        method="GET",
        path="/api/v1/admin/tariffs/{tariff_no}/versions/{version}/difference",
        scope=Permission.TARIFF_READ,
        handle=compare,
        summary="两个版本的差别",
        errors=_OF_A_VERSION,
        tag="admin_tariffs",
    ),
    Route(
        method="GET",
        path="/api/v1/admin/tariffs/{tariff_no}/draft/effects",
        scope=Permission.TARIFF_READ,
        handle=foresee,
        summary="发布草稿会改变什么",
        errors=(*_OF_A_VERSION, errors.TariffBeginsInPast),
        tag="admin_tariffs",
    ),
    Route(
        method="POST",
        path="/api/v1/admin/tariff-simulations",
        scope=Permission.TARIFF_READ,
        handle=simulate,
        summary="试算账单",
        errors=(errors.InvalidTariff, errors.UnfitInput),
        tag="admin_tariffs",
    ),
)

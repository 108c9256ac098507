"""The analysis of the operators' desk: sums of what was charged, by time, place and kind. Read from facts, never from orders."""

from datetime import date
from typing import Annotated, Any

import msgspec

from backend.api.admin.query import Limit, Number
from backend.api.http.call import Call
from backend.api.http.route import Route
from backend.domain import errors
from backend.domain.permission import Permission
from backend.domain.pile import PileKind
from backend.services.views.analysis.cut import Chosen
from backend.services.views.analysis.get_bands import Bands, get_bands
from backend.services.views.analysis.get_drivers import DriverGrain, Drivers, get_drivers
from backend.services.views.analysis.get_failures import Failures, get_failures
from backend.services.views.analysis.get_hours import Hours, get_hours
from backend.services.views.analysis.get_regions import Regions, get_regions
from backend.services.views.analysis.get_trend import Trend, TrendGrain, get_trend
from backend.services.views.analysis.get_ways import Ways, get_ways
from backend.services.views.analysis.ranges import Compare
from backend.services.views.analysis.rank_piles import (
    PileRanking,
    RankBy,
    RankOrder,
    RankSort,
    rank_piles,
)

Division = Annotated[
    str, msgspec.Meta(pattern=r"^([0-9]{2}){1,3}$", description="GB/T 2260, 2, 4 or 6 digits")
]
DEFAULT_RANKED = 20


class AnalysisQuery(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Dates are local days of the end of charging, both included; of starts, of the day when they were asked for."""

    from_date: date
    to_date: date
    division: Division | None = None
    operator_no: Number | None = None
    station_no: Number | None = None
    pile_kind: PileKind | None = None


class ComparedQuery(AnalysisQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`compare`: with the same length just before (whole months with whole months), or with a year ago."""

    compare: Compare | None = None


class TrendQuery(ComparedQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """By the hour at most 62 days are told."""

    grain: TrendGrain = TrendGrain.DAY


class DriversQuery(ComparedQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    grain: DriverGrain = DriverGrain.MONTH


class PilesQuery(AnalysisQuery, frozen=True, forbid_unknown_fields=True, kw_only=True):
    by: RankBy = RankBy.PILE
    order: RankOrder = RankOrder.MOST
    sort: RankSort = RankSort.ENERGY
    limit: Limit = DEFAULT_RANKED


async def trend(call: Call[None, TrendQuery]) -> Trend:
    """Sums step by step, with the range compared with."""
    query = call.query
    return await call.read_slowly(get_trend, **_compared(call), grain=query.grain)


async def regions(call: Call[None, ComparedQuery]) -> Regions:
    """Sums one level below the division."""
    return await call.read_slowly(get_regions, **_compared(call))


async def hours(call: Call[None, AnalysisQuery]) -> Hours:
    """Sums by weekday and hour, and by hour of workdays and days off."""
    return await call.read_slowly(get_hours, **_asked(call))


async def piles(call: Call[None, PilesQuery]) -> PileRanking:
    """The best or worst piles or guns."""
    query = call.query
    return await call.read_slowly(
        rank_piles, **_asked(call), by=query.by, order=query.order, sort=query.sort, limit=query.limit
    )


async def bands(call: Call[None, ComparedQuery]) -> Bands:
    """Sums by rate band."""
    return await call.read_slowly(get_bands, **_compared(call))


async def failures(call: Call[None, ComparedQuery]) -> Failures:
    """Starts that failed: why and where."""
    return await call.read_slowly(get_failures, **_compared(call))


async def drivers(call: Call[None, DriversQuery]) -> Drivers:
    """Drivers' first charges and their later ones."""
    return await call.read_slowly(get_drivers, **_compared(call), grain=call.query.grain)


async def ways(call: Call[None, ComparedQuery]) -> Ways:
    """Sums by what they were paid by."""
    return await call.read_slowly(get_ways, **_compared(call))


def _asked(call: Call[None, Any]) -> dict[str, Any]:
    """What every question says."""
    query: AnalysisQuery = call.query
    chosen = Chosen(
        division=query.division,
        operator_no=query.operator_no,
        station_no=query.station_no,
        pile_kind=query.pile_kind,
    )
    return {
        "staff": call.actor,
        "chosen": chosen,
        "from_date": query.from_date,
        "to_date": query.to_date,
        "now": call.now,
    }


def _compared(call: Call[None, Any]) -> dict[str, Any]:
    return {**_asked(call), "compare": call.query.compare}


def _route(name: str, handle: Any, summary: str) -> Route:
    return Route(
        method="GET",
        path=f"/api/v1/admin/analysis/{name}",
        scope=Permission.ANALYSIS_READ,
        handle=handle,
        summary=summary,
        errors=(errors.UnfitInput, errors.OperatorNotFound, errors.StationNotFound),
        tag="admin_analysis",
    )


ROUTES: tuple[Route, ...] = (
    _route("trend", trend, "运营趋势"),
    _route("regions", regions, "热点区域"),
    _route("hours", hours, "热点时段"),
    _route("piles", piles, "充电桩排行"),
    _route("bands", bands, "尖峰平谷占比"),
    _route("failures", failures, "启动失败分析"),
    _route("drivers", drivers, "新老车主"),
    _route("ways", ways, "付款方式"),
)

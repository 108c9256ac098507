"""The questions of the analysis pages, for `list_cases`: each chart over a month, a year and three."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from backend.services.ground.roll_ups import PLATFORM_ZONE
from backend.services.views.analysis.cut import Chosen
from backend.services.views.analysis.get_bands import get_bands
from backend.services.views.analysis.get_drivers import DriverGrain, get_drivers
from backend.services.views.analysis.get_failures import get_failures
from backend.services.views.analysis.get_hours import get_hours
from backend.services.views.analysis.get_regions import get_regions
from backend.services.views.analysis.get_trend import TrendGrain, get_trend
from backend.services.views.analysis.get_ways import get_ways
from backend.services.views.analysis.rank_piles import RankBy, RankOrder, RankSort, rank_piles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from backend.domain.actor import Actor
    from scripts.benches.list_desk_cases import Question

MONTH, YEAR, LONGEST = 31, 365, 1_090


def questions_of_analysis(staff: Actor, now: datetime) -> Iterator[Question]:
    """Of everything that `staff` may see, and of one city."""
    for where, chosen in (("", Chosen()), (" of a city", Chosen(division="3205"))):
        for days in (MONTH, YEAR, LONGEST):
            asked = _asked(staff, chosen, days, now)
            of = f"{days} days{where}"
            yield "regions", of, partial(get_regions, **asked, compare=None)
            yield "hours", of, partial(get_hours, **asked)
            yield "bands", of, partial(get_bands, **asked, compare=None)
            yield "ways", of, partial(get_ways, **asked, compare=None)
            yield "failures", of, partial(get_failures, **asked, compare=None)
            yield "drivers", of, partial(get_drivers, **asked, compare=None, grain=DriverGrain.MONTH)
            yield "ranking", of, _ranking(asked, RankOrder.MOST)
            yield "trend", f"by day, {of}", partial(get_trend, **asked, compare=None, grain=TrendGrain.DAY)
    month = _asked(staff, Chosen(), MONTH, now)
    yield "trend", "by hour", partial(get_trend, **month, compare=None, grain=TrendGrain.HOUR)
    yield "ranking", "least", _ranking(month, RankOrder.LEAST)


def _asked(staff: Actor, chosen: Chosen, days: int, now: datetime) -> dict[str, Any]:
    to_date = now.astimezone(PLATFORM_ZONE).date()
    from_date = to_date - timedelta(days=days - 1)
    return {"staff": staff, "chosen": chosen, "from_date": from_date, "to_date": to_date, "now": now}


def _ranking(asked: dict[str, Any], order: RankOrder) -> Any:
    return partial(rank_piles, **asked, by=RankBy.PILE, order=order, sort=RankSort.ENERGY, limit=20)

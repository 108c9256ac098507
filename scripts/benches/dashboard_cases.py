"""Every chart of the analysis, by whom, over which days, narrowed to what; and the desk's first page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Final

from backend.domain.actor import Actor
from backend.domain.permission import ActorKind, Permission
from backend.domain.pile import PileKind
from backend.models import Operator, Station
from backend.services.views.analysis.cut import Chosen
from backend.services.views.analysis.get_bands import get_bands
from backend.services.views.analysis.get_drivers import DriverGrain, get_drivers
from backend.services.views.analysis.get_failures import get_failures
from backend.services.views.analysis.get_hours import get_hours
from backend.services.views.analysis.get_regions import get_regions
from backend.services.views.analysis.get_trend import TrendGrain, get_trend
from backend.services.views.analysis.get_ways import get_ways
from backend.services.views.analysis.ranges import Compare, DayRange
from backend.services.views.analysis.rank_piles import RankBy, RankOrder, RankSort, rank_piles
from backend.services.views.desk.get_dashboard import get_dashboard

SOME: Final = 5
RANKED: Final = 20
_REGION: Final = {0: 2, 2: 4, 4: 6}


@dataclass(frozen=True, slots=True)
class ChartCase:
    """A question; `where` and `region` are for the raw query, None where it has none that says the same."""

    chart: str
    question: str
    wanted: DayRange
    read: Callable[[], Any]
    where: Mapping[str, object] | None = None
    region: str = ""


@dataclass(frozen=True, slots=True)
class _Asker:
    name: str
    staff: Actor
    where: Mapping[str, object] = field(default_factory=dict)
    chosen: Chosen = Chosen()  # noqa: RUF009 - frozen


def make_chart_cases(last_day: date, now: datetime) -> list[ChartCase]:
    """All of them over what `seed_dashboard` has written."""
    ranges = _ranges(last_day)
    whole = ranges["3 years"]
    year = ranges["12 months"]
    cases: list[ChartCase] = []
    for asker in _askers():
        for name, wanted in ranges.items():
            cases += _charts(asker, name, wanted, now)
        cases.append(ChartCase("home", asker.name, whole, partial(get_dashboard, staff=asker.staff, now=now)))
    for asker in _choices():
        cases += _charts(asker, "12 months", year, now)
        cases += _charts(asker, "3 years", whole, now)
    return cases


def _ranges(last_day: date) -> dict[str, DayRange]:
    first = last_day.replace(day=1)
    return {
        "a day": DayRange(last_day, last_day),
        "30 days": DayRange(last_day - timedelta(days=29), last_day),
        "12 months": DayRange(first.replace(year=first.year - 1), first - timedelta(days=1)),
        "3 years": DayRange(last_day - timedelta(days=3 * 365 - 1), last_day),
    }


def _askers() -> Iterator[_Asker]:
    staff = partial(
        Actor, kind=ActorKind.STAFF, id=1, no="staff", permissions=frozenset(one.value for one in Permission)
    )
    platform, other = Operator.select().order_by(Operator.id).limit(2)
    own = (
        Station.select(Station.id).where(Station.operator_id == platform.id).order_by(Station.id).limit(SOME)
    )
    some = frozenset(row.id for row in own)
    yield _Asker("the platform", staff(operator_id=platform.id, is_platform=True))
    yield _Asker("an operator", staff(operator_id=other.id), {"o.operator_id": other.id})
    yield _Asker(
        "some stations",
        staff(operator_id=platform.id, station_ids=some),
        {"o.station_id": tuple(sorted(some)), "o.operator_id": platform.id},
    )


def _choices() -> Iterator[_Asker]:
    everybody = next(iter(_askers())).staff
    other = list(Operator.select().order_by(Operator.id).limit(2))[1]
    station = Station.select().order_by(Station.id).first()
    for name, where, chosen in (
        ("a province", {"t.division_code": "32%"}, Chosen(division="32")),
        ("a city", {"t.division_code": "3205%"}, Chosen(division="3205")),
        ("a district", {"t.division_code": "320508"}, Chosen(division="320508")),
        ("slow piles", {"p.kind": "ac"}, Chosen(pile_kind=PileKind.AC)),
        ("one operator", {"o.operator_id": other.id}, Chosen(operator_no=other.operator_no)),
        ("a station", {"o.station_id": station.id}, Chosen(station_no=station.station_no)),
    ):
        yield _Asker(f"the platform, {name}", everybody, where, chosen)


def _charts(asker: _Asker, name: str, wanted: DayRange, now: datetime) -> Iterator[ChartCase]:
    asked: dict[str, Any] = {
        "staff": asker.staff,
        "chosen": asker.chosen,
        "from_date": wanted.from_date,
        "to_date": wanted.to_date,
        "now": now,
    }
    compared = {**asked, "compare": None if name == "3 years" else Compare.LAST_YEAR}
    digits = _REGION.get(len(asker.chosen.division or ""), 0)
    region = f"LEFT(t.division_code, {digits})" if digits and not asker.chosen.station_no else "t.station_no"
    reads: dict[str, Callable[[], Any]] = {
        "trend": partial(get_trend, **compared, grain=TrendGrain.DAY),
        "regions": partial(get_regions, **compared),
        "hours": partial(get_hours, **asked),
        "piles": partial(
            rank_piles,
            **asked,
            by=RankBy.PILE,
            order=RankOrder.MOST,
            sort=RankSort.ENERGY,
            limit=RANKED,
        ),
        "bands": partial(get_bands, **compared),
        "failures": partial(get_failures, **compared),
        "drivers": partial(get_drivers, **compared, grain=DriverGrain.MONTH),
        "ways": partial(get_ways, **compared),
    }
    question = f"{name} for {asker.name}"
    for chart, read in reads.items():
        where = {
            column.replace("o.", "s.") if chart == "failures" else column: value
            for column, value in asker.where.items()
        }
        yield ChartCase(chart, question, wanted, read, where, region)
    if name == "30 days":
        by_hour = partial(get_trend, **compared, grain=TrendGrain.HOUR)
        yield ChartCase("trend", f"by the hour, {question}", wanted, by_hour)
    if name in {"12 months", "3 years"}:
        by_month = partial(get_trend, **compared, grain=TrendGrain.MONTH)
        yield ChartCase("trend", f"by the month, {question}", wanted, by_month)
        worst = partial(
            rank_piles,
            **asked,
            by=RankBy.CONNECTOR,
            order=RankOrder.LEAST,
            sort=RankSort.UTILISATION,
            limit=RANKED,
        )
        yield ChartCase("piles", f"least used guns, {question}", wanted, worst)

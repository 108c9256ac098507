"""Each chart of the analysis held to the rows of a world (tests/fact_world.py), for one question about it."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cached_property
from typing import Any, Final

import msgspec

from backend.domain.actor import Actor
from backend.models import (
    Order,
    Station,
)
from backend.services.views.analysis.cut import Chosen
from backend.services.views.analysis.fact_sums import Sums
from backend.services.views.analysis.get_bands import get_bands
from backend.services.views.analysis.get_drivers import DriverGrain, get_drivers
from backend.services.views.analysis.get_failures import get_failures
from backend.services.views.analysis.get_hours import get_hours
from backend.services.views.analysis.get_regions import get_regions
from backend.services.views.analysis.get_trend import TrendGrain, get_trend
from backend.services.views.analysis.get_ways import get_ways
from backend.services.views.analysis.ranges import Compare
from backend.services.views.analysis.rank_piles import RankBy, RankOrder, RankSort, rank_piles
from tests.fact_world import NOW, FactWorld, Raw, day_of, within


class Question:
    """A filter and a range, asked by somebody; `sees` are the stations that this is about."""

    def __init__(self, world: FactWorld, staff: Actor, chosen: Chosen, dates: tuple[date, date]) -> None:
        self.raw = Raw()
        self.stations = {station.id: station.station_no for station in Station.select()}
        self.staff, self.chosen, self.dates = staff, chosen, dates
        operators = {row.operator_no: row.id for row in (world.platform, world.other)}
        self.operator_id = None if staff.is_platform else staff.operator_id
        if chosen.operator_no is not None:
            self.operator_id = operators[chosen.operator_no]
        self.asked: dict[str, Any] = {
            "staff": staff,
            "chosen": chosen,
            "from_date": dates[0],
            "to_date": dates[1],
            "now": NOW,
        }

    def takes(self, row: Any) -> bool:
        """Whether an order or a session is what was asked for, but for its day."""
        chosen = self.chosen
        return (
            (self.operator_id is None or row.operator_id == self.operator_id)
            and (self.staff.station_ids is None or row.station_id in self.staff.station_ids)
            and (chosen.station_no is None or self.stations[row.station_id] == chosen.station_no)
            and (chosen.division is None or self.raw.divisions[row.station_id].startswith(chosen.division))
            and (chosen.pile_kind is None or self.raw.kind_of(row) is chosen.pile_kind)
        )

    @cached_property
    def orders(self) -> list[Order]:
        return self.orders_in(self.dates)

    def orders_in(self, dates: tuple[date, date]) -> list[Order]:
        """Those of other days that are what was asked for."""
        mine = [row for row in self.raw.orders if self.takes(row)]
        return within(mine, lambda row: row.ended_at, *dates)

    @cached_property
    def starts(self) -> list[Any]:
        mine = [row for row in self.raw.starts() if self.takes(row)]
        return within(mine, lambda row: row.created_at, *self.dates)


def _flat(sums: Sums) -> tuple[int, ...]:
    return msgspec.structs.astuple(sums)


def _summed(parts: Iterable[Sums]) -> tuple[int, ...]:
    return tuple(map(sum, zip((0,) * 7, *map(_flat, parts), strict=True)))


def check_trend(question: Question) -> None:
    expected = question.raw.sums(question.orders)
    for grain in (TrendGrain.DAY, TrendGrain.WEEK, TrendGrain.MONTH, TrendGrain.HOUR):
        told = get_trend(**question.asked, compare=Compare.PREVIOUS, grain=grain)
        assert _flat(told.total) == expected
        assert _summed(point.sums for point in told.points if point.sums) == expected
        assert told.available_s == sum(point.available_s for point in told.points)
        assert told.compared is not None
        before = question.orders_in((told.compared.from_date, told.compared.to_date))
        assert _flat(told.compared.total) == question.raw.sums(before)
    by_day = {
        point.start: point for point in get_trend(**question.asked, compare=None, grain=TrendGrain.DAY).points
    }
    assert len(by_day) == (question.dates[1] - question.dates[0]).days + 1
    for day, point in by_day.items():
        orders = [row for row in question.orders if day_of(row.ended_at) == day]
        assert point.sums is not None
        assert _flat(point.sums) == question.raw.sums(orders)


def check_regions(question: Question) -> None:
    told = get_regions(**question.asked, compare=Compare.LAST_YEAR)
    stations = {station_no: station_id for station_id, station_no in question.stations.items()}
    for row in told.rows:
        orders = [
            order
            for order in question.orders
            if (
                stations[row.station_no] == order.station_id
                if row.station_no
                else question.raw.divisions[order.station_id].startswith(row.division)
                and bool(row.division) == bool(question.raw.divisions[order.station_id])
            )
        ]
        assert _flat(row.sums) == question.raw.sums(orders)
    assert _summed(row.sums for row in told.rows) == question.raw.sums(question.orders)


def check_hours(question: Question) -> None:
    told = get_hours(**question.asked)
    expected = question.raw.sums(question.orders)
    assert _summed(cell.sums for cell in told.cells) == expected
    assert _summed(sums for one in told.profile for sums in (one.workday, one.day_off)) == expected
    assert sum(one.days for one in told.days) == told.workdays + told.days_off
    local = Counter(
        (at.isoweekday(), at.hour)
        for row in question.raw.charges(question.orders)
        for at in [row.ended_at + timedelta(hours=8)]
    )
    assert {(one.weekday, one.hour): one.sums.charges for one in told.cells if one.sums.charges} == local


def check_piles(question: Question) -> None:
    for by in RankBy:
        told = rank_piles(**question.asked, by=by, order=RankOrder.MOST, sort=RankSort.ENERGY, limit=100)
        assert told.count == len(told.rows)
        assert _summed(row.sums for row in told.rows) == question.raw.sums(question.orders)
        energy = [row.sums.energy_wh for row in told.rows]
        assert energy == sorted(energy, reverse=True)
        failed = [row for row in question.starts if row.failure_reason]
        assert sum(row.failed_starts for row in told.rows) == len(failed)
    least = rank_piles(**question.asked, by=RankBy.PILE, order=RankOrder.LEAST, sort=RankSort.MONEY, limit=1)
    money = min(
        row.sums.total_fen
        for row in rank_piles(
            **question.asked, by=RankBy.PILE, order=RankOrder.MOST, sort=RankSort.MONEY, limit=100
        ).rows
    )
    assert [row.sums.total_fen for row in least.rows] == [money]


def check_bands(question: Question) -> None:
    told = get_bands(**question.asked, compare=None)
    for row in told.rows:
        lines = [
            line
            for order in question.orders
            for line in question.raw.lines[order.id]
            if line.rate_band is row.rate_band
        ]
        own = Counter[str]()
        for line in lines:
            own[line.component.value] += line.fee_fen
        energy_wh = sum(line.energy_wh for line in lines if line.component.value == "electricity")
        sums = row.sums
        assert (sums.energy_wh, sums.electricity_fen, sums.service_fen) == (
            energy_wh,
            own["electricity"],
            own["service"],
        )


def check_ways(question: Question) -> None:
    told = get_ways(**question.asked, compare=None)
    money, charges = Counter[Any](), Counter[Any]()
    for order in question.orders:
        way = question.raw.way_of(order)
        money[way] += order.total_fen
        charges[way] += len(question.raw.charges([order]))
    assert {(row.way.value, row.channel): row.sums.total_fen for row in told.rows} == money
    assert {(row.way.value, row.channel): row.sums.charges for row in told.rows} == charges


def check_drivers(question: Question) -> None:
    charges = question.raw.charges(question.orders)
    firsts = sum(row.id in question.raw.firsts for row in charges)
    for grain in DriverGrain:
        told = get_drivers(**question.asked, compare=None, grain=grain)
        assert (told.total.first_charges, told.total.later_charges) == (firsts, len(charges) - firsts)
        assert sum(point.charges.first_charges for point in told.points) == firsts


def check_failures(question: Question) -> None:
    told = get_failures(**question.asked, compare=None)
    failed = [row for row in question.starts if row.failure_reason]
    assert (told.failed, told.started) == (len(failed), len(question.starts))
    assert {row.reason: row.count for row in told.reasons} == Counter(row.failure_reason for row in failed)
    assert sum(row.failed for row in told.stations) == sum(row.failed for row in told.piles) == len(failed)
    starts = [row for row in question.starts if row.station_id in {one.station_id for one in failed}]
    assert sum(row.started for row in told.stations) == len(starts)


CHECKS: Final = (
    check_trend,
    check_regions,
    check_hours,
    check_piles,
    check_bands,
    check_ways,
    check_drivers,
    check_failures,
)

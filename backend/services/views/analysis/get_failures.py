"""Why starts failed, and where: by reason, by station, by pile. A start is in the day when it was asked for."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from typing import Any, Final

import msgspec
from peewee import fn

from backend.domain.actor import Actor
from backend.domain.fact import FactFamily, spans_of
from backend.domain.session import FailureReason
from backend.models import Connector, ConnectorFact, Pile, Station
from backend.models.engine.database import reading
from backend.services.views.analysis.cut import Chosen, Cut, cut_of, of_stations
from backend.services.views.analysis.fact_sums import NOTHING, Counted, dates_of, read_facts, sum_all
from backend.services.views.analysis.freshness import Freshness, look_how_fresh
from backend.services.views.analysis.ranges import Compare, DayRange, check_range, compared_range

MOST_SHOWN: Final = 50


class ReasonRow(msgspec.Struct, frozen=True, kw_only=True):
    reason: FailureReason
    count: int
    compared: int | None


class FailingStation(msgspec.Struct, frozen=True, kw_only=True):
    """`started` are all starts that were asked for and had an end: those that failed among them."""

    station_no: str
    name: str
    failed: int
    started: int


class FailingPile(msgspec.Struct, frozen=True, kw_only=True):
    pile_no: str
    pile_name: str
    station_no: str
    station_name: str
    failed: int
    started: int


class StartCounts(msgspec.Struct, frozen=True, kw_only=True):
    failed: int
    started: int


class Failures(Freshness, frozen=True, kw_only=True):
    """Reasons by how often, stations and piles by how many failed, at most 50 of each."""

    failed: int
    started: int
    compared: StartCounts | None
    reasons: tuple[ReasonRow, ...]
    stations: tuple[FailingStation, ...]
    piles: tuple[FailingPile, ...]


@reading
def get_failures(
    *, staff: Actor, chosen: Chosen, from_date: date, to_date: date, compare: Compare | None, now: datetime
) -> Failures:
    """Starts that failed. Raises UnfitInput, OperatorNotFound, StationNotFound."""
    wanted = check_range(from_date, to_date)
    cut = cut_of(staff, chosen)
    other = compared_range(wanted, compare)
    counts = _counts(cut, wanted)
    fresh = look_how_fresh(now)
    return Failures(
        as_of=fresh.as_of,
        is_behind=fresh.is_behind,
        failed=counts.failed,
        started=counts.started,
        compared=None if other is None else _counts(cut, other),
        reasons=_reasons(cut, wanted, other),
        stations=_stations(cut, wanted),
        piles=_piles(cut, wanted),
    )


def _counts(cut: Cut, wanted: DayRange) -> StartCounts:
    sums = sum_all(read_facts(cut, FactFamily.DAY, wanted).values())
    return StartCounts(failed=sums.failed, started=sums.began + sums.failed)


def _reasons(cut: Cut, wanted: DayRange, other: DayRange | None) -> tuple[ReasonRow, ...]:
    main = read_facts(cut, FactFamily.FAILURE, wanted)
    compared = None if other is None else read_facts(cut, FactFamily.FAILURE, other)
    rows = [
        ReasonRow(
            reason=FailureReason(value),
            count=main.get((value,), NOTHING).failed,
            compared=None if compared is None else compared.get((value,), NOTHING).failed,
        )
        for (value,) in {*main, *(compared or {})}
    ]
    return tuple(
        sorted((row for row in rows if row.count or row.compared), key=lambda row: (-row.count, row.reason))
    )


def _stations(cut: Cut, wanted: DayRange) -> tuple[FailingStation, ...]:
    """Few days have a failure, so those are read of all stations, and starts of the worst alone."""
    names = {
        row.id: (row.station_no, row.name)
        for row in cut.stations().select(Station.id, Station.station_no, Station.name)
    }
    if not names:
        return ()
    failed: dict[int, int] = defaultdict(int)
    everywhere = of_stations(cut, names)
    for (station_id,), sums in read_facts(everywhere, FactFamily.FAILURE, wanted, by=("station_id",)).items():
        failed[station_id] += sums.failed
    worst = sorted((one for one in failed if failed[one]), key=lambda one: (-failed[one], one))[:MOST_SHOWN]
    if not worst:
        return ()
    days = read_facts(of_stations(cut, worst), FactFamily.DAY, wanted, by=("station_id",))
    return tuple(
        FailingStation(
            station_no=names[one][0],
            name=names[one][1],
            failed=failed[one],
            started=_started(days.get((one,), NOTHING)),
        )
        for one in worst
    )


def _started(sums: Counted) -> int:
    return sums.began + sums.failed


def _piles(cut: Cut, wanted: DayRange) -> tuple[FailingPile, ...]:
    counts: dict[int, list[int]] = {}
    pile_of: dict[int, int] = {}
    failing = _by_connector(cut, wanted, only=())
    rows: Any = Connector.select(Connector.id, Connector.pile_id).where(Connector.id.in_(list(failing)))
    if failing:
        pile_of = dict(rows.tuples())
    for connector_id, (failed, _) in failing.items():
        if connector_id in pile_of:
            counts.setdefault(pile_of[connector_id], [0])[0] += failed
    worst = sorted(counts, key=lambda one: (-counts[one][0], one))
    return _show_piles(cut, wanted, worst)


def _show_piles(cut: Cut, wanted: DayRange, worst: list[int]) -> tuple[FailingPile, ...]:
    if not worst:
        return ()
    query: Any = (
        Pile.select(Pile.id, Pile.pile_no, Pile.name, Station.station_no, Station.name)
        .join(Station, on=(Station.id == Pile.station_id))
        .where(Pile.id.in_(worst if cut.pile_kind else worst[:MOST_SHOWN]))
    )
    if cut.pile_kind is not None:
        query = query.where(Pile.kind == cut.pile_kind)
    named = {row[0]: tuple(row[1:]) for row in query.tuples()}
    shown = [one for one in worst if one in named][:MOST_SHOWN]
    guns: Any = Connector.select(Connector.id, Connector.pile_id).where(Connector.pile_id.in_(shown)).tuples()
    pile_of = dict(guns)
    totals: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for connector_id, (failed, began) in _by_connector(cut, wanted, only=list(pile_of)).items():
        totals[pile_of[connector_id]][0] += failed
        totals[pile_of[connector_id]][1] += failed + began
    return tuple(
        FailingPile(
            pile_no=named[one][0],
            pile_name=named[one][1],
            station_no=named[one][2],
            station_name=named[one][3],
            failed=totals[one][0],
            started=totals[one][1],
        )
        for one in shown
    )


def _by_connector(cut: Cut, wanted: DayRange, *, only: Collection[int]) -> dict[int, tuple[int, int]]:
    """Failed and begun starts of these connectors, or of all that had a failed one."""
    found: dict[int, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for span in spans_of(wanted.from_date, wanted.to_date):
        query: Any = ConnectorFact.select(
            ConnectorFact.connector_id, fn.SUM(ConnectorFact.failed), fn.SUM(ConnectorFact.began)
        ).where(
            (ConnectorFact.grain == span.grain)
            & dates_of(span, are_few=bool(only))
            & (ConnectorFact.connector_id.in_(only) if only else ConnectorFact.failed > 0)
        )
        if cut.station_ids is not None:
            query = query.where(ConnectorFact.station_id.in_(cut.station_ids))
        elif cut.division:
            query = query.where(ConnectorFact.station_id.in_([row.id for row in cut.stations()]))
        if cut.operator_id:
            query = query.where(ConnectorFact.operator_id == cut.operator_id)
        for connector_id, failed, began in query.group_by(ConnectorFact.connector_id).tuples():
            before = found[connector_id]
            found[connector_id] = (before[0] + int(failed), before[1] + int(began))
    return found

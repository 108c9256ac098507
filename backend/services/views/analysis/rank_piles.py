"""The best and the worst piles or guns of a range by what they brought; without any charge they are the least.

First what is ranked by, of all of them; then what is shown, of those on the list.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Any, NamedTuple

import msgspec
from peewee import fn

from backend.domain.actor import Actor
from backend.domain.fact import SUMS, spans_of
from backend.domain.pile import PileKind
from backend.models import Connector, ConnectorFact, Pile, Station
from backend.models.engine.database import reading
from backend.services.ground.roll_ups import PLATFORM_ZONE
from backend.services.views.analysis.cut import Chosen, Cut, cut_of
from backend.services.views.analysis.fact_sums import NOTHING, Counted, Sums, add, dates_of
from backend.services.views.analysis.freshness import Freshness, look_how_fresh
from backend.services.views.analysis.guns import Guns, seconds_in
from backend.services.views.analysis.ranges import DayRange, check_range


class RankBy(StrEnum):
    PILE = "pile"
    CONNECTOR = "connector"


class RankOrder(StrEnum):
    MOST = "most"
    LEAST = "least"


class RankSort(StrEnum):
    ENERGY = "energy"
    MONEY = "money"
    CHARGES = "charges"
    UTILISATION = "utilisation"
    FAILURES = "failures"


class PileRank(msgspec.Struct, frozen=True, kw_only=True):
    pile_no: str
    pile_name: str
    connector_no: str | None
    station_no: str
    station_name: str
    pile_kind: PileKind
    sums: Sums
    available_s: int
    failed_starts: int


class PileRanking(Freshness, frozen=True, kw_only=True):
    """`count` is how many there are to rank."""

    rows: tuple[PileRank, ...]
    count: int


class _Gun(NamedTuple):
    connector_id: int
    pile_id: int
    added_at: datetime
    retired_at: datetime | None


_RANKED_BY = {
    RankSort.ENERGY: "energy_wh",
    RankSort.MONEY: "total_fen",
    RankSort.CHARGES: "orders",
    RankSort.UTILISATION: "duration_s",
    RankSort.FAILURES: "failed",
}


@reading
def rank_piles(
    *,
    staff: Actor,
    chosen: Chosen,
    from_date: date,
    to_date: date,
    by: RankBy,
    order: RankOrder,
    sort: RankSort,
    limit: int,
    now: datetime,
) -> PileRanking:
    """The first `limit` of them. Raises UnfitInput, OperatorNotFound, StationNotFound."""
    wanted = check_range(from_date, to_date)
    cut = cut_of(staff, chosen)
    guns = _guns_by_object(_list_guns(cut), by)
    amounts = _amounts(cut, wanted, _RANKED_BY[sort])
    ranked = {
        key: _amount(own, amounts, sort, wanted, now) for key, own in guns.items() if _was_there(own, wanted)
    }
    sign = -1 if order is RankOrder.MOST else 1
    keys = sorted(ranked, key=lambda key: (sign * ranked[key], key))[:limit]
    fresh = look_how_fresh(now)
    return PileRanking(
        as_of=fresh.as_of,
        is_behind=fresh.is_behind,
        rows=tuple(_show(cut, wanted, {key: guns[key] for key in keys}, by, now)),
        count=len(ranked),
    )


def _list_guns(cut: Cut) -> list[_Gun]:
    query: Any = Connector.select(
        Connector.id, Connector.pile_id, Connector.created_at, Pile.retired_at
    ).join(Pile, on=(Pile.id == Connector.pile_id))
    # one that was retired before the time was kept was there at no time that is known
    query = query.where((Pile.is_retired == False) | Pile.retired_at.is_null(is_null=False))  # noqa: E712 - SQL
    if cut.is_narrowed:
        query = query.where(Connector.station_id.in_([row.id for row in cut.stations()]))
    if cut.pile_kind is not None:
        query = query.where(Pile.kind == cut.pile_kind)
    return [_Gun(*row) for row in query.tuples()]


def _guns_by_object(guns: Iterable[_Gun], by: RankBy) -> dict[int, list[_Gun]]:
    found: dict[int, list[_Gun]] = defaultdict(list)
    for gun in guns:
        found[gun.pile_id if by is RankBy.PILE else gun.connector_id].append(gun)
    return found


def _amounts(cut: Cut, wanted: DayRange, column: str) -> dict[int, int]:
    found: dict[int, int] = defaultdict(int)
    for row in _facts(cut, wanted, (column,)):
        found[row[0]] += int(row[1])
    return found


def _facts(
    cut: Cut, wanted: DayRange, names: Collection[str], *, only: Collection[int] = ()
) -> Iterable[Any]:
    """Sums by connector: of all, or of these alone, whose rows the key then finds one by one."""
    for span in spans_of(wanted.from_date, wanted.to_date):
        query: Any = ConnectorFact.select(
            ConnectorFact.connector_id, *(fn.SUM(getattr(ConnectorFact, name)) for name in names)
        ).where((ConnectorFact.grain == span.grain) & dates_of(span, are_few=bool(only)))
        if cut.station_ids is not None:
            query = query.where(ConnectorFact.station_id.in_(cut.station_ids))
        if cut.operator_id:
            query = query.where(ConnectorFact.operator_id == cut.operator_id)
        if only:
            query = query.where(ConnectorFact.connector_id.in_(only))
        yield from query.group_by(ConnectorFact.connector_id).tuples()


def _amount(
    own: list[_Gun], amounts: dict[int, int], sort: RankSort, wanted: DayRange, now: datetime
) -> float:
    amount = sum(amounts.get(gun.connector_id, 0) for gun in own)
    if sort is not RankSort.UTILISATION:
        return amount
    available_s = seconds_in(map(_as_guns, own), wanted, now)
    return amount / available_s if available_s else 0.0


def _was_there(own: list[_Gun], wanted: DayRange) -> bool:
    return any(gun.retired_at is None or _local(gun.retired_at) >= wanted.from_date for gun in own)


def _show(
    cut: Cut, wanted: DayRange, shown: dict[int, list[_Gun]], by: RankBy, now: datetime
) -> Iterable[PileRank]:
    ids = [gun.connector_id for own in shown.values() for gun in own]
    sums: dict[int, Counted] = defaultdict(lambda: NOTHING)
    if ids:
        for row in _facts(cut, wanted, SUMS, only=ids):
            sums[row[0]] = add(sums[row[0]], Counted(*map(int, row[1:])))
    named = _names(ids)
    for own in shown.values():
        connector_no, pile_no, pile_name, kind, station_no, station_name = named[own[0].connector_id]
        counted = NOTHING
        for gun in own:
            counted = add(counted, sums[gun.connector_id])
        yield PileRank(
            pile_no=pile_no,
            pile_name=pile_name,
            connector_no=connector_no if by is RankBy.CONNECTOR else None,
            station_no=station_no,
            station_name=station_name,
            pile_kind=kind,
            sums=Sums.of(counted),
            available_s=seconds_in(map(_as_guns, own), wanted, now),
            failed_starts=counted.failed,
        )


def _names(ids: Collection[int]) -> dict[int, tuple[Any, ...]]:
    rows: Any = (
        Connector.select(
            Connector.id,
            Connector.connector_no,
            Pile.pile_no,
            Pile.name,
            Pile.kind,
            Station.station_no,
            Station.name,
        )
        .join(Pile, on=(Pile.id == Connector.pile_id))
        .join(Station, on=(Station.id == Connector.station_id))
        .where(Connector.id.in_(ids))
        .tuples()
    )
    return {row[0]: tuple(row[1:]) for row in rows}


def _as_guns(gun: _Gun) -> Guns:
    retired_on = None if gun.retired_at is None else _local(gun.retired_at)
    return Guns((), _local(gun.added_at), retired_on, 1)


def _local(at: datetime) -> date:
    return at.astimezone(PLATFORM_ZONE).date()

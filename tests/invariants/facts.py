"""Invariants of facts: I58 they are what the orders say, I59 months are their days, I60 areas are their stations.

I58 holds once neither an event nor a part of the past waits to be counted; the others at any instant, for a difference is added to all in one commit.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from backend.domain.fact import ALL_OPERATORS, SUMS, FactFamily, FactGrain, areas_of, first_of_month
from backend.domain.order import OrderKind, OrderState
from backend.domain.session import SessionState
from backend.models import AreaFact, ConnectorFact, FactPlace, Order, Station, StationFact
from backend.models.engine.database import Row
from backend.services.views.analysis.freshness import find_waiting_since
from tests.invariants.rows import Rows

_OF_STATION: Final = ("station_id", "family", "value", "operator_id", "pile_kind")
_OF_CONNECTOR: Final = ("connector_id", "station_id", "operator_id")
_OF_AREA: Final = ("area_code", "operator_id", "family", "value", "pile_kind")
_OF_ORDER: Final = ("energy_wh", "electricity_fen", "service_fen", "idle_fen", "total_fen")


class _Day(NamedTuple):
    """What is compared with orders: the family without a value."""

    station_id: int
    local_date: Any
    operator_id: int


def facts_are_the_orders(rows: Rows) -> Iterator[str]:
    """I58: once the past and every event are counted, a station's day is the sum of its orders, and of its starts that failed."""
    places = FactPlace.select().where(FactPlace.is_whole).count()
    if not places or places < Station.select().count() or find_waiting_since() is not None:
        return
    zones = {row.id: ZoneInfo(row.time_zone) for row in Station.select()}
    counted: defaultdict[object, Counter[str]] = defaultdict(Counter)
    for order in (*rows.orders, *rows.idle_orders):
        if order.state is not OrderState.OPEN and not order.is_test:
            day = order.ended_at.astimezone(zones[order.station_id]).date()
            counted[_Day(order.station_id, day, order.operator_id)].update(_sums_of(order))
    for session in rows.sessions:
        if session.state is SessionState.FAILED and not session.is_test:
            day = session.created_at.astimezone(zones[session.station_id]).date()
            counted[_Day(session.station_id, day, session.operator_id)].update({"failed": 1})
    kept: defaultdict[object, Counter[str]] = defaultdict(Counter)
    for row in StationFact.select().where(
        (StationFact.family == FactFamily.DAY) & (StationFact.grain == FactGrain.DAY)
    ):
        own = {name: getattr(row, name) for name in ("orders", *_OF_ORDER, "failed")}
        kept[_Day(row.station_id, row.local_date, row.operator_id)].update(own)
    yield from _differences("fact of a station's day", counted, kept)


def months_are_their_days(_: Rows) -> Iterator[str]:
    """I59: each month's sum is that of its days."""
    tables: tuple[tuple[type[Row], tuple[str, ...]], ...] = (
        (StationFact, _OF_STATION),
        (ConnectorFact, _OF_CONNECTOR),
        (AreaFact, _OF_AREA),
    )
    for table, names in tables:
        by_grain: dict[str, defaultdict[object, Counter[str]]] = {
            grain: defaultdict(Counter) for grain in FactGrain
        }
        rows: Any = table.select().dicts()
        for row in rows:
            key = (*(row[name] for name in names), first_of_month(row["local_date"]))
            by_grain[row["grain"]][key].update({name: row[name] for name in SUMS})
        yield from _differences(
            f"{table.__name__} of a month", by_grain[FactGrain.DAY], by_grain[FactGrain.MONTH]
        )


def areas_are_their_stations(_: Rows) -> Iterator[str]:
    """I60: each area's day is the sum of its stations', of every operator and of all."""
    places = {row.station_id: row.division_code for row in FactPlace.select()}
    counted: defaultdict[object, Counter[str]] = defaultdict(Counter)
    for row in StationFact.select().where(StationFact.grain == FactGrain.DAY):
        for area in areas_of(places[row.station_id]):
            for operator_id in (row.operator_id, ALL_OPERATORS):
                key = (area, operator_id, row.family, row.value, row.pile_kind, row.local_date)
                counted[key].update({name: getattr(row, name) for name in SUMS})
    kept: defaultdict[object, Counter[str]] = defaultdict(Counter)
    for one in AreaFact.select().where(AreaFact.grain == FactGrain.DAY):
        key = (one.area_code, one.operator_id, one.family, one.value, one.pile_kind, one.local_date)
        kept[key].update({name: getattr(one, name) for name in SUMS})
    yield from _differences("area's day", counted, kept)


def _sums_of(order: Order) -> dict[str, int]:
    return {
        "orders": int(order.kind is OrderKind.CHARGING),
        **{name: getattr(order, name) for name in _OF_ORDER},
    }


def _differences(
    what: str, counted: Mapping[object, Counter[str]], kept: Mapping[object, Counter[str]]
) -> Iterator[str]:
    for key in {*counted, *kept}:
        wanted, found = +counted.get(key, Counter()), +kept.get(key, Counter())
        if wanted != found:
            yield f"{what} {key} is {dict(found)} and should be {dict(wanted)}"

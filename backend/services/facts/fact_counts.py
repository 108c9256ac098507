"""What the orders and starts of a station's local days come to: the sums that facts are kept to be equal to.

Orders in the day of their end, without those that are open or a test; starts in the day when they were asked for. An
order is a driver's first at its operator when none of theirs there was written before it: what a correction moves
changes nothing about that.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from peewee import JOIN, SQL, fn

from backend.domain.fact import SUMS, FactFamily, PayWay, hour_value, way_value
from backend.domain.fees import FeeComponent
from backend.domain.order import OrderKind, OrderState
from backend.domain.payment import Channel
from backend.domain.pile import PileKind
from backend.domain.session import FailureReason, PayerKind, SessionState
from backend.models import Connector, FeeLine, Order, Payment, Pile, Session
from backend.models.engine.database import is_sqlite

_PLACE: Final = {name: index for index, name in enumerate(SUMS)}
_BEGAN: Final = (
    SessionState.CHARGING,
    SessionState.STOPPING,
    SessionState.ENDED,
    SessionState.SETTLED,
    SessionState.REVIEW,
)
_DAY: Final = timedelta(days=1)


class StationKey(NamedTuple):
    """Of a day's row in `station_fact`."""

    family: FactFamily
    local_date: date
    value: str
    operator_id: int
    pile_kind: PileKind


class ConnectorKey(NamedTuple):
    """Of a day's row in `connector_fact`."""

    local_date: date
    connector_id: int
    operator_id: int


def _zeros() -> list[int]:
    return [0] * len(SUMS)


@dataclass(frozen=True, slots=True)
class DayCounts:
    """Sums in the order of `SUMS`; what is missing is nothing."""

    stations: dict[StationKey, list[int]] = field(default_factory=lambda: defaultdict(_zeros))
    connectors: dict[ConnectorKey, list[int]] = field(default_factory=lambda: defaultdict(_zeros))


class _Charge(NamedTuple):
    """An order with what it hangs on, as it is read."""

    connector_id: int
    operator_id: int
    pile_kind: PileKind
    kind: OrderKind
    driver_id: int | None
    payer_kind: PayerKind | None
    channel: Channel | None
    started_at: datetime
    ended_at: datetime
    energy_wh: int
    electricity_fen: int
    service_fen: int
    idle_fen: int
    total_fen: int
    debt_fen: int
    came_before: int


def count_days(*, station_id: int, zone: ZoneInfo, from_date: date, to_date: date) -> DayCounts:
    """The sums of these local days, both included."""
    counts = DayCounts()
    from_at, to_at = begin_of(from_date, zone), begin_of(to_date + _DAY, zone)
    for charge in _read_charges(station_id, from_at, to_at):
        _count_charge(counts, charge, charge.ended_at.astimezone(zone))
    for row in _read_starts(station_id, from_at, to_at):
        _count_start(counts, row, row[0].astimezone(zone).date())
    _count_bands(counts, station_id, zone, from_date, to_date)
    return counts


def begin_of(day: date, zone: ZoneInfo) -> datetime:
    """Local midnight, in UTC."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _read_charges(station_id: int, from_at: datetime, to_at: datetime) -> Iterator[_Charge]:
    earlier: Any = Order.alias()
    came_before = earlier.select(SQL("1")).where(
        (earlier.driver_id == Order.driver_id)
        & (earlier.id < Order.id)
        & (earlier.operator_id == Order.operator_id)
        & (earlier.kind == OrderKind.CHARGING)
        & earlier.is_test.is_null()
    )
    rows: Any = (
        Order.select(
            Order.connector_id,
            Order.operator_id,
            Pile.kind,
            Order.kind,
            Order.driver_id,
            Session.payer_kind,
            Payment.channel,
            Order.started_at,
            Order.ended_at,
            Order.energy_wh,
            Order.electricity_fen,
            Order.service_fen,
            Order.idle_fen,
            Order.total_fen,
            Order.debt_fen,
            fn.EXISTS(came_before),
        )
        .join(Connector, on=(Connector.id == Order.connector_id))
        .join(Pile, on=(Pile.id == Connector.pile_id))
        .join_from(Order, Session, JOIN.LEFT_OUTER, on=(Session.id == Order.session_id))
        .join_from(Session, Payment, JOIN.LEFT_OUTER, on=(Payment.id == Session.payment_id))
        .where(_is_counted(station_id, from_at, to_at))
        .tuples()
    )
    for row in rows.iterator():
        yield _Charge(*row)


def _is_counted(station_id: int, from_at: datetime, to_at: datetime) -> Any:
    return (
        (Order.station_id == station_id)
        & (Order.ended_at >= from_at)
        & (Order.ended_at < to_at)
        & (Order.state != OrderState.OPEN)
        & Order.is_test.is_null()
    )


def _count_charge(counts: DayCounts, charge: _Charge, local: datetime) -> None:
    day = local.date()
    is_charge = charge.kind is OrderKind.CHARGING
    is_first = is_charge and charge.driver_id is not None and not charge.came_before
    duration_s = int((charge.ended_at - charge.started_at).total_seconds()) if is_charge else 0
    sums = (
        int(is_charge),
        charge.energy_wh,
        charge.electricity_fen,
        charge.service_fen,
        charge.idle_fen,
        charge.total_fen,
        duration_s,
        int(is_first),
    )
    for family, value in (
        (FactFamily.DAY, ""),
        (FactFamily.HOUR, hour_value(day, local.hour)),
        (FactFamily.WAY, _way_of(charge)),
    ):
        key = StationKey(family, day, value, charge.operator_id, charge.pile_kind)
        _add(counts.stations[key], sums)
    _add(counts.connectors[ConnectorKey(day, charge.connector_id, charge.operator_id)], sums)


def _way_of(charge: _Charge) -> str:
    if charge.payer_kind is PayerKind.PARTNER:
        return way_value(PayWay.PARTNER, None)
    if charge.channel is not None and charge.kind is OrderKind.CHARGING:
        return way_value(PayWay.PREPAID, charge.channel)
    if charge.driver_id is None:
        return way_value(PayWay.NOBODY, None)
    return way_value(PayWay.DEBT if charge.debt_fen > 0 else PayWay.WALLET, None)


def _add(sums: list[int], more: tuple[int, ...]) -> None:
    for index, amount in enumerate(more):
        sums[index] += amount


def _read_starts(station_id: int, from_at: datetime, to_at: datetime) -> Iterator[tuple[Any, ...]]:
    has_begun = Session.state.in_(_BEGAN) & Session.started_at.is_null(is_null=False)
    rows: Any = (
        Session.select(
            Session.created_at,
            Session.operator_id,
            Session.connector_id,
            Pile.kind,
            Session.state,
            Session.failure_reason,
        )
        .join(Pile, on=(Pile.id == Session.pile_id))
        .where(
            (Session.station_id == station_id)
            & (Session.created_at >= from_at)
            & (Session.created_at < to_at)
            & ((Session.state == SessionState.FAILED) | has_begun)
            & Session.is_test.is_null()
        )
        .tuples()
    )
    yield from rows.iterator()


def _count_start(counts: DayCounts, row: tuple[Any, ...], day: date) -> None:
    _, operator_id, connector_id, pile_kind, state, reason = row
    column = _PLACE["failed" if state is SessionState.FAILED else "began"]
    counts.stations[StationKey(FactFamily.DAY, day, "", operator_id, pile_kind)][column] += 1
    counts.connectors[ConnectorKey(day, connector_id, operator_id)][column] += 1
    if state is SessionState.FAILED:
        value = (reason or FailureReason.UNKNOWN).value
        counts.stations[StationKey(FactFamily.FAILURE, day, value, operator_id, pile_kind)][column] += 1


def _count_bands(counts: DayCounts, station_id: int, zone: ZoneInfo, from_date: date, to_date: date) -> None:
    """Added up by the database, for an order has many lines; day by day where the clock is changed among them."""
    edges = [begin_of(from_date + i * _DAY, zone) for i in range((to_date - from_date).days + 2)]
    offsets = {edge.astimezone(zone).utcoffset() for edge in edges}
    if len(offsets) == 1:
        shift_s = int((offsets.pop() or timedelta()).total_seconds())
        _read_bands(counts, station_id, (edges[0], edges[-1]), _shifted_day(shift_s), date.fromisoformat)
        return
    for i, (from_at, to_at) in enumerate(pairwise(edges)):
        day = from_date + i * _DAY
        _read_bands(counts, station_id, (from_at, to_at), SQL("''"), lambda _, day=day: day)  # type: ignore[misc]


def _shifted_day(shift_s: int) -> Any:
    if is_sqlite():
        return fn.SUBSTR(fn.DATETIME(Order.ended_at, f"{shift_s:+d} seconds"), 1, 10)
    return fn.LEFT(fn.DATE_ADD(Order.ended_at, SQL(f"INTERVAL {shift_s} SECOND")), 10)


def _read_bands(
    counts: DayCounts,
    station_id: int,
    between: tuple[datetime, datetime],
    day: Any,
    day_of: Callable[[str], date],
) -> None:
    keys = (day, FeeLine.rate_band, FeeLine.component, Order.operator_id, Pile.kind)
    rows: Any = (
        Order.select(*keys, fn.SUM(FeeLine.energy_wh), fn.SUM(FeeLine.fee_fen))
        .join(FeeLine, on=(FeeLine.order_id == Order.id))
        .join_from(Order, Connector, on=(Connector.id == Order.connector_id))
        .join(Pile, on=(Pile.id == Connector.pile_id))
        .where(_is_counted(station_id, *between))
        .group_by(*keys)
        .tuples()
    )
    for text, band, component, operator_id, pile_kind, energy_wh, fee_fen in rows:
        key = StationKey(FactFamily.BAND, day_of(text), band, operator_id, pile_kind)
        sums = counts.stations[key]
        if component is FeeComponent.ELECTRICITY:
            # each component has a line of the same energy
            sums[_PLACE["energy_wh"]] += int(energy_wh)
            sums[_PLACE["electricity_fen"]] += int(fee_fen)
        else:
            sums[_PLACE["service_fen"]] += int(fee_fen)
        sums[_PLACE["total_fen"]] += int(fee_fen)

"""What all movements come to that a filter finds, by kind: whole or not at all, never of a part.

Charges by day, hour and station come from the roll-ups; the rest is added up from its rows as far as `MOST_ADDED` of
each table. Tests by staff cost nothing and are in no sum.
"""

from typing import Any, Final

import msgspec
from peewee import SQL, ModelSelect, fn

from backend.domain.actor import Actor
from backend.domain.movement import MovementKind
from backend.domain.order import OrderKind
from backend.domain.payment import PaymentPurpose
from backend.domain.refund import PartState
from backend.models import Order, Payment, Refund, RefundPart, StationHour, StationTotal
from backend.models.engine.database import reading
from backend.services.access.scope import scoped
from backend.services.access.visible_stations import find_station_id
from backend.services.views.desk.merged_page import Walk
from backend.services.views.desk.movement_walks import ORDERS, PAYMENTS, MovementFilter, walks_of

MOST_ADDED: Final = 100_000
_OF_ORDERS: Final = {OrderKind.CHARGING: MovementKind.CHARGE, OrderKind.IDLE: MovementKind.IDLE}
_OF_PAYMENTS: Final = {
    PaymentPurpose.TOP_UP: MovementKind.TOP_UP,
    PaymentPurpose.PREPAY: MovementKind.PREPAY,
}


class MovementSum(msgspec.Struct, frozen=True, kw_only=True):
    """`paid_out_fen` is what of refunds has gone back by now; for other kinds 0."""

    kind: MovementKind
    count: int
    energy_wh: int
    amount_fen: int
    paid_out_fen: int = 0


class MovementSums(msgspec.Struct, frozen=True, kw_only=True):
    """Of each kind that there is, in the order of the kinds; None where a table has more than `most` rows to add up."""

    kinds: tuple[MovementSum, ...] | None
    most: int


@reading
def sum_movements_for_staff(*, staff: Actor, wanted: MovementFilter) -> MovementSums:
    """Raises UnfitInput as the list does."""
    found: list[MovementSum] = []
    for walk in walks_of(staff, wanted):
        sums = _of_walk(walk, staff, wanted)
        if sums is None:
            return MovementSums(kinds=None, most=MOST_ADDED)
        found.extend(one for one in sums if one.count)
    order = list(MovementKind)
    return MovementSums(kinds=tuple(sorted(found, key=lambda one: order.index(one.kind))), most=MOST_ADDED)


def _of_walk(walk: Walk, staff: Actor, wanted: MovementFilter) -> list[MovementSum] | None:
    query = walk.listing.wanted
    if walk.letter == PAYMENTS:
        rows = _add(query, Payment.purpose, None, Payment.amount_fen)
        return None if rows is None else [_sum(_OF_PAYMENTS[PaymentPurpose(key)], row) for key, row in rows]
    if walk.letter != ORDERS:
        rows = _add(query, SQL("''"), None, Refund.amount_fen)
        if rows is None:
            return None
        paid_out = _paid_out(query) if rows else 0
        return [_sum(MovementKind.REFUND, row, paid_out_fen=paid_out) for _, row in rows]
    query = query.where(Order.is_test.is_null())
    if not _is_rolled_up(wanted):
        rows = _add(query, Order.kind, Order.energy_wh, Order.total_fen)
        return None if rows is None else [_sum(_OF_ORDERS[OrderKind(key)], row) for key, row in rows]
    found: list[MovementSum | None] = []
    if wanted.kind is not MovementKind.IDLE:
        found.append(_of_roll_ups(staff, wanted))
    if wanted.kind is not MovementKind.CHARGE:
        idle = _add(query.where(Order.kind == OrderKind.IDLE), Order.kind, None, Order.total_fen)
        found.extend([None] if idle is None else [_sum(MovementKind.IDLE, row) for _, row in idle])
    known = [one for one in found if one is not None]
    return known if len(known) == len(found) else None


def _is_rolled_up(wanted: MovementFilter) -> bool:
    """Whether the roll-ups know all that is asked: they are kept by station, local day and hour."""
    others = (wanted.pile_no, wanted.driver_no, wanted.state, wanted.least_fen, wanted.most_fen)
    return all(one is None for one in others)


def _of_roll_ups(staff: Actor, wanted: MovementFilter) -> MovementSum | None:
    """Of all time from one row a station, else from one a station and hour; None where these are too many."""
    of_all_time = (wanted.from_date, wanted.to_date, wanted.weekday, wanted.hour) == (None,) * 4
    table: Any = StationTotal if of_all_time else StationHour
    rows: ModelSelect[Any] = scoped(
        table.select(), staff, operator=table.operator_id, station=table.station_id
    )
    if wanted.station_no is not None:
        rows = rows.where(table.station_id == find_station_id(staff, wanted.station_no))
    sums: list[Any] = [table.orders, table.energy_wh, table.total_fen]
    if of_all_time:
        found: list[Any] = list(rows.select(*sums).tuples())
    else:
        hours = _in_time(rows, wanted).select(StationHour.local_date, *sums).limit(MOST_ADDED + 1).tuples()
        days = list(hours)
        if len(days) > MOST_ADDED:
            return None
        found = [row for day, *row in days if wanted.weekday in {None, day.isoweekday()}]
    count, energy_wh, amount_fen = (sum(column) for column in zip((0, 0, 0), *found, strict=True))
    return MovementSum(kind=MovementKind.CHARGE, count=count, energy_wh=energy_wh, amount_fen=amount_fen)


def _in_time(hours: "ModelSelect[Any]", wanted: MovementFilter) -> "ModelSelect[Any]":
    if wanted.from_date is not None:
        hours = hours.where(StationHour.local_date >= wanted.from_date)
    if wanted.to_date is not None:
        hours = hours.where(StationHour.local_date <= wanted.to_date)
    return hours if wanted.hour is None else hours.where(StationHour.local_hour == wanted.hour)


def _add(
    query: "ModelSelect[Any]", key: Any, energy: Any, amount: Any
) -> list[tuple[Any, tuple[int, int, int]]] | None:
    """Count, energy and amount of the rows by `key`; None where there are more than may be added up."""
    rows = query.select(
        key.alias("kept_by"),
        (energy if energy is not None else SQL("0")).alias("energy"),
        amount.alias("amount"),
    ).limit(MOST_ADDED + 1)
    table = rows.alias("rows_found")
    summed: Any = (
        table.select_from(table.c.kept_by, fn.COUNT(SQL("1")), fn.SUM(table.c.energy), fn.SUM(table.c.amount))
        .group_by(table.c.kept_by)
        .tuples()
    )
    found = [(kept_by, (int(count), int(wh), int(fen))) for kept_by, count, wh, fen in summed]
    return None if sum(row[0] for _, row in found) > MOST_ADDED else found


def _paid_out(query: "ModelSelect[Any]") -> int:
    ids = query.select(Refund.id)
    parts = RefundPart.select(fn.COALESCE(fn.SUM(RefundPart.amount_fen), 0)).where(
        RefundPart.refund_id.in_(ids) & (RefundPart.state == PartState.SUCCEEDED)
    )
    return int(parts.scalar())


def _sum(kind: MovementKind, row: tuple[int, int, int], *, paid_out_fen: int = 0) -> MovementSum:
    count, energy_wh, amount_fen = row
    return MovementSum(
        kind=kind, count=count, energy_wh=energy_wh, amount_fen=amount_fen, paid_out_fen=paid_out_fen
    )

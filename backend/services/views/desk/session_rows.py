"""Sessions as rows of the operators' lists: where, who, how far, and what may be done."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from peewee import JOIN, ModelSelect

from backend.domain.actor import Actor
from backend.domain.decision import DECIDABLE
from backend.domain.order import OrderKind
from backend.domain.permission import Permission
from backend.domain.policy import DEFAULTS
from backend.domain.session import LIVE_STATES, FailureReason, SessionState, StopReason, charges_on
from backend.domain.station import METER_INTERVAL_S, is_stale
from backend.domain.units import WH_E5_PER_FEN, round_half_up
from backend.models import Connector, Driver, Order, Pile, Session, SessionProgress, Station
from backend.services.access.scope import scoped


class StaffSessionRow(msgspec.Struct, frozen=True, kw_only=True):
    """Energy and money run while it charges and are the order's once it is settled.

    `is_test`: staff tried the pile, and nobody pays. `meter_at` and what follows are of the last reading, None before the first; `driver_no` is None where a
    partner pays or nobody is known.
    """

    session_no: str
    state: SessionState
    allowed_actions: tuple[str, ...]
    station_no: str
    station_name: str
    pile_no: str
    pile_name: str
    connector_no: str
    driver_no: str | None
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    energy_wh: int
    total_fen: int
    hold_fen: int
    meter_at: datetime | None
    is_stale: bool
    power_w: int | None
    soc_percent: int | None
    remaining_s: int | None
    stop_reason: StopReason | None
    failure_reason: FailureReason | None
    review_reason: str
    order_no: str | None
    is_test: bool


def select_session_rows(staff: Actor) -> "ModelSelect[Any]":
    """The sessions `staff` may see, with the names their view needs; run it with `.objects()`."""
    query = (
        Session.select(
            Session,
            Station.station_no,
            Station.name.alias("station_name"),
            Pile.pile_no,
            Pile.name.alias("pile_name"),
            Connector.connector_no,
            Driver.driver_no,
        )
        # every session has these; an outer join keeps the database from starting at the few stations
        .join(Station, JOIN.LEFT_OUTER, on=(Station.id == Session.station_id))
        .join_from(Session, Pile, JOIN.LEFT_OUTER, on=(Pile.id == Session.pile_id))
        .join_from(Session, Connector, JOIN.LEFT_OUTER, on=(Connector.id == Session.connector_id))
        .join_from(Session, Driver, JOIN.LEFT_OUTER, on=(Driver.id == Session.driver_id))
    )
    return scoped(query, staff, operator=Session.operator_id, station=Session.station_id)


def view_session_rows(rows: Sequence[Any], *, staff: Actor, now: datetime) -> tuple[StaffSessionRow, ...]:
    """The views of rows of `select_session_rows`, with their progress and orders in two queries."""
    ids = [row.id for row in rows]
    progress = {
        row.session_id: row for row in SessionProgress.select().where(SessionProgress.session_id.in_(ids))
    }
    bills = Order.select().where(Order.session_id.in_(ids) & (Order.kind == OrderKind.CHARGING))
    orders = {row.session_id: row for row in bills}
    return tuple(_view(row, progress.get(row.id), orders.get(row.id), staff, now) for row in rows)


def staff_actions(state: SessionState, staff: Actor, *, charges_on: bool) -> tuple[str, ...]:
    """What `staff` may do with a session in this state (`stop`, `decide`).

    `charges_on`: it was settled because nobody heard it, and its pile may charge still.
    """
    is_stoppable = charges_on or (state in LIVE_STATES and state is not SessionState.STOPPING)
    may = {
        "stop": is_stoppable and Permission.SESSION_STOP in staff.permissions,
        "decide": state in DECIDABLE and Permission.SESSION_DECIDE in staff.permissions,
    }
    return tuple(action for action, is_allowed in may.items() if is_allowed)


def _view(
    row: Any, progress: SessionProgress | None, order: Order | None, staff: Actor, now: datetime
) -> StaffSessionRow:
    is_live = row.state in LIVE_STATES
    return StaffSessionRow(
        session_no=row.session_no,
        state=row.state,
        allowed_actions=staff_actions(row.state, staff, charges_on=_is_on(row, order, now)),
        station_no=row.station_no,
        station_name=row.station_name,
        pile_no=row.pile_no,
        pile_name=row.pile_name,
        connector_no=row.connector_no,
        driver_no=row.driver_no,
        created_at=row.created_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        energy_wh=_energy_wh(progress, order),
        total_fen=_total_fen(progress, order),
        hold_fen=row.hold_fen,
        meter_at=None if progress is None else progress.meter_at,
        is_stale=is_live and progress is not None and _is_stale(progress, now),
        power_w=progress.power_w if is_live and progress is not None else None,
        soc_percent=None if progress is None else progress.soc_percent,
        remaining_s=progress.remaining_s if is_live and progress is not None else None,
        stop_reason=row.stop_reason or row.stop_asked_reason,
        failure_reason=row.failure_reason,
        review_reason=row.review_reason,
        order_no=None if order is None else order.order_no,
        is_test=bool(row.is_test),
    )


def _is_on(row: Any, order: Order | None, now: datetime) -> bool:
    state = None if order is None else order.state
    longest = timedelta(seconds=row.longest_session_s or DEFAULTS.terms.longest_session_s)
    began_at = row.started_at or row.created_at
    return charges_on(row.state, state, began_at=began_at, longest=longest, now=now)


def _energy_wh(progress: SessionProgress | None, order: Order | None) -> int:
    if order is not None:
        return order.energy_wh
    return 0 if progress is None else progress.energy_wh


def _total_fen(progress: SessionProgress | None, order: Order | None) -> int:
    """Electricity and service rounded apart, as everywhere a running price is shown."""
    if order is not None:
        return order.total_fen
    if progress is None:
        return 0
    parts = (progress.electricity_fen_e6, progress.service_fen_e6)
    return sum(round_half_up(part, WH_E5_PER_FEN) for part in parts)


def _is_stale(progress: SessionProgress, now: datetime) -> bool:
    return is_stale(int((now - progress.meter_at).total_seconds()), METER_INTERVAL_S)

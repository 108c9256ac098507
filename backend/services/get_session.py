"""What a driver, or an operator's desk, sees of a session: one view for waiting, charging and after."""

from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from backend.domain.command import CommandKind, CommandState
from backend.domain.errors import SessionNotFound
from backend.domain.session import (
    FailureReason,
    SessionState,
    StopReason,
    allowed_actions,
)
from backend.domain.station import is_stale
from backend.domain.units import WH_E5_PER_FEN, round_half_up
from backend.models import Command, Connector, LiveSession, Order, Pile, Session, SessionProgress, Station
from backend.models.database import reading
from backend.services.authenticate import Actor
from backend.services.price_view import PriceView, price_now
from backend.services.tariffs import get_version

START_DEADLINE_S: Final = 90
METER_INTERVAL_S: Final = 15
WAITING_PLUG: Final = "waiting_plug"


class MeterView(msgspec.Struct, frozen=True, kw_only=True):
    at: datetime
    is_stale: bool
    power_w: int
    voltage_mv: int
    current_ma: int
    soc_percent: int | None
    temperature_c: int | None
    remaining_s: int | None


class SessionView(msgspec.Struct, frozen=True, kw_only=True):
    session_no: str
    state: SessionState
    allowed_actions: tuple[str, ...]
    station_no: str
    station_name: str
    service_phone: str
    pile_no: str
    pile_name: str
    connector_no: str
    created_at: datetime
    start_deadline_at: datetime
    # how far a start has come: the pile's answer, and whether it waits for the plug
    is_start_sent: bool
    is_start_accepted: bool
    is_waiting_plug: bool
    started_at: datetime | None
    ended_at: datetime | None
    elapsed_s: int
    energy_wh: int
    # running while charging, the order's own once settled
    electricity_fen: int
    service_fen: int
    total_fen: int
    hold_fen: int
    price: PriceView | None
    meter: MeterView | None
    stop_reason: StopReason | None
    failure_reason: FailureReason | None
    order_no: str | None


@reading
def get_session(*, driver: Actor, session_no: str, now: datetime) -> SessionView:
    """The driver's own session. Raises SessionNotFound, also for another driver's."""
    session = Session.get_or_none((Session.session_no == session_no) & (Session.driver_id == driver.id))
    if session is None:
        raise SessionNotFound
    return view_session(session, now=now)


@reading
def find_live_session(*, driver: Actor, now: datetime) -> SessionView | None:
    """The session the driver has open now, if any: what an app that was closed comes back to."""
    session = (
        Session.select()
        .join(LiveSession, on=(LiveSession.session_id == Session.id))
        .where(LiveSession.driver_id == driver.id)
        .first()
    )
    return None if session is None else view_session(session, now=now)


def view_session(session: Session, *, now: datetime) -> SessionView:
    """The view of a session row; whoever calls has checked that the caller may see it."""
    station = Station.get_by_id(session.station_id)
    pile = Pile.get_by_id(session.pile_id)
    connector = Connector.get_by_id(session.connector_id)
    progress = SessionProgress.get_or_none(SessionProgress.session_id == session.id)
    order = Order.get_or_none(Order.session_id == session.id)
    start = Command.get_or_none((Command.session_id == session.id) & (Command.kind == CommandKind.START))
    is_accepted = start is not None and start.state in {CommandState.ACCEPTED, CommandState.DONE}
    electricity_fen, service_fen = _fees(progress, order)
    until = session.ended_at or now
    return SessionView(
        session_no=session.session_no,
        state=session.state,
        allowed_actions=allowed_actions(session.state),
        station_no=station.station_no,
        station_name=station.name,
        service_phone=station.service_phone,
        pile_no=pile.pile_no,
        pile_name=pile.name,
        connector_no=connector.connector_no,
        created_at=session.created_at,
        start_deadline_at=session.created_at + timedelta(seconds=START_DEADLINE_S),
        is_start_sent=start is not None and start.sent_at is not None,
        is_start_accepted=is_accepted,
        is_waiting_plug=is_accepted and start is not None and start.reason == WAITING_PLUG,
        started_at=session.started_at,
        ended_at=session.ended_at,
        elapsed_s=0
        if session.started_at is None
        else max(0, int((until - session.started_at).total_seconds())),
        energy_wh=_energy(progress, order),
        electricity_fen=electricity_fen,
        service_fen=service_fen,
        total_fen=electricity_fen + service_fen,
        hold_fen=session.hold_fen,
        price=_price(session, now) if session.ended_at is None else None,
        meter=None if progress is None else _meter(progress, now),
        stop_reason=session.stop_reason or session.stop_asked_reason,
        failure_reason=session.failure_reason,
        order_no=None if order is None else order.order_no,
    )


def _energy(progress: SessionProgress | None, order: Order | None) -> int:
    if order is not None:
        return order.energy_wh
    return 0 if progress is None else progress.energy_wh


def _fees(progress: SessionProgress | None, order: Order | None) -> tuple[int, int]:
    if order is not None:
        return order.electricity_fen, order.service_fen
    if progress is None:
        return 0, 0
    return (
        round_half_up(progress.electricity_fen_e6, WH_E5_PER_FEN),
        round_half_up(progress.service_fen_e6, WH_E5_PER_FEN),
    )


def _price(session: Session, now: datetime) -> PriceView | None:
    if session.tariff_version_id is None:
        return None
    return price_now(get_version(session.tariff_version_id), now, ZoneInfo(session.time_zone))


def _meter(progress: SessionProgress, now: datetime) -> MeterView:
    age_s = int((now - progress.meter_at).total_seconds())
    return MeterView(
        at=progress.meter_at,
        is_stale=is_stale(age_s, METER_INTERVAL_S),
        power_w=progress.power_w,
        voltage_mv=progress.voltage_mv,
        current_ma=progress.current_ma,
        soc_percent=progress.soc_percent,
        temperature_c=progress.temperature_c,
        remaining_s=progress.remaining_s,
    )

"""An order with its fee lines as everybody is shown it: what anyone needs to add the bill up again."""

from datetime import date, datetime

import msgspec

from backend.domain.fees import FeeComponent
from backend.domain.order import OrderKind, OrderState
from backend.domain.session import StopReason
from backend.domain.tariff import RateBand
from backend.models import Connector, FeeLine, Order, Payment, Pile, Session, SessionSegment, Station
from backend.services.ground.operator_book import read_operators
from backend.services.views.session_outcome import OutcomeView, load_outcomes
from backend.services.views.stay_view import (
    IdleLineView,
    IdleSpellView,
    StayView,
    list_idle_lines,
    list_spells,
    load_stays,
)


class FeeLineView(msgspec.Struct, frozen=True, kw_only=True):
    """`fee_fen` = round_half_up(energy_wh × price_e5 / 1 000 000); slots are local half-hours, end exclusive."""

    local_date: date
    start_slot: int
    end_slot: int
    rate_band: RateBand
    component: FeeComponent
    energy_wh: int
    price_e5: int
    fee_fen: int
    note: str


class SegmentView(msgspec.Struct, frozen=True, kw_only=True):
    from_at: datetime
    to_at: datetime
    energy_wh: int


class OrderView(msgspec.Struct, frozen=True, kw_only=True):
    order_no: str
    session_no: str
    kind: OrderKind
    state: OrderState
    station_no: str
    station_name: str
    service_phone: str
    pile_no: str
    pile_name: str
    connector_no: str
    started_at: datetime
    ended_at: datetime
    duration_s: int
    register_start_wh: int | None
    register_end_wh: int | None
    energy_wh: int
    electricity_fen: int
    service_fen: int
    idle_fen: int
    total_fen: int
    held_fen: int
    captured_fen: int
    released_fen: int
    debt_fen: int
    # of a prepaid charge: what it cost beyond what was paid, and nobody asks for
    written_off_fen: int
    payment_no: str | None
    is_estimated: bool
    stop_reason: StopReason | None
    fee_lines: tuple[FeeLineView, ...]
    segments: tuple[SegmentView, ...]
    settled_at: datetime | None
    # what a person decided last, where one had to look at it
    outcome: OutcomeView | None
    # how long the car stayed after the charge; lines and spells are an idle fee's order's own
    stay: StayView | None
    idle_lines: tuple[IdleLineView, ...]
    idle_spells: tuple[IdleSpellView, ...]


def view_order(order: Order) -> OrderView:
    """The view of an order row; whoever calls has checked that the caller may see it."""
    session = Session.get_by_id(order.session_id)
    station = Station.get_by_id(order.station_id)
    pile = Pile.get_by_id(session.pile_id)
    is_charging = order.kind is OrderKind.CHARGING
    return OrderView(
        order_no=order.order_no,
        session_no=session.session_no,
        kind=order.kind,
        state=order.state,
        station_no=station.station_no,
        station_name=station.name,
        service_phone=read_operators().help_of(station.operator_id, station.service_phone).phone,
        pile_no=pile.pile_no,
        pile_name=pile.name,
        connector_no=Connector.get_by_id(order.connector_id).connector_no,
        started_at=order.started_at,
        ended_at=order.ended_at,
        duration_s=int((order.ended_at - order.started_at).total_seconds()),
        register_start_wh=session.register_start_wh,
        register_end_wh=session.register_end_wh,
        energy_wh=order.energy_wh,
        electricity_fen=order.electricity_fen,
        service_fen=order.service_fen,
        idle_fen=order.idle_fen,
        total_fen=order.total_fen,
        held_fen=order.held_fen,
        captured_fen=order.captured_fen,
        released_fen=order.released_fen,
        debt_fen=order.debt_fen,
        written_off_fen=order.written_off_fen,
        payment_no=_payment_no(session),
        is_estimated=order.is_estimated,
        stop_reason=session.stop_reason,
        fee_lines=_fee_lines(order),
        segments=_segments(session) if is_charging else (),
        settled_at=order.settled_at,
        outcome=load_outcomes([session.id]).get(session.id) if is_charging else None,
        stay=load_stays([session.id]).get(session.id),
        idle_lines=() if is_charging else list_idle_lines(order.id),
        idle_spells=() if is_charging else list_spells(session.id),
    )


def _fee_lines(order: Order) -> tuple[FeeLineView, ...]:
    return tuple(
        FeeLineView(
            local_date=row.local_date,
            start_slot=row.start_slot,
            end_slot=row.end_slot,
            rate_band=row.rate_band,
            component=row.component,
            energy_wh=row.energy_wh,
            price_e5=row.price_e5,
            fee_fen=row.fee_fen,
            note=row.note,
        )
        for row in FeeLine.select().where(FeeLine.order_id == order.id).order_by(FeeLine.line_no)
    )


def _segments(session: Session) -> tuple[SegmentView, ...]:
    return tuple(
        SegmentView(from_at=row.from_at, to_at=row.to_at, energy_wh=row.energy_wh)
        for row in SessionSegment.select()
        .where(SessionSegment.session_id == session.id)
        .order_by(SessionSegment.from_at)
    )


def _payment_no(session: Session) -> str | None:
    if session.payment_id is None:
        return None
    number: str = Payment.get_by_id(session.payment_id).payment_no
    return number

"""How a session looks to its driver or to the desk: one view for waiting, charging and after, in one query."""

import operator
from collections import namedtuple
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from peewee import JOIN, Expression

from backend.domain.command import CommandKind, CommandState
from backend.domain.idle_fee import IdleTerms
from backend.domain.meter_sample import SAMPLE_NAMES, MeterSample
from backend.domain.order import OrderKind
from backend.domain.policy import DEFAULTS
from backend.domain.session import (
    FailureReason,
    SessionState,
    StopReason,
    allowed_actions,
    charges_on,
)
from backend.domain.station import METER_INTERVAL_S, is_stale
from backend.domain.units import WH_E5_PER_FEN, round_half_up
from backend.models import Command, Connector, Order, Payment, Pile, Session, SessionProgress, Station
from backend.services.ground.operator_book import read_operators
from backend.services.tariffs.versions import get_version
from backend.services.views.current_tariffs import prices_of
from backend.services.views.price_view import PriceView
from backend.services.views.session_outcome import OutcomeView, ReviewView, load_outcomes, load_reviews
from backend.services.views.stay_view import StayView, load_stays

WAITING_PLUG: Final = "waiting_plug"


class MeterView(MeterSample, frozen=True, kw_only=True):
    at: datetime
    is_stale: bool


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
    # when it was asked of the pile; null while its money is awaited
    starting_at: datetime | None
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
    # what was asked to be paid for this session alone; null: the wallet pays
    payment_no: str | None
    prepaid_fen: int | None
    price: PriceView | None
    meter: MeterView | None
    stop_reason: StopReason | None
    failure_reason: FailureReason | None
    order_no: str | None
    # where a person has to look at it, and what they decided
    review: ReviewView | None
    outcome: OutcomeView | None
    # what a car costs that stays after its charge, null: nothing; and the stay itself once the charge has ended
    idle_terms: IdleTerms | None
    stay: StayView | None


_COLUMNS: Final[Mapping[str, Any]] = {
    "session_id": Session.id,
    "session_no": Session.session_no,
    "state": Session.state,
    "driver_id": Session.driver_id,
    "created_at": Session.created_at,
    "starting_at": Session.starting_at,
    "payment_no": Payment.payment_no,
    "prepaid_fen": Payment.amount_fen,
    "payment_expires_at": Payment.expires_at,
    "started_at": Session.started_at,
    "ended_at": Session.ended_at,
    "start_deadline_s": Session.start_deadline_s,
    "longest_session_s": Session.longest_session_s,
    "hold_fen": Session.hold_fen,
    "tariff_version_id": Session.tariff_version_id,
    "calendar_revision": Session.calendar_revision,
    "time_zone": Session.time_zone,
    "stop_reason": Session.stop_reason,
    "stop_asked_reason": Session.stop_asked_reason,
    "failure_reason": Session.failure_reason,
    "station_no": Station.station_no,
    "station_name": Station.name,
    "station_phone": Station.service_phone,
    "operator_id": Session.operator_id,
    "pile_no": Pile.pile_no,
    "pile_name": Pile.name,
    "connector_no": Connector.connector_no,
    "meter_at": SessionProgress.meter_at,
    "energy_wh": SessionProgress.energy_wh,
    "electricity_fen_e6": SessionProgress.electricity_fen_e6,
    "service_fen_e6": SessionProgress.service_fen_e6,
    **{name: getattr(SessionProgress, name) for name in SAMPLE_NAMES},
    "order_no": Order.order_no,
    "order_state": Order.state,
    "billed_wh": Order.energy_wh,
    "electricity_fen": Order.electricity_fen,
    "service_fen": Order.service_fen,
    "start_state": Command.state,
    "start_sent_at": Command.sent_at,
    "start_reason": Command.reason,
}
_sample_values: Final = operator.attrgetter(*SAMPLE_NAMES)
# one class for all rows: peewee's own `namedtuples()` makes one for each query
_make_row: Final[Any] = namedtuple("_Row", _COLUMNS)._make  # type: ignore[attr-defined]  # noqa: PYI024 - fields as above


def load_session_views(condition: Expression, *, now: datetime) -> list[tuple[int | None, SessionView]]:
    """(driver_id, view) of every session the condition picks; whoever calls has checked who may see them."""
    rows: Iterable[Any] = (
        Session.select(*_COLUMNS.values())
        .join(Station, on=(Station.id == Session.station_id))
        .join_from(Session, Pile, on=(Pile.id == Session.pile_id))
        .join_from(Session, Connector, on=(Connector.id == Session.connector_id))
        .join_from(Session, SessionProgress, JOIN.LEFT_OUTER, on=(SessionProgress.session_id == Session.id))
        .join_from(
            Session,
            Order,
            JOIN.LEFT_OUTER,
            on=((Order.session_id == Session.id) & (Order.kind == OrderKind.CHARGING)),
        )
        .join_from(
            Session,
            Command,
            JOIN.LEFT_OUTER,
            on=((Command.session_id == Session.id) & (Command.kind == CommandKind.START)),
        )
        .join_from(Session, Payment, JOIN.LEFT_OUTER, on=(Payment.id == Session.payment_id))
        .where(condition)
        .tuples()
    )
    found = [_make_row(row) for row in rows]
    holds = {row.session_no: row.hold_fen for row in found if row.state is SessionState.REVIEW}
    reviews = load_reviews(holds)
    settled = [row.session_id for row in found if row.state is SessionState.SETTLED]
    outcomes, stays = load_outcomes(settled), load_stays(settled)
    return [
        (
            row.driver_id,
            msgspec.structs.replace(
                _view(row, now),
                review=reviews.get(row.session_no),
                outcome=outcomes.get(row.session_id),
                stay=stays.get(row.session_id),
            ),
        )
        for row in found
    ]


def _view(row: Any, now: datetime) -> SessionView:
    is_accepted = row.start_state in {CommandState.ACCEPTED, CommandState.DONE}
    energy_wh, electricity_fen, service_fen = _sums(row)
    until = row.ended_at or now
    is_on = charges_on(
        row.state,
        row.order_state,
        began_at=row.started_at or row.created_at,
        longest=timedelta(seconds=row.longest_session_s or DEFAULTS.terms.longest_session_s),
        now=now,
    )
    elapsed_s = 0 if row.started_at is None else int((until - row.started_at).total_seconds())
    return SessionView(
        session_no=row.session_no,
        state=row.state,
        allowed_actions=allowed_actions(row.state, charges_on=is_on),
        station_no=row.station_no,
        station_name=row.station_name,
        service_phone=read_operators().help_of(row.operator_id, row.station_phone).phone,
        pile_no=row.pile_no,
        pile_name=row.pile_name,
        connector_no=row.connector_no,
        created_at=row.created_at,
        starting_at=row.starting_at,
        start_deadline_at=_start_deadline(row),
        is_start_sent=row.start_sent_at is not None,
        is_start_accepted=is_accepted,
        is_waiting_plug=is_accepted and row.start_reason == WAITING_PLUG,
        started_at=row.started_at,
        ended_at=row.ended_at,
        elapsed_s=max(0, elapsed_s),
        energy_wh=energy_wh,
        electricity_fen=electricity_fen,
        service_fen=service_fen,
        total_fen=electricity_fen + service_fen,
        hold_fen=row.hold_fen,
        payment_no=row.payment_no,
        prepaid_fen=row.prepaid_fen,
        price=_price(row, now) if row.ended_at is None else None,
        meter=None if row.meter_at is None else _meter(row, now),
        stop_reason=row.stop_reason or row.stop_asked_reason,
        failure_reason=row.failure_reason,
        order_no=row.order_no,
        review=None,
        outcome=None,
        idle_terms=_idle_terms(row),
        stay=None,
    )


def _start_deadline(row: Any) -> datetime:
    """Counted from the start; while the money is awaited, the end of the time to pay."""
    if row.state is SessionState.AWAITING_PAYMENT:
        until: datetime = row.payment_expires_at or row.created_at
        return until
    asked_at: datetime = row.starting_at or row.created_at
    return asked_at + timedelta(seconds=row.start_deadline_s or DEFAULTS.terms.start_deadline_s)


def _sums(row: Any) -> tuple[int, int, int]:
    """Energy, electricity fee and service fee: the order's own once there is one, else running."""
    if row.order_no is not None:
        return row.billed_wh, row.electricity_fen, row.service_fen
    if row.meter_at is None:
        return 0, 0, 0
    return (
        row.energy_wh,
        round_half_up(row.electricity_fen_e6, WH_E5_PER_FEN),
        round_half_up(row.service_fen_e6, WH_E5_PER_FEN),
    )


def _price(row: Any, now: datetime) -> PriceView | None:
    if row.tariff_version_id is None:
        return None
    version = get_version(row.tariff_version_id, row.calendar_revision or 0)
    price, _ = prices_of(version, now=now, time_zone=row.time_zone)
    return price


def _idle_terms(row: Any) -> IdleTerms | None:
    """Of a charge that a wallet pays; what is prepaid goes back with the bill."""
    if row.tariff_version_id is None or row.payment_no is not None:
        return None
    return get_version(row.tariff_version_id, row.calendar_revision or 0).idle


def _meter(row: Any, now: datetime) -> MeterView:
    age_s = int((now - row.meter_at).total_seconds())
    return MeterView(*_sample_values(row), at=row.meter_at, is_stale=is_stale(age_s, METER_INTERVAL_S))

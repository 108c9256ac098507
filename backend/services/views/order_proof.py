"""The proof of an order: from the meter to the last fen, so that whoever may see the order can compute it by hand.

Registers → energy of each half-hour × the price frozen at the start → a fee line for each tariff period → the total →
hold, capture, what went back. Nothing here is copied from the bill but what was billed: the lines are priced anew from
the kept segments, and both totals stand side by side.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from backend.domain.fees import FeeComponent, Segment, price_segments
from backend.domain.ledger import AccountKind, EntryKind, OwnerKind
from backend.domain.order import OrderKind, OrderState
from backend.domain.payment import Channel
from backend.domain.refund import PartState
from backend.domain.tariff import RateBand, TariffVersion, local_time, period_of_slot, slot_of
from backend.domain.units import Wh
from backend.models import (
    Connector,
    FeeLine,
    Order,
    Payment,
    Pile,
    RefundPart,
    Session,
    SessionSegment,
    Station,
    Tariff,
)
from backend.models.ledger import LedgerAccount, LedgerEntry, LedgerPosting
from backend.services.ledger.entries import COUNTER
from backend.services.tariffs.versions import version_of
from backend.services.views.session_outcome import OutcomeView, load_outcomes
from backend.services.views.stay_view import (
    IdleLineView,
    IdleSpellView,
    StayView,
    list_spells,
    load_stays,
    price_again,
)


class ProofSegment(msgspec.Struct, frozen=True, kw_only=True):
    """Energy of one half-hour and the prices that were frozen for it; `local_date` and slots are the station's."""

    from_at: datetime
    to_at: datetime
    local_date: date
    start_slot: int
    end_slot: int
    rate_band: RateBand
    energy_wh: int
    electricity_e5: int
    service_e5: int


class ProofLine(msgspec.Struct, frozen=True, kw_only=True):
    """Σ energy of a period × price: `exact_fen_e6` is the product, `fee_fen` it rounded half up; once, and only here."""

    local_date: date
    start_slot: int
    end_slot: int
    rate_band: RateBand
    component: FeeComponent
    energy_wh: int
    price_e5: int
    exact_fen_e6: int
    fee_fen: int


class ProofMovement(msgspec.Struct, frozen=True, kw_only=True):
    """One ledger entry of this charge as its driver's accounts saw it; `debt_change_fen` is positive where debt grew."""

    entry_no: str
    kind: EntryKind
    at: datetime
    held_change_fen: int
    available_change_fen: int
    debt_change_fen: int


class ProofRefund(msgspec.Struct, frozen=True, kw_only=True):
    """What went back of a payment that was made for this charge alone."""

    part_no: str
    channel: Channel | None
    amount_fen: int
    state: PartState
    ended_at: datetime | None


class OrderProof(msgspec.Struct, frozen=True, kw_only=True):
    """`total_fen` is what was billed, `recomputed_fen` what the segments and frozen prices come to now.

    captured + debt + written off is the total; what is written off nobody is asked for (a prepaid charge beyond its amount).
    `meter_wh` is the registers' difference, None where there are none; a person who billed nothing shows in `outcome`.
    """

    order_no: str
    session_no: str
    kind: OrderKind
    state: OrderState
    station_name: str
    pile_name: str
    connector_no: str
    started_at: datetime
    ended_at: datetime
    settled_at: datetime | None
    tariff_name: str
    tariff_version: int
    frozen_at: datetime
    register_start_wh: int | None
    register_end_wh: int | None
    meter_wh: int | None
    energy_wh: int
    is_estimated: bool
    segments: tuple[ProofSegment, ...]
    lines: tuple[ProofLine, ...]
    corrected_lines: int
    electricity_fen: int
    service_fen: int
    idle_fen: int
    total_fen: int
    recomputed_fen: int
    held_fen: int
    captured_fen: int
    released_fen: int
    debt_fen: int
    written_off_fen: int
    movements: tuple[ProofMovement, ...]
    refunds: tuple[ProofRefund, ...]
    outcome: OutcomeView | None
    # of an idle fee: how the car was heard plugged, and the minutes of each day computed anew
    stay: StayView | None
    idle_spells: tuple[IdleSpellView, ...]
    idle_lines: tuple[IdleLineView, ...]


def prove_order(order: Order) -> OrderProof:
    """The proof of an order row; whoever calls has checked that the caller may see it. Raises TariffMissing."""
    session = Session.get_by_id(order.session_id)
    version, zone = version_of(session), ZoneInfo(session.time_zone)
    is_charging = order.kind is OrderKind.CHARGING
    kept = _kept_segments(session) if is_charging else []
    # a waived fee comes to nothing, whatever was heard
    is_asked = not is_charging and order.state is not OrderState.CORRECTED
    idle_lines = price_again(session, until=order.ended_at) if is_asked else ()
    lines = _lines(kept, version, zone)
    tariff = Tariff.get_or_none(Tariff.tariff_no == version.tariff_no)
    start_wh, end_wh = session.register_start_wh, session.register_end_wh
    pile = Pile.get_by_id(session.pile_id)
    return OrderProof(
        order_no=order.order_no,
        session_no=session.session_no,
        kind=order.kind,
        state=order.state,
        station_name=Station.get_by_id(order.station_id).name,
        pile_name=pile.name,
        connector_no=Connector.get_by_id(order.connector_id).connector_no,
        started_at=order.started_at,
        ended_at=order.ended_at,
        settled_at=order.settled_at,
        tariff_name="" if tariff is None else tariff.name,
        tariff_version=version.version,
        frozen_at=session.created_at,
        register_start_wh=start_wh,
        register_end_wh=end_wh,
        meter_wh=None if start_wh is None or end_wh is None else end_wh - start_wh,
        energy_wh=order.energy_wh,
        is_estimated=order.is_estimated,
        segments=tuple(_view_segment(one, version, zone) for one in kept),
        lines=lines,
        corrected_lines=FeeLine.select().where((FeeLine.order_id == order.id) & (FeeLine.note != "")).count(),
        electricity_fen=order.electricity_fen,
        service_fen=order.service_fen,
        idle_fen=order.idle_fen,
        total_fen=order.total_fen,
        recomputed_fen=sum(line.fee_fen for line in lines) + sum(line.fee_fen for line in idle_lines),
        held_fen=order.held_fen,
        captured_fen=order.captured_fen,
        released_fen=order.released_fen,
        debt_fen=order.debt_fen,
        written_off_fen=order.written_off_fen,
        movements=_movements([order.order_no, session.session_no] if is_charging else [order.order_no]),
        refunds=_refunds(order) if is_charging else (),
        outcome=load_outcomes([session.id]).get(session.id) if is_charging else None,
        stay=None if is_charging else load_stays([session.id]).get(session.id),
        idle_spells=() if is_charging else list_spells(session.id),
        idle_lines=idle_lines,
    )


def _kept_segments(session: Session) -> list[Segment]:
    rows = SessionSegment.select().where(SessionSegment.session_id == session.id)
    return [
        Segment(row.from_at, row.to_at, Wh(row.energy_wh)) for row in rows.order_by(SessionSegment.from_at)
    ]


def _view_segment(segment: Segment, version: TariffVersion, zone: ZoneInfo) -> ProofSegment:
    local = local_time(segment.from_at, zone)
    period = period_of_slot(version.plan_on(local.date()), slot_of(local))
    return ProofSegment(
        from_at=segment.from_at,
        to_at=segment.to_at,
        local_date=local.date(),
        start_slot=period.start_slot,
        end_slot=period.end_slot,
        rate_band=period.rate_band,
        energy_wh=segment.energy_wh,
        electricity_e5=period.electricity_e5,
        service_e5=period.service_e5,
    )


def _lines(segments: Sequence[Segment], version: TariffVersion, zone: ZoneInfo) -> tuple[ProofLine, ...]:
    return tuple(
        ProofLine(
            local_date=line.local_date,
            start_slot=line.start_slot,
            end_slot=line.end_slot,
            rate_band=line.rate_band,
            component=line.component,
            energy_wh=line.energy_wh,
            price_e5=line.price_e5,
            exact_fen_e6=line.energy_wh * line.price_e5,
            fee_fen=line.fee_fen,
        )
        for line in price_segments(segments, version, zone).lines
    )


def _movements(numbers: Sequence[str]) -> tuple[ProofMovement, ...]:
    """The hold was posted for the session, everything after it for the order (the first), further corrections numbered."""
    rows: Any = (
        LedgerPosting.select(
            LedgerEntry.id,
            LedgerEntry.entry_no,
            LedgerEntry.kind.alias("entry_kind"),
            LedgerEntry.created_at,
            LedgerAccount.kind.alias("account_kind"),
            LedgerPosting.amount_fen,
        )
        .join(LedgerEntry, on=(LedgerEntry.id == LedgerPosting.entry_id))
        .join_from(LedgerPosting, LedgerAccount, on=(LedgerAccount.id == LedgerPosting.account_id))
        .where(
            # both columns are named, so that their unique index finds the few entries
            LedgerEntry.kind.in_(list(EntryKind))
            & (LedgerEntry.reference.in_(numbers) | LedgerEntry.reference.startswith(numbers[0] + COUNTER))
            & (LedgerAccount.owner_kind == OwnerKind.DRIVER)
        )
        .order_by(LedgerPosting.id)
        .namedtuples()
    )
    entries: dict[int, tuple[Any, dict[AccountKind, int]]] = {}
    for row in rows:
        changes = entries.setdefault(row.id, (row, {}))[1]
        kind = AccountKind(row.account_kind)
        changes[kind] = changes.get(kind, 0) + row.amount_fen
    return tuple(
        ProofMovement(
            entry_no=row.entry_no,
            kind=EntryKind(row.entry_kind),
            at=row.created_at,
            held_change_fen=changes.get(AccountKind.HELD, 0) + changes.get(AccountKind.PREPAID_HELD, 0),
            available_change_fen=changes.get(AccountKind.AVAILABLE, 0),
            # on the ledger debt is negative
            debt_change_fen=-changes.get(AccountKind.DEBT, 0),
        )
        for row, changes in entries.values()
    )


def _refunds(order: Order) -> tuple[ProofRefund, ...]:
    rows = (
        RefundPart.select()
        .join(Payment, on=(Payment.id == RefundPart.payment_id))
        .where((Payment.driver_id == order.driver_id) & (Payment.session_id == order.session_id))
        .order_by(RefundPart.id)
    )
    return tuple(
        ProofRefund(
            part_no=row.part_no,
            channel=row.channel,
            amount_fen=row.amount_fen,
            state=row.state,
            ended_at=row.ended_at,
        )
        for row in rows
    )

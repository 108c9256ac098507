"""What became of the money of a life, against what the channels and the meters know: counted in fen, and said in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Final

from peewee import fn

from backend.domain.actor import Actor
from backend.domain.ledger import AccountKind, EntryKind
from backend.domain.order import OrderKind
from backend.domain.refund import PartState
from backend.domain.session import SessionState
from backend.models import Order, Payment, RefundPart, Session
from backend.models.ledger import LedgerAccount, LedgerEntry, LedgerPosting
from tests.invariants import find_violations
from tests.money.life import Life

LAGGING: Final = frozenset({"I12"})
"""The latest rows may lag behind the readings (docs/adr/0009)."""
_CREDITS: Final = (EntryKind.TOP_UP, EntryKind.PREPAY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Counts of one life or of several together; all but the first four are 0 where the product keeps its word."""

    sessions: int = 0
    notifies: int = 0
    refunds: int = 0
    idle_fees: int = 0
    false_credits: int = 0
    double_credits: int = 0
    double_refunds: int = 0
    lost_refunds: int = 0
    fen_off: int = 0
    drift_fen: int = 0
    let_through: int = 0
    server_errors: int = 0
    told: tuple[str, ...] = ()

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            **{one.name: getattr(self, one.name) + getattr(other, one.name) for one in fields(Tally)}
        )


def judge(life: Life) -> Tally:
    """Of a life that has converged."""
    found = {"false": 0, "double": 0}
    told: list[str] = []
    for sentence, kind in _credits(life):
        told.append(sentence)
        if kind:
            found[kind] += 1
    doubled, lost = _refunds(life, told)
    fen_off = _fen_off(life, told)
    drift_fen = _drift_fen(life, told)
    told += [str(one) for one in find_violations() if one.invariant not in LAGGING]
    told += life.count.server_errors + life.count.let_through
    return Tally(
        sessions=life.count.sessions,
        notifies=life.count.notifies,
        refunds=RefundPart.select().count(),
        idle_fees=Order.select().where(Order.kind == OrderKind.IDLE).count(),
        false_credits=found["false"],
        double_credits=found["double"],
        double_refunds=doubled,
        lost_refunds=lost,
        fen_off=fen_off,
        drift_fen=drift_fen,
        let_through=len(life.count.let_through),
        server_errors=len(life.count.server_errors),
        told=tuple(told),
    )


def _credits(life: Life) -> Iterator[tuple[str, str]]:
    """Each payment's credits against what was really paid; a kind "" is a credit that is missing."""
    entries: dict[str, int] = {}
    for row in LedgerEntry.select().where(LedgerEntry.kind.in_(_CREDITS)):
        entries[row.reference] = entries.get(row.reference, 0) + 1
    for payment in Payment.select():
        trade = life.channels[payment.channel].trades.get(payment.payment_no)
        number = "" if trade is None else trade.number
        count = entries.pop(number, 0)
        is_paid = trade is not None and trade.paid_at is not None
        if count > 1:
            yield f"{payment.payment_no} was credited {count} times", "double"
        elif count and not is_paid:
            yield f"{payment.payment_no} was credited and never paid", "false"
        elif is_paid and not count:
            yield f"{payment.payment_no} was paid and never credited", ""
    for reference, count in entries.items():
        yield f"{count} credits for {reference}, which no channel knows", "false"


def _refunds(life: Life, told: list[str]) -> tuple[int, int]:
    """How many payments gave more back than the books say, and how many refunds have not arrived."""
    doubled = lost = 0
    for payment in Payment.select():
        parts = list(RefundPart.select().where(RefundPart.payment_id == payment.id))
        given_fen = life.channels[payment.channel].given_fen(payment.payment_no)
        booked_fen = sum(part.amount_fen for part in parts if part.state is PartState.SUCCEEDED)
        if given_fen > booked_fen:
            doubled += 1
            told.append(f"{payment.payment_no}: {given_fen} fen went back, {booked_fen} are booked")
        elif given_fen < booked_fen:
            lost += 1
            told.append(
                f"{payment.payment_no}: {given_fen} fen went back of the {booked_fen} that are booked"
            )
    going = RefundPart.select().where(RefundPart.next_step_at.is_null(is_null=False))
    for part in going:
        lost += 1
        told.append(f"{part.part_no} is {part.state} still")
    return doubled, lost


def _fen_off(life: Life, told: list[str]) -> int:
    off = 0
    for session_no, expected_fen in life.expected_fen.items():
        session = Session.get(Session.session_no == session_no)
        if session.state is SessionState.REVIEW:
            continue  # a person looks at it
        off += _bill_off(session, OrderKind.CHARGING, expected_fen, told)
    for session_no, car in life.gun.cars.items():
        session = Session.get(Session.session_no == session_no)
        off += _bill_off(session, OrderKind.IDLE, car.fee_fen(), told)
    return off


def _bill_off(session: Session, kind: OrderKind, expected_fen: int, told: list[str]) -> int:
    order = Order.get_or_none((Order.session_id == session.id) & (Order.kind == kind))
    billed_fen = 0 if order is None else order.total_fen
    if billed_fen != expected_fen:
        told.append(f"{session.session_no}: {kind} {billed_fen} fen instead of {expected_fen}")
    return abs(billed_fen - expected_fen)


def _drift_fen(life: Life, told: list[str]) -> int:
    """Σ of all postings, and each channel's account and driver's wallet against what was really paid, given back and used."""
    drift = abs(_sum_of(None))
    for name, channel in life.channels.items():
        account = LedgerAccount.get_or_none(
            (LedgerAccount.kind == AccountKind.CLEARING) & (LedgerAccount.owner_key == name.value)
        )
        booked_fen = 0 if account is None else -_sum_of(account.id)
        drift += abs(booked_fen - channel.held_fen())
        if booked_fen != channel.held_fen():
            told.append(f"{name}: {booked_fen} fen by the books, {channel.held_fen()} at the channel")
    for driver in life.drivers:
        booked_fen, true_fen = _booked_fen(driver.no), _true_fen(life, driver)
        drift += abs(booked_fen - true_fen)
        if booked_fen != true_fen:
            told.append(f"{driver.no} has {booked_fen} fen by the books instead of {true_fen}")
    return drift


def _booked_fen(driver_no: str) -> int:
    """Everything that a driver has, less what is owed."""
    own = LedgerAccount.select().where(LedgerAccount.owner_key == driver_no)
    return sum(_sum_of(account.id) for account in own)


def _true_fen(life: Life, driver: Actor) -> int:
    """What this driver paid and did not get back, less what was charged and stood for."""
    paid_fen = 0
    for payment in Payment.select().where(Payment.driver_id == driver.id):
        channel = life.channels[payment.channel]
        trade = channel.trades.get(payment.payment_no)
        if trade is not None and trade.paid_at is not None:
            paid_fen += trade.asked.amount_fen - channel.given_fen(payment.payment_no)
    used_fen = 0
    for session in Session.select().where(Session.driver_id == driver.id):
        if session.state is not SessionState.REVIEW:
            used_fen += life.expected_fen.get(session.session_no, 0)
        car = life.gun.cars.get(session.session_no)
        used_fen += 0 if car is None else car.fee_fen()
    return paid_fen - used_fen


def _sum_of(account_id: int | None) -> int:
    query = LedgerPosting.select(fn.COALESCE(fn.SUM(LedgerPosting.amount_fen), 0))
    if account_id is not None:
        query = query.where(LedgerPosting.account_id == account_id)
    return int(query.scalar())

"""Who pays for a session: a driver's wallet, money prepaid for it alone, nobody for a test by staff. A partner's promise comes beside them.

A payer holds before the start, captures at settlement, corrects what was settled, and lets go. All of it moves
money by ledger entries that name the session or its order, so that a repetition moves nothing.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from backend.domain.ledger import (
    EntryKind,
    correction_entry,
    hold_entry,
    idle_fee_entry,
    idle_waiver_entry,
    prepaid_bill_entry,
    release_entry,
    settle_entry,
)
from backend.domain.order import OrderState
from backend.domain.prepayment import REST_AFTER, meet
from backend.domain.session import PayerKind, SessionState
from backend.domain.settlement import settle
from backend.domain.units import Fen
from backend.models import Order, Session
from backend.services.ground.public_numbers import get_driver_no, get_operator_no
from backend.services.ledger.entries import find_entry, next_reference
from backend.services.ledger.post_entry import post_entry
from backend.services.ledger.wallets import LockedWallet, lock_wallet
from backend.services.payments.give_back import find_prepaid, give_back, keep_rest


class Payer(Protocol):
    """Each method runs in the transaction of what it pays for."""

    def capture(self, session: Session, order: Order, now: datetime) -> None:
        """Pay a new order from the hold and let go of the rest; fills the order's held, captured, released and debt."""

    def correct(self, session: Session, order: Order, fees: "Fees", now: datetime) -> None:
        """Pay, or give back, what the order's new fees differ by; fills captured and debt."""

    def conclude(self, order: Order, now: datetime) -> None:
        """The bill is written: what was paid for this session alone and is left of it goes back, now or after the record."""

    def release(self, session: Session, now: datetime) -> None:
        """Give back what is still held for the session."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fees:
    """What an order is to say, in fen."""

    electricity_fen: int
    service_fen: int


@dataclass(frozen=True, slots=True)
class WalletPayer:
    """A driver's wallet: what the hold does not cover comes from available, else it is debt."""

    driver_no: str

    def hold(self, session: Session, wallet: LockedWallet, now: datetime) -> None:
        """Set `session.hold_fen` aside from the driver's locked wallet."""
        entry = hold_entry(self.driver_no, Fen(session.hold_fen))
        post_entry(entry=entry, reference=session.session_no, wallet=wallet, now=now)

    def capture(self, session: Session, order: Order, now: datetime) -> None:
        wallet = None
        available = Fen(0)
        if _is_released(session):
            # before the bill was decided: what is there now pays, the rest is debt
            order.held_fen = 0
            wallet = lock_wallet(driver_no=self.driver_no)
            available = Fen(wallet.available_fen)
        settlement = settle(Fen(order.total_fen), Fen(order.held_fen), available)
        order.captured_fen = settlement.captured_fen + settlement.collected_fen
        order.released_fen = settlement.released_fen
        order.debt_fen = settlement.debt_fen
        entry = settle_entry(
            self.driver_no,
            get_operator_no(session.operator_id),
            settlement,
            Fen(order.electricity_fen),
            Fen(order.service_fen),
        )
        if entry.postings:
            post_entry(entry=entry, reference=order.order_no, wallet=wallet, now=now)

    def correct(self, session: Session, order: Order, fees: Fees, now: datetime) -> None:
        wallet = lock_wallet(driver_no=self.driver_no)
        electricity_delta = fees.electricity_fen - order.electricity_fen
        service_delta = fees.service_fen - order.service_fen
        entry = correction_entry(
            self.driver_no,
            get_operator_no(session.operator_id),
            electricity_delta_fen=electricity_delta,
            service_delta_fen=service_delta,
            available_fen=Fen(wallet.available_fen),
            debt_fen=Fen(wallet.debt_fen),
        )
        if entry.postings:
            settled = find_entry(kind=EntryKind.SETTLE, reference=order.order_no)
            post_entry(
                entry=entry,
                reference=next_reference(kind=EntryKind.CORRECTION, number=order.order_no),
                corrects_id=None if settled is None else settled.id,
                wallet=wallet,
                now=now,
            )
        delta = electricity_delta + service_delta
        if delta > 0:
            paid = min(delta, wallet.available_fen)
            order.captured_fen += paid
            order.debt_fen += delta - paid
        else:
            forgiven = min(-delta, order.debt_fen)
            order.debt_fen -= forgiven
            order.captured_fen += delta + forgiven

    def conclude(self, order: Order, now: datetime) -> None:
        """What was held was released with the capture."""

    def release(self, session: Session, now: datetime) -> None:
        if session.hold_fen:
            entry = release_entry(self.driver_no, Fen(session.hold_fen))
            post_entry(entry=entry, reference=session.session_no, now=now)


def _is_released(session: Session) -> bool:
    """Whether the hold went back already: only one in review lets go of it before its bill."""
    if session.state is not SessionState.REVIEW:
        return False
    return find_entry(kind=EntryKind.RELEASE, reference=session.session_no) is not None


@dataclass(frozen=True, slots=True)
class TestPayer:
    """Nobody: a test by staff costs nothing, so no entry names it."""

    def capture(self, session: Session, order: Order, now: datetime) -> None:
        """Nothing is held and nothing is owed."""

    def correct(self, session: Session, order: Order, fees: Fees, now: datetime) -> None:
        """Its fees are nothing before and after."""

    def conclude(self, order: Order, now: datetime) -> None:
        """Nothing is left over."""

    def release(self, session: Session, now: datetime) -> None:
        """Nothing is held."""


@dataclass(frozen=True, slots=True)
class PrepaidPayer:
    """Money that was paid for this session alone: what a bill asks beyond it is written off, the rest goes back."""

    driver_no: str
    payment_id: int

    def capture(self, session: Session, order: Order, now: datetime) -> None:
        paid_fen, given_fen = find_prepaid(self.payment_id)
        met = meet(Fen(order.total_fen), Fen(paid_fen), Fen(given_fen))
        order.held_fen = paid_fen - given_fen  # nothing where all went back before the bill was decided
        order.captured_fen = met.captured_fen
        order.released_fen = order.held_fen - met.captured_fen
        order.written_off_fen = met.written_off_fen
        self._post(EntryKind.SETTLE, session, order.order_no, _fees_of(order), met.captured_fen, None, now)

    def correct(self, session: Session, order: Order, fees: Fees, now: datetime) -> None:
        paid_fen, given_fen = find_prepaid(self.payment_id)
        met = meet(Fen(fees.electricity_fen + fees.service_fen), Fen(paid_fen), Fen(given_fen))
        delta = Fees(
            electricity_fen=fees.electricity_fen - order.electricity_fen,
            service_fen=fees.service_fen - order.service_fen,
        )
        settled = find_entry(kind=EntryKind.SETTLE, reference=order.order_no)
        reference = next_reference(kind=EntryKind.CORRECTION, number=order.order_no)
        captured_fen = met.captured_fen - order.captured_fen
        corrects_id = None if settled is None else settled.id
        self._post(EntryKind.CORRECTION, session, reference, delta, captured_fen, corrects_id, now)
        order.captured_fen = met.captured_fen
        order.written_off_fen = met.written_off_fen

    def conclude(self, order: Order, now: datetime) -> None:
        if order.state is OrderState.PROVISIONAL:
            keep_rest(payment_id=self.payment_id, until=now + REST_AFTER)
        else:
            give_back(payment_id=self.payment_id, captured_fen=order.captured_fen, now=now)

    def release(self, session: Session, now: datetime) -> None:
        del session  # the payment is its own
        give_back(payment_id=self.payment_id, captured_fen=0, now=now)

    def _post(
        self,
        kind: EntryKind,
        session: Session,
        reference: str,
        fees: Fees,
        captured_fen: int,
        corrects_id: int | None,
        now: datetime,
    ) -> None:
        entry = prepaid_bill_entry(
            kind,
            self.driver_no,
            get_operator_no(session.operator_id),
            electricity_fen=fees.electricity_fen,
            service_fen=fees.service_fen,
            captured_fen=captured_fen,
        )
        if entry.postings:
            post_entry(entry=entry, reference=reference, corrects_id=corrects_id, now=now)


def pay_idle_fee(session: Session, order: Order, now: datetime) -> None:
    """Take a new idle fee's order from its driver's available money, else it is debt; fills captured and debt."""
    driver_no = get_driver_no(session.driver_id or 0)
    wallet = lock_wallet(driver_no=driver_no)
    settlement = settle(Fen(order.total_fen), Fen(0), Fen(wallet.available_fen))
    order.captured_fen, order.debt_fen = settlement.collected_fen, settlement.debt_fen
    entry = idle_fee_entry(driver_no, get_operator_no(order.operator_id), settlement)
    post_entry(entry=entry, reference=order.order_no, wallet=wallet, now=now)


def give_idle_fee_back(order: Order, now: datetime) -> None:
    """Undo the money of a locked idle fee's order, once; what its driver still owes is forgiven first."""
    driver_no = get_driver_no(order.driver_id or 0)
    wallet = lock_wallet(driver_no=driver_no)
    entry = idle_waiver_entry(
        driver_no, get_operator_no(order.operator_id), Fen(order.total_fen), Fen(wallet.debt_fen)
    )
    billed = find_entry(kind=EntryKind.IDLE_FEE, reference=order.order_no)
    corrects_id = None if billed is None else billed.id
    post_entry(entry=entry, reference=order.order_no, corrects_id=corrects_id, wallet=wallet, now=now)
    order.idle_fen = order.total_fen = order.captured_fen = order.debt_fen = 0


def _fees_of(order: Order) -> Fees:
    return Fees(electricity_fen=order.electricity_fen, service_fen=order.service_fen)


def find_payer(session: Session) -> Payer | None:
    """Who pays for this session; None for one that we never made: it can be looked at, not billed."""
    if session.is_test:
        return TestPayer()
    if session.payer_kind is PayerKind.DRIVER and session.driver_id is not None:
        driver_no = get_driver_no(session.driver_id)
        if session.payment_id is not None:
            return PrepaidPayer(driver_no, session.payment_id)
        return WalletPayer(driver_no)
    return None


def get_payer(session: Session) -> Payer:
    """The same for a session that is to be billed. Raises LookupError where nobody pays."""
    payer = find_payer(session)
    if payer is None:
        raise LookupError(f"nobody pays for session {session.session_no}")
    return payer

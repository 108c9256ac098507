"""Invariants of money from outside: I3 credited once, I4 what was paid is credited, I5 no credit without a payment,
I44 money prepaid for a session is its bill's, on its way back, or held for it, and goes on.

Whether the channel's word was signed, and equal in every field, shows only at the door: tests of notifies.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from backend.domain.ledger import AccountKind, EntryKind
from backend.domain.payment import PaymentPurpose, PaymentState
from backend.domain.refund import PartState
from backend.domain.session import SessionState
from backend.models import Payment, Session
from backend.models.ledger import LedgerEntry
from tests.invariants.rows import Rows

CREDITED: Final = frozenset({PaymentState.PAID, PaymentState.PART_REFUNDED, PaymentState.REFUNDED})
_OF_PURPOSES: Final = {
    PaymentPurpose.TOP_UP: EntryKind.TOP_UP,
    PaymentPurpose.PREPAY: EntryKind.PREPAY,
}
_CREDITED_ACCOUNTS: Final = {
    EntryKind.TOP_UP: {AccountKind.AVAILABLE, AccountKind.DEBT, AccountKind.CLEARING},
    EntryKind.PREPAY: {AccountKind.PREPAID_HELD, AccountKind.CLEARING, AccountKind.OPERATOR_CLEARING},
}
GIVEN_BY_TESTS: Final = ("test-", "P-built-")
"""References of money that a test's world put into wallets without a payment."""


def payments_are_credited_once(rows: Rows) -> Iterator[str]:
    """I3: one entry of money in at most names a payment, be it by its own number or by the channel's."""
    named: dict[int, list[int]] = {}
    for entry in _credits(rows):
        if payment := _payment_of(rows, entry):
            named.setdefault(payment.id, []).append(entry.id)
    for payment_id, entry_ids in named.items():
        if len(entry_ids) > 1:
            yield f"payment {payment_id} is credited {len(entry_ids)} times, by entries {entry_ids}"


def paid_payments_are_credited(rows: Rows) -> Iterator[str]:
    """I4: a payment that is paid, or has the channel's number, has its entry of money in."""
    named = {payment.id for entry in _credits(rows) if (payment := _payment_of(rows, entry))}
    for payment in rows.payments:
        is_paid = payment.state in CREDITED or payment.channel_transaction_no is not None
        if is_paid and payment.id not in named:
            yield f"payment {payment.id} ({payment.payment_no}) is paid and not credited"


def credits_have_their_payment(rows: Rows) -> Iterator[str]:
    """I5: an entry of money in names a paid payment of its purpose and equals it in driver, amount and who received it."""
    for entry in _credits(rows):
        if entry.reference.startswith(GIVEN_BY_TESTS):
            continue
        payment = _payment_of(rows, entry)
        if payment is None:
            yield f"top-up entry {entry.id} names {entry.reference!r}, which no payment has"
            continue
        if payment.state not in CREDITED:
            yield f"payment {payment.id} is {payment.state.value} and credited by entry {entry.id}"
        if entry.kind is not _OF_PURPOSES[payment.purpose]:
            yield f"{entry.kind.value} entry {entry.id} names payment {payment.id}, a {payment.purpose.value}"
        driver = rows.driver_by_id[payment.driver_id].driver_no
        is_own = payment.channel_account_id is not None
        receiver = rows.operator_by_id[payment.operator_id].operator_no if is_own else payment.channel.value
        expected = {driver: payment.amount_fen, receiver: -payment.amount_fen}
        if (moved := _moved(rows, entry)) != expected:
            yield f"entry {entry.id} of payment {payment.id} moves {moved}, it should move {expected}"


def prepaid_money_is_accounted_for(rows: Rows) -> Iterator[str]:
    """I44: what prepayments paid is captured, goes back or is held; a session that is over keeps none of it.

    Only a bill without the pile's final record keeps its rest, for a day.
    """
    held: Counter[str] = Counter()
    for payment in rows.payments:
        if payment.purpose is not PaymentPurpose.PREPAY:
            continue
        session = rows.session_by_id[payment.session_id or 0]
        name = (
            f"prepayment {payment.id} ({payment.payment_no}) of session {session.id} ({session.state.value})"
        )
        if session.payment_id != payment.id:
            yield f"{name} is not what pays for it"
        if payment.state not in CREDITED:
            continue
        left = payment.amount_fen - _captured_or_back(rows, payment)
        held[rows.driver_by_id[payment.driver_id].driver_no] += left
        if left < 0:
            yield f"{name} paid {-left} fen less than its bill and its refunds took"
        if left > 0 and _keeps_nothing(session, payment):
            yield f"{name} keeps {left} fen and nobody will give them back"
    for account in rows.accounts:
        if account.kind is AccountKind.PREPAID_HELD and account.balance_fen != held[account.owner_key]:
            yield f"{account.owner_key} has {account.balance_fen} fen prepaid, it should be {held[account.owner_key]}"


def _captured_or_back(rows: Rows, payment: Payment) -> int:
    captured = sum(order.captured_fen for order in rows.orders_by_session[payment.session_id or 0])
    return captured + sum(
        part.amount_fen
        for part in rows.refund_parts
        if part.payment_id == payment.id and part.state is not PartState.RETURNED
    )


def _keeps_nothing(session: Session, payment: Payment) -> bool:
    if session.state is SessionState.SETTLED:
        return payment.rest_due_at is None
    return session.state is SessionState.FAILED and session.starting_at is not None


def _credits(rows: Rows) -> list[LedgerEntry]:
    return [entry for entry in rows.entries if entry.kind in _OF_PURPOSES.values()]


def _payment_of(rows: Rows, entry: LedgerEntry) -> Payment | None:
    return rows.payment_by_number.get(entry.reference)


def _moved(rows: Rows, entry: LedgerEntry) -> dict[str, int]:
    """What each owner's wallet, debt or clearing account got."""
    moved: dict[str, int] = {}
    for posting in rows.postings_by_entry.get(entry.id, []):
        account = rows.account_by_id[posting.account_id]
        known = account.kind in _CREDITED_ACCOUNTS[entry.kind]
        owner = account.owner_key if known else f"{account.kind.value} of {account.owner_key}"
        moved[owner] = moved.get(owner, 0) + posting.amount_fen
    return moved

"""Invariants of money from outside: I3 credited once, I4 what was paid is credited, I5 no credit without a payment.

Whether the channel's word was signed, and equal in every field, shows only at the door: tests of notifies.
"""

from collections.abc import Iterator
from typing import Final

from backend.domain.ledger import AccountKind, EntryKind
from backend.domain.payment import PaymentState
from backend.models import Payment
from backend.models.ledger import LedgerEntry
from tests.invariants.rows import Rows

CREDITED: Final = frozenset({PaymentState.PAID, PaymentState.PART_REFUNDED, PaymentState.REFUNDED})
GIVEN_BY_TESTS: Final = ("test-", "P-built-")
"""References of money that a test's world put into wallets without a payment."""


def payments_are_credited_once(rows: Rows) -> Iterator[str]:
    """I3: one top-up entry at most names a payment, be it by its own number or by the channel's."""
    named: dict[int, list[int]] = {}
    for entry in _top_ups(rows):
        if payment := _payment_of(rows, entry):
            named.setdefault(payment.id, []).append(entry.id)
    for payment_id, entry_ids in named.items():
        if len(entry_ids) > 1:
            yield f"payment {payment_id} is credited {len(entry_ids)} times, by entries {entry_ids}"


def paid_payments_are_credited(rows: Rows) -> Iterator[str]:
    """I4: a payment that is paid, or has the channel's number, has its top-up entry."""
    named = {payment.id for entry in _top_ups(rows) if (payment := _payment_of(rows, entry))}
    for payment in rows.payments:
        is_paid = payment.state in CREDITED or payment.channel_transaction_no is not None
        if is_paid and payment.id not in named:
            yield f"payment {payment.id} ({payment.payment_no}) is paid and not credited"


def credits_have_their_payment(rows: Rows) -> Iterator[str]:
    """I5: a top-up entry names a paid payment and equals it in driver, channel and amount."""
    for entry in _top_ups(rows):
        if entry.reference.startswith(GIVEN_BY_TESTS):
            continue
        payment = _payment_of(rows, entry)
        if payment is None:
            yield f"top-up entry {entry.id} names {entry.reference!r}, which no payment has"
            continue
        if payment.state not in CREDITED:
            yield f"payment {payment.id} is {payment.state.value} and credited by entry {entry.id}"
        driver = rows.driver_by_id[payment.driver_id].driver_no
        expected = {driver: payment.amount_fen, payment.channel.value: -payment.amount_fen}
        if (moved := _moved(rows, entry)) != expected:
            yield f"entry {entry.id} of payment {payment.id} moves {moved}, it should move {expected}"


def _top_ups(rows: Rows) -> list[LedgerEntry]:
    return [entry for entry in rows.entries if entry.kind is EntryKind.TOP_UP]


def _payment_of(rows: Rows, entry: LedgerEntry) -> Payment | None:
    return rows.payment_by_number.get(entry.reference)


def _moved(rows: Rows, entry: LedgerEntry) -> dict[str, int]:
    """What each owner's wallet, debt or clearing account got."""
    moved: dict[str, int] = {}
    for posting in rows.postings_by_entry.get(entry.id, []):
        account = rows.account_by_id[posting.account_id]
        known = account.kind in {AccountKind.AVAILABLE, AccountKind.DEBT, AccountKind.CLEARING}
        owner = account.owner_key if known else f"{account.kind.value} of {account.owner_key}"
        moved[owner] = moved.get(owner, 0) + posting.amount_fen
    return moved

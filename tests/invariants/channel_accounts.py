"""Invariants of operators' own accounts: I55 payments are where they belong, I56 money goes back out of the account it
came to, I57 secrets are sealed and one account takes a channel's money.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from backend.domain.ledger import AccountKind, EntryKind
from backend.domain.payment import PaymentPurpose
from tests.invariants.rows import Rows

SEALED: Final = re.compile(r"[0-9a-f]{8}:[0-9A-Za-z+/=]+")
_SOURCES: Final = frozenset({AccountKind.CLEARING, AccountKind.OPERATOR_CLEARING})


def payments_are_at_an_account_of_their_own(rows: Rows) -> Iterator[str]:
    """I55: a payment at an operator's account is a prepayment at that operator's piles, through that account's channel."""
    accounts = {row.id: row for row in rows.channel_accounts}
    for payment in rows.payments:
        if payment.channel_account_id is None:
            continue
        account = accounts.get(payment.channel_account_id)
        name = f"payment {payment.id} ({payment.payment_no}) at account {payment.channel_account_id}"
        if account is None:
            yield f"{name}, which does not exist"
        elif (account.operator_id, account.channel) != (payment.operator_id, payment.channel):
            yield f"{name} is of another operator or channel"
        if payment.purpose is not PaymentPurpose.PREPAY:
            yield f"{name} is a {payment.purpose.value}: wallets are the platform's"


def money_goes_back_where_it_came_to(rows: Rows) -> Iterator[str]:
    """I56: what a channel gave back of a payment left the account that the payment came to."""
    payments = {row.id: row for row in rows.payments}
    parts = {row.part_no: row for row in rows.refund_parts}
    for entry in rows.entries:
        part = parts.get(entry.reference) if entry.kind is EntryKind.REFUND else None
        payment = payments.get(part.payment_id or 0) if part is not None else None
        if payment is None:
            continue
        is_own = payment.channel_account_id is not None
        wanted = AccountKind.OPERATOR_CLEARING if is_own else AccountKind.CLEARING
        for posting in rows.postings_by_entry.get(entry.id, []):
            account = rows.account_by_id.get(posting.account_id)
            if account is not None and account.kind in _SOURCES - {wanted}:
                yield f"refund entry {entry.id} of payment {payment.id} goes out of {account.kind.value}"


def accounts_are_sealed_and_apart(rows: Rows) -> Iterator[str]:
    """I57: no secret of an account lies open, and an operator has at most one enabled account of a channel."""
    enabled: Counter[tuple[int, str]] = Counter()
    for row in rows.channel_accounts:
        for field in ("private_key", "api_key", "earlier_api_key"):
            text = str(getattr(row, field))
            if text and not SEALED.fullmatch(text):
                yield f"channel account {row.id} ({row.account_no}) keeps its {field} open"
        if row.is_enabled:
            enabled[row.operator_id, row.channel.value] += 1
    for (operator_id, channel), count in enabled.items():
        if count > 1:
            yield f"operator {operator_id} has {count} enabled accounts of {channel}"

"""Invariants of money that goes back: I6 never more than was paid, I41 what is pending is open, I42 captured once, I43 goes on."""

from collections import Counter
from collections.abc import Iterator

from backend.domain.ledger import AccountKind, EntryKind
from backend.domain.payment import PaymentState
from backend.domain.refund import GOING_PARTS, OPEN_PARTS, PartState, state_of
from backend.models import RefundPart
from backend.models.ledger import LedgerEntry
from tests.invariants.rows import Rows


def nobody_gets_more_back_than_was_paid(rows: Rows) -> Iterator[str]:
    """I6: a payment's parts that have not come back are at most what it paid, and it tells the sum of those that ended."""
    asked: Counter[int] = Counter()
    gone: Counter[int] = Counter()
    for part in rows.refund_parts:
        if part.payment_id is not None and part.state is not PartState.RETURNED:
            asked[part.payment_id] += part.amount_fen
        if part.payment_id is not None and part.state is PartState.SUCCEEDED:
            gone[part.payment_id] += part.amount_fen
    for payment in rows.payments:
        name = f"payment {payment.id} ({payment.payment_no}, {payment.state.value})"
        if asked[payment.id] > payment.amount_fen:
            yield f"{name} paid {payment.amount_fen} fen, {asked[payment.id]} are asked back"
        if payment.refunded_fen != gone[payment.id]:
            yield f"{name} tells {payment.refunded_fen} fen refunded, its parts say {gone[payment.id]}"
        if payment.refunded_fen:
            is_whole = payment.refunded_fen == payment.amount_fen
            expected = PaymentState.REFUNDED if is_whole else PaymentState.PART_REFUNDED
            if payment.state is not expected:
                yield f"{name} should be {expected.value}"


def pending_money_is_of_open_refunds(rows: Rows) -> Iterator[str]:
    """I41: what is pending of a driver's money is the sum of the open parts; parts make up their refund and its state."""
    open_fen: Counter[str] = Counter()
    for refund in rows.refunds:
        parts = rows.parts_by_refund.get(refund.id, [])
        name = f"refund {refund.id} ({refund.refund_no}, {refund.state.value})"
        if sum(part.amount_fen for part in parts) != refund.amount_fen:
            yield f"{name} is of {refund.amount_fen} fen, its parts are not"
        if parts and refund.state is not state_of(part.state for part in parts):
            yield f"{name} does not fit its parts {[part.state.value for part in parts]}"
        driver_no = rows.driver_by_id[refund.driver_id].driver_no
        open_fen[driver_no] += sum(part.amount_fen for part in parts if part.state in OPEN_PARTS)
    for account in rows.accounts:
        if account.kind is AccountKind.REFUND_PENDING and account.balance_fen != open_fen[account.owner_key]:
            yield (
                f"{account.balance_fen} fen of {account.owner_key} are pending, "
                f"open parts come to {open_fen[account.owner_key]}"
            )


def refunds_are_captured_once(rows: Rows) -> Iterator[str]:
    """I42: a part that went back has one entry that says so, one that came back has the other, an open one has none."""
    done = _named(rows, EntryKind.REFUND)
    back = _named(rows, EntryKind.REFUND_RETURN)
    for part in rows.refund_parts:
        expected = (int(part.state is PartState.SUCCEEDED), int(part.state is PartState.RETURNED))
        found = (len(done.pop(part.part_no, [])), len(back.pop(part.part_no, [])))
        if found != expected:
            yield f"{_name(part)} has {found[0]} entries of going back and {found[1]} of coming back"
    for kind, left in ((EntryKind.REFUND, done), (EntryKind.REFUND_RETURN, back)):
        for reference in left:
            yield f"a {kind.value} entry names {reference!r}, which no part has"
    # a wallet's and, without the wallet, what a session left of its prepaid money
    held = _named(rows, EntryKind.REFUND_HOLD) | _named(rows, EntryKind.PREPAID_REST)
    for refund in rows.refunds:
        if len(held.pop(refund.refund_no, [])) != 1:
            yield f"refund {refund.id} ({refund.refund_no}) is not held once"
    for reference in held:
        yield f"an entry of setting aside names {reference!r}, which no refund has"


def refunds_go_on(rows: Rows) -> Iterator[str]:
    """I43: a part that is on its way has its next step, one that ended or waits for a person has none."""
    for part in rows.refund_parts:
        if (part.next_step_at is not None) != (part.state in GOING_PARTS):
            yield f"{_name(part)} has its next step at {part.next_step_at}"
        if (part.ended_at is None) != (part.state in OPEN_PARTS):
            yield f"{_name(part)} ended at {part.ended_at}"


def _named(rows: Rows, kind: EntryKind) -> dict[str, list[LedgerEntry]]:
    found: dict[str, list[LedgerEntry]] = {}
    for entry in rows.entries:
        if entry.kind is kind:
            found.setdefault(entry.reference, []).append(entry)
    return found


def _name(part: RefundPart) -> str:
    return f"part {part.id} ({part.part_no}, {part.state.value})"

"""Invariants of the books: I1 they add up, I2 no wallet is negative, I16 what is held belongs to a session."""

from collections import Counter, defaultdict
from collections.abc import Iterator

from backend.domain.ledger import AccountKind, OwnerKind
from backend.domain.session import LIVE_STATES, SessionState
from backend.domain.timer import TimerKind
from backend.models import Session
from tests.invariants.rows import Rows


def books_add_up(rows: Rows) -> Iterator[str]:
    """I1: every entry moves something and sums to 0, as all of them do; a driver's kept balance is the sum of its postings."""
    for entry_id, postings in rows.postings_by_entry.items():
        if total := sum(row.amount_fen for row in postings):
            yield f"entry {entry_id} sums to {total} fen"
    posted: Counter[int] = Counter()
    for posting in rows.postings:
        posted[posting.account_id] += posting.amount_fen
        if posting.account_id not in rows.account_by_id:
            yield f"posting {posting.id} is on account {posting.account_id}, which does not exist"
    entry_ids = {row.id for row in rows.entries}
    for entry_id in rows.postings_by_entry.keys() - entry_ids:
        yield f"postings of entry {entry_id} have no entry"
    for entry in rows.entries:
        if entry.id not in rows.postings_by_entry:
            yield f"{entry.kind.value} entry {entry.id} has no postings"
    for account in rows.accounts:
        expected = posted[account.id] if account.owner_kind is OwnerKind.DRIVER else None
        if account.balance_fen != expected:
            yield f"account {account.id} keeps {account.balance_fen} fen, its postings sum to {expected}"


def wallets_never_go_below_zero(rows: Rows) -> Iterator[str]:
    """I2: at no posting was a driver's account below zero (debt: above), so an overrun became debt."""
    balances: Counter[int] = Counter()
    for posting in rows.postings:
        account = rows.account_by_id.get(posting.account_id)
        if account is None or account.owner_kind is not OwnerKind.DRIVER:
            continue
        balances[account.id] += posting.amount_fen
        sign = -1 if account.kind is AccountKind.DEBT else 1
        if sign * balances[account.id] < 0:
            yield (
                f"{account.kind.value} of {account.owner_key} (account {account.id}) was "
                f"{balances[account.id]} fen after posting {posting.id}"
            )


def holds_belong_to_sessions(rows: Rows) -> Iterator[str]:
    """I16: a session holds its hold until it is settled or failed, a review for a day; nobody else holds."""
    held = _held_by_reference(rows)
    by_session: dict[int, int] = {}
    for session in rows.sessions:
        orders = rows.orders_by_session[session.id]
        names = {session.session_no, *(order.order_no for order in orders)}
        by_session[session.id] = sum(held.pop(name, 0) for name in names)
        yield from _wrong_hold(rows, session, by_session[session.id])
    for reference, fen in held.items():
        if fen:
            yield f"{fen} fen are held for {reference}, which is no session"


def _held_by_reference(rows: Rows) -> dict[str, int]:
    """What each reference (session_no, order_no) added to the drivers' held accounts and not took away."""
    held: defaultdict[str, int] = defaultdict(int)
    for entry in rows.entries:
        for posting in rows.postings_by_entry.get(entry.id, []):
            account = rows.account_by_id.get(posting.account_id)
            if account is not None and account.kind is AccountKind.HELD:
                held[entry.reference] += posting.amount_fen
    return dict(held)


def _wrong_hold(rows: Rows, session: Session, held_fen: int) -> Iterator[str]:
    name = f"session {session.id} ({session.session_no}, {session.state.value})"
    if session.payment_id is not None:
        if held_fen:
            yield f"{name} is prepaid and holds {held_fen} fen of a wallet"
    elif session.state in LIVE_STATES or session.state is SessionState.ENDED:
        if held_fen != session.hold_fen:
            yield f"{name} holds {held_fen} fen, its hold is {session.hold_fen}"
    elif session.state is not SessionState.REVIEW:
        if held_fen:
            yield f"{name} still holds {held_fen} fen"
    elif held_fen:
        due = [
            row.due_at
            for row in rows.timers
            if row.kind is TimerKind.REVIEW_RELEASE and row.subject_no == session.session_no
        ]
        if held_fen != session.hold_fen:
            yield f"{name} holds {held_fen} fen, its hold is {session.hold_fen}"
        if not due:
            yield f"{name} holds {held_fen} fen and no timer will release it"

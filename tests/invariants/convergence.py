"""I22: soon after the last fault is healed nothing is left half done, without any person's help."""

import time
from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from typing import Final

import peewee

from backend.domain.command import OPEN_STATES
from backend.domain.connector import ConnectorStatus
from backend.domain.payment import PaymentState
from backend.domain.session import LIVE_STATES, SessionState
from backend.gateways.clock import utc_now
from backend.services.commands.queue import EXPIRY_GRACE
from tests.invariants.ledger import holds_belong_to_sessions
from tests.invariants.messages import messages_are_conserved
from tests.invariants.rows import Rows, Sent, snapshot
from tests.waiting import LIMIT_S

POLL_S: Final = 0.1
OVERDUE: Final = EXPIRY_GRACE
DELIVERING: Final = frozenset(
    {ConnectorStatus.CHARGING, ConnectorStatus.SUSPENDED_EV, ConnectorStatus.SUSPENDED_PILE}
)
UNDECIDED: Final = frozenset({PaymentState.CREATED, PaymentState.UNKNOWN})


def wait_until_converged(
    limit_s: float = LIMIT_S,
    *,
    sent: Sent | None = None,
    losable: Collection[str] = (),
    clock: Callable[[], datetime] = utc_now,
) -> None:
    """Return once nothing is unfinished; AssertionError lists what still is after `limit_s`.

    Unfinished is a session that neither is over nor truly charges, a command or timer past its time, a payment
    of unknown outcome, and with `sent` a message that has not arrived. `losable` is as in `check_invariants`.
    """
    deadline = time.monotonic() + limit_s
    while unfinished := _look(clock(), sent, losable):
        assert time.monotonic() < deadline, f"unfinished after {limit_s:g} s:\n  " + "\n  ".join(unfinished)
        time.sleep(POLL_S)


def find_unfinished(now: datetime, *, sent: Sent | None = None, losable: Collection[str] = ()) -> list[str]:
    """One sentence for everything that is unfinished at `now`."""
    with snapshot():
        rows = Rows(sent, losable)
        return [
            *_open_sessions(rows),
            *_overdue_commands(rows, now),
            *_overdue_timers(rows, now),
            *_undecided_payments(rows),
            *_overdue_refunds(rows, now),
            *holds_belong_to_sessions(rows),
            *messages_are_conserved(rows),
        ]


def _look(now: datetime, sent: Sent | None, losable: Collection[str]) -> list[str]:
    try:
        return find_unfinished(now, sent=sent, losable=losable)
    except peewee.OperationalError as error:
        return [f"the database cannot be read: {error}"]


def _open_sessions(rows: Rows) -> Iterator[str]:
    delivering = {
        row.connector_id: row.session_no for row in rows.connector_states if row.status in DELIVERING
    }
    for session in rows.sessions:
        if session.state not in LIVE_STATES and session.state is not SessionState.ENDED:
            continue
        is_charging = delivering.get(session.connector_id) == session.session_no
        if session.state is not SessionState.CHARGING or not is_charging:
            yield f"session {session.id} ({session.session_no}) is {session.state.value}"


def _overdue_commands(rows: Rows, now: datetime) -> Iterator[str]:
    for command in rows.commands:
        if command.state in OPEN_STATES and (
            command.expires_at is None or command.expires_at + OVERDUE < now
        ):
            yield f"{command.kind.value} command {command.id} is {command.state.value}"


def _overdue_timers(rows: Rows, now: datetime) -> Iterator[str]:
    for timer in rows.timers:
        if timer.due_at + OVERDUE < now:
            yield f"timer {timer.id} ({timer.kind.value} of {timer.subject_no}) was due at {timer.due_at}"


def _overdue_refunds(rows: Rows, now: datetime) -> Iterator[str]:
    """One that the channel answers has its next step before a claim of it runs out."""
    for part in rows.refund_parts:
        if part.next_step_at is not None and part.next_step_at + OVERDUE < now:
            yield f"refund part {part.id} ({part.part_no}, {part.state.value}) was due at {part.next_step_at}"


def _undecided_payments(rows: Rows) -> Iterator[str]:
    for payment in rows.payments:
        if payment.state in UNDECIDED:
            yield f"payment {payment.id} ({payment.payment_no}) is {payment.state.value}"

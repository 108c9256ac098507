"""Timers as rows: set and cleared in the transaction that makes them necessary, claimed by a guarded UPDATE."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from peewee import IntegrityError

from backend.domain.timer import TimerKind
from backend.models import Timer
from backend.models.engine.database import RetryTransaction, transactional
from backend.models.engine.prepared import Prepared

CLAIM_S: Final = 15
"""A claim that was neither finished nor renewed by then is taken over by another job process."""
RETRY_FIRST_S: Final = 5
RETRY_LONGEST_S: Final = 600
_ERROR_LENGTH: Final = 200
_OF_SESSIONS: Final = [TimerKind.START_DEADLINE, TimerKind.SESSION_WATCH, TimerKind.STOP_REPEAT]
_delete_of_session = Prepared(
    Timer,
    lambda session_no: Timer.delete().where(Timer.kind.in_(_OF_SESSIONS) & (Timer.subject_no == session_no)),
)


@dataclass(frozen=True, slots=True)
class ClaimedTimer:
    """A timer this process may act on until its claim runs out; `attempts` counts this one."""

    id: int
    kind: TimerKind
    subject_no: str
    attempts: int


@transactional
def set_timer(*, kind: TimerKind, subject_no: str, due_at: datetime) -> None:
    """Set, or move, the one timer of this kind for this subject."""
    row = Timer.get_or_none(Timer.kind == kind, Timer.subject_no == subject_no)
    if row is None:
        try:
            Timer.create(kind=kind, subject_no=subject_no, due_at=due_at)
        except IntegrityError as error:
            raise RetryTransaction from error
        return
    Timer.update(due_at=due_at, claimed_until=None, attempts=0, last_error="").where(
        Timer.id == row.id
    ).execute()


@transactional
def clear_timer(*, kind: TimerKind, subject_no: str) -> None:
    """Remove the timer, if there is one."""
    Timer.delete().where((Timer.kind == kind) & (Timer.subject_no == subject_no)).execute()


@transactional
def clear_session_timers(*, session_no: str) -> None:
    """Remove the timers of a session that is over."""
    _delete_of_session.execute(session_no)


@transactional
def claim_timers(*, limit: int, now: datetime) -> list[ClaimedTimer]:
    """Due timers nobody else works on, oldest first, now claimed for `CLAIM_S` seconds."""
    is_free = Timer.claimed_until.is_null() | (Timer.claimed_until < now)
    due = list(Timer.select().where((Timer.due_at <= now) & is_free).order_by(Timer.due_at).limit(limit))
    claimed = []
    for row in due:
        won = (
            Timer.update(claimed_until=now + timedelta(seconds=CLAIM_S), attempts=row.attempts + 1)
            .where((Timer.id == row.id) & is_free)
            .execute()
        )
        if won:
            claimed.append(ClaimedTimer(row.id, row.kind, row.subject_no, row.attempts + 1))
    return claimed


@transactional
def renew_claims(*, timers: Collection[ClaimedTimer], now: datetime) -> None:
    """Claim these for `CLAIM_S` more seconds, but for what was moved or taken over meanwhile."""
    for timer in sorted(timers, key=lambda one: one.id):
        Timer.update(claimed_until=now + timedelta(seconds=CLAIM_S)).where(
            (Timer.id == timer.id) & (Timer.attempts == timer.attempts) & Timer.claimed_until.is_null(False)
        ).execute()


@transactional
def finish_timer(*, timer: ClaimedTimer, now: datetime) -> None:
    """Remove a timer that was acted on, unless acting moved it to a later time."""
    Timer.delete().where((Timer.id == timer.id) & (Timer.due_at <= now)).execute()


@transactional
def retry_timer(*, timer: ClaimedTimer, error: str, now: datetime) -> None:
    """Put a timer whose work failed off, longer each time, and keep why."""
    wait_s = min(RETRY_FIRST_S * 2 ** (timer.attempts - 1), RETRY_LONGEST_S)
    Timer.update(
        due_at=now + timedelta(seconds=wait_s), claimed_until=None, last_error=error[:_ERROR_LENGTH]
    ).where(Timer.id == timer.id).execute()

"""What is done when a timer is due: one table from kind to service. Every service here is harmless to repeat.

A claim is renewed until the work is done (claims.py); that of a process that dies runs out and another takes over.
"""

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from types import TracebackType
from typing import Final, Self, TypeAlias

import structlog

from backend.crash_points import CrashPoint
from backend.domain.errors import DomainError
from backend.domain.timer import TimerKind
from backend.gateways.clock import utc_now
from backend.jobs.claims import HeldClaims
from backend.models.engine import database
from backend.services.charging.expire_command import expire_command
from backend.services.charging.expire_start import expire_start
from backend.services.charging.release_review import release_review
from backend.services.charging.repeat_stop import repeat_stop
from backend.services.charging.watch_session import watch_session
from backend.services.ground.timers import ClaimedTimer, claim_timers, finish_timer, retry_timer
from backend.services.payments.query_payment import query_payment

TIMERS_PER_CLAIM: Final = 50
OUTSIDE_THREADS: Final = 4
OUTSIDE_PENDING: Final = 12
"""Three rounds of calls, 20 s each at worst."""

Work: TypeAlias = Callable[[str, datetime], None]
WORK: Final[Mapping[TimerKind, Work]] = {
    TimerKind.START_DEADLINE: lambda subject_no, now: expire_start(session_no=subject_no, now=now),
    TimerKind.SESSION_WATCH: lambda subject_no, now: watch_session(session_no=subject_no, now=now),
    TimerKind.STOP_REPEAT: lambda subject_no, now: repeat_stop(session_no=subject_no, now=now),
    TimerKind.COMMAND_EXPIRY: lambda subject_no, now: expire_command(command_no=subject_no, now=now),
    TimerKind.PAYMENT_QUERY: lambda subject_no, now: query_payment(payment_no=subject_no, now=now),
    TimerKind.REVIEW_RELEASE: lambda subject_no, now: release_review(session_no=subject_no, now=now),
}
OUTSIDE_KINDS: Final = frozenset({TimerKind.PAYMENT_QUERY})
"""These call a channel, so they get threads of their own: a slow channel holds no deadline up."""

_BEFORE_TIMER: Final = CrashPoint("timers.before_work")
_AFTER_TIMER: Final = CrashPoint("timers.after_work")
_log = structlog.get_logger(__name__)


class OutsideLane:
    """The threads of timers that call a channel, bounded in number and waiting line; they let go of their claims."""

    def __init__(self, claims: HeldClaims) -> None:
        self._claims = claims
        self._free = threading.BoundedSemaphore(OUTSIDE_PENDING)
        self._executor = ThreadPoolExecutor(OUTSIDE_THREADS, thread_name_prefix="jobs-outside")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Finish what runs; what only waits is left to run out and be claimed again."""
        self._executor.shutdown(wait=True, cancel_futures=True)

    def offer(self, timer: ClaimedTimer) -> bool:
        """Run the timer in a thread; False when too many wait: its claim runs out and it is tried again."""
        return self.offer_work(lambda: self._run(timer))

    def offer_work(self, work: Callable[[], None]) -> bool:
        """Run anything that calls a channel in a thread; False when too many wait."""
        if not self._free.acquire(blocking=False):
            return False
        self._executor.submit(self._do, work)
        return True

    def _do(self, work: Callable[[], None]) -> None:
        try:
            work()
        finally:
            database.close()
            self._free.release()

    def _run(self, timer: ClaimedTimer) -> None:
        try:
            run_timer(timer)
        finally:
            self._claims.let_go([timer])


def run_due_timers(claims: HeldClaims, outside: OutsideLane) -> int:
    """Claim what is due and act on it; returns how many were claimed. Raises ServiceUnavailable."""
    claimed = claim_timers(limit=TIMERS_PER_CLAIM, now=utc_now())
    claims.hold(claimed)
    ours = set(claimed)
    try:
        for timer in claimed:
            if timer.kind not in OUTSIDE_KINDS:
                run_timer(timer)
            elif outside.offer(timer):
                ours.discard(timer)
            else:
                _log.warning("timer_put_off", kind=timer.kind.value, subject_no=timer.subject_no)
    finally:
        claims.let_go(ours)
    return len(claimed)


def run_timer(timer: ClaimedTimer) -> None:
    """Do a claimed timer's work, then remove it; work that fails is tried again later, ever more rarely."""
    now = utc_now()
    try:
        _BEFORE_TIMER()
        WORK[timer.kind](timer.subject_no, now)
        _AFTER_TIMER()
        finish_timer(timer=timer, now=now)
    except Exception as error:  # noqa: BLE001 - one bad row must not stop all others
        _put_off(timer, error)


def _put_off(timer: ClaimedTimer, error: Exception) -> None:
    names = {"kind": timer.kind.value, "subject_no": timer.subject_no, "attempts": timer.attempts}
    if isinstance(error, DomainError):
        _log.warning("timer_failed", **names, error=str(error))
    else:
        _log.error("timer_failed", **names, exc_info=error)
        database.close()  # whatever it was, the next transaction starts on a fresh connection
    try:
        retry_timer(timer=timer, error=f"{type(error).__name__}: {error}", now=utc_now())
    except DomainError as failure:
        _log.warning("timer_not_put_off", **names, error=str(failure))

"""A pile's answer to a command, and what a refusal means for the session behind it.

An answer is not obedience: what was asked of a session is done when the session says so.
"""

from datetime import timedelta

import structlog

from backend.domain.command import UNKNOWN_SESSION, CommandEvent, CommandKind, CommandState, next_state
from backend.domain.errors import CommandNotFound
from backend.domain.report import Report
from backend.domain.session import LIVE_STATES, FailureReason, SessionState
from backend.domain.timer import TimerKind
from backend.live import feed
from backend.models import Command, Session
from backend.models.engine.database import after_commit, locked, transactional
from backend.services.charging.fail_session import fail_session
from backend.services.charging.raise_limit import take_back_limit
from backend.services.ground.feed_topics import session_topics
from backend.services.ground.timers import clear_timer, set_timer

_log = structlog.get_logger(__name__)
_REASON_LENGTH = 200
ROWS_LAG_AT_MOST = timedelta(seconds=3)
"""Rows may lag their readings by a second (docs/adr/0009); then the bridge catches up."""
_FAILURES = {
    "not_plugged": FailureReason.NOT_PLUGGED,
    "expired": FailureReason.START_EXPIRED,
    "faulted": FailureReason.FAULT,
    "fault": FailureReason.FAULT,
}


@transactional
def record_reply(*, report: Report, command_no: str, result: str, reason: str) -> None:
    """`result` is accepted, done, rejected or failed; a repeat changes nothing.

    Raises CommandNotFound for an unknown command and for another pile's, ImpossibleTransition for an answer
    that contradicts an earlier one.
    """
    command = locked(Command.select().where(Command.command_no == command_no)).first()
    if command is None or command.pile_id != report.pile.id:
        raise CommandNotFound
    state = next_state(command.state, CommandEvent(result))
    if state == command.state:
        return
    command.state = state
    command.answered_at = report.received_at
    command.reason = reason[:_REASON_LENGTH]
    command.save()
    clear_timer(kind=TimerKind.COMMAND_EXPIRY, subject_no=command_no)
    if command.session_id is None:
        return
    session = locked(Session.select().where(Session.id == command.session_id)).get()
    if state in {CommandState.REJECTED, CommandState.FAILED}:
        _fail_if_nothing_flowed(session, command, report)
        _end_if_unknown(session, command, report)
        if command.kind is CommandKind.SET_LIMIT and session.state in LIVE_STATES:
            take_back_limit(session=session)
    topics = session_topics(session)
    after_commit(lambda: feed.publish(topics))


def _fail_if_nothing_flowed(session: Session, command: Command, report: Report) -> None:
    """A refused start fails its session; so does a refused stop of a session that never started."""
    _log.info(
        "command_refused", command_no=command.command_no, kind=command.kind.value, reason=command.reason
    )
    is_starting = session.state is SessionState.STARTING and command.kind is CommandKind.START
    never_started = session.state is SessionState.STOPPING and session.started_at is None
    if is_starting or never_started:
        failure = (
            FailureReason.CANCELLED_BY_DRIVER
            if never_started
            else _FAILURES.get(command.reason, FailureReason.REJECTED_BY_PILE)
        )
        fail_session(session=session, reason=failure, now=report.received_at)


def _end_if_unknown(session: Session, command: Command, report: Report) -> None:
    """A pile that does not know the session will not end it: that is done as soon as its last readings are rows."""
    if (
        command.kind is CommandKind.STOP
        and command.reason == UNKNOWN_SESSION
        and session.state is SessionState.STOPPING
    ):
        due_at = report.received_at + ROWS_LAG_AT_MOST
        set_timer(kind=TimerKind.STOP_REPEAT, subject_no=session.session_no, due_at=due_at)

"""A command died unanswered. An expired start asks the pile what it does, and is stopped in case it runs."""

from datetime import datetime

import structlog

from backend.domain.command import OPEN_STATES, CommandEvent, CommandKind, next_state
from backend.domain.session import FailureReason, SessionState, StopReason
from backend.models import Command, Session
from backend.models.engine.database import locked, transactional
from backend.services.charging.fail_session import fail_session
from backend.services.charging.send_stop import send_stop
from backend.services.commands.queue import queue_command

_log = structlog.get_logger(__name__)


@transactional
def expire_command(*, command_no: str, now: datetime) -> None:
    """Expire a command that is past its time and unanswered; an answered one is left alone."""
    command = locked(Command.select().where(Command.command_no == command_no)).first()
    if command is None or command.state not in OPEN_STATES:
        return
    was_sent = command.sent_at is not None
    command.state = next_state(command.state, CommandEvent.EXPIRED)
    command.save()
    _log.info("command_expired", command_no=command_no, kind=command.kind.value, was_sent=was_sent)
    if command.kind is not CommandKind.START or command.session_id is None:
        return
    session = locked(Session.select().where(Session.id == command.session_id)).get()
    if session.state is not SessionState.STARTING:
        return
    if was_sent:
        queue_command(
            pile_id=command.pile_id,
            operator_id=command.operator_id,
            kind=CommandKind.REPORT_STATUS,
            params={},
            now=now,
        )
        send_stop(session=session, reason=StopReason.PLATFORM, now=now)
    fail_session(session=session, reason=FailureReason.START_EXPIRED, now=now)

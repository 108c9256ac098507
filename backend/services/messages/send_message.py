"""Send a claimed message: the call stands between two transactions, and what became of it is recorded once."""

from datetime import datetime
from typing import Final

import structlog

from backend.domain.driver_message import MessageEvent, MessageState, gap_after, next_state
from backend.gateways import find_message_sender
from backend.gateways.message_sender import Sent, Words
from backend.models import DriverIdentity, DriverMessage, MessageCredit
from backend.models.engine.database import locked, reading, transactional
from backend.services.messages.words import find_words

_EVENTS: Final = {
    Sent.DONE: MessageEvent.SENT,
    Sent.REFUSED: MessageEvent.REFUSED,
    Sent.NEVER: MessageEvent.FAILED,
    Sent.NOT_NOW: MessageEvent.NOT_SENT,
    Sent.UNKNOWN: MessageEvent.NO_ANSWER,
}
_log = structlog.get_logger(__name__)


def send_message(*, message_id: int, now: datetime) -> None:
    """Not to be called inside a transaction. A message that nobody can be told of fails."""
    row, to, words = _read(message_id)
    sender = find_message_sender()
    if sender is None or row.kind not in sender.templates or not to or words is None:
        _record(message_id=message_id, attempt=row.attempts, sent=Sent.NEVER, why="nobody_to_tell", now=now)
        return
    sent, why = sender.send(kind=row.kind, to=to, words=words)
    _record(message_id=message_id, attempt=row.attempts, sent=sent, why=why, now=now)


@reading
def _read(message_id: int) -> tuple[DriverMessage, str, Words | None]:
    row = DriverMessage.get_by_id(message_id)
    sender = find_message_sender()
    if sender is None:
        return row, "", None
    is_reader = (DriverIdentity.driver_id == row.driver_id) & (DriverIdentity.kind == sender.reader_kind)
    identity = DriverIdentity.get_or_none(is_reader)
    return row, "" if identity is None else identity.key, find_words(row.kind, row.subject_no)


@transactional
def _record(*, message_id: int, attempt: int, sent: Sent, why: str, now: datetime) -> None:
    row = locked(DriverMessage.select().where(DriverMessage.id == message_id)).get()
    if row.state is not MessageState.SENDING or row.attempts != attempt:
        return  # it took too long, and was given up meanwhile
    row.state = next_state(row.state, _EVENTS[sent])
    row.last_error = why
    if row.state is MessageState.QUEUED:
        row.due_at = now + gap_after(row.attempts)
    else:
        row.due_at, row.ended_at = None, now
    row.save()
    own = (MessageCredit.driver_id == row.driver_id) & (MessageCredit.kind == row.kind)
    if sent in {Sent.NOT_NOW, Sent.NEVER}:
        MessageCredit.update(credits=MessageCredit.credits + 1).where(own).execute()
    elif sent is Sent.REFUSED:
        MessageCredit.update(credits=0).where(own).execute()
    _log.info("message_sent" if sent is Sent.DONE else "message_not_sent", message_no=row.message_no, why=why)

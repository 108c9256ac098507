"""Claim due messages, each for one call: what is claimed has its permission taken and may never be claimed by another.

A claim that ran out is of a process that died, perhaps after its call: such a message is unknown and ends.
"""

from datetime import datetime
from typing import Final

import structlog

from backend.domain.driver_message import (
    SENDING_FOR,
    MessageEvent,
    MessageState,
    next_state,
)
from backend.models import DriverMessage, MessageCredit
from backend.models.engine.database import locked, transactional

_NO_CREDIT: Final = "no_credit"
_log = structlog.get_logger(__name__)


@transactional
def claim_messages(*, limit: int, now: datetime) -> list[int]:
    """Row ids of at most `limit` messages that are to be sent now."""
    due = (
        DriverMessage.select().where(DriverMessage.due_at <= now).order_by(DriverMessage.due_at).limit(limit)
    )
    claimed = []
    for known in list(due):
        row = locked(DriverMessage.select().where(DriverMessage.id == known.id)).get()
        if row.due_at is None or row.due_at > now:
            continue  # another process was quicker
        _move(row, now)
        row.save()
        if row.state is MessageState.SENDING:
            claimed.append(row.id)
    return claimed


def _move(row: DriverMessage, now: datetime) -> None:
    if row.state is MessageState.SENDING:
        _log.warning("message_unknown", message_no=row.message_no)
        _end(row, MessageEvent.NO_ANSWER, "no_answer", now)
    elif now >= row.deadline_at:
        _log.warning("message_expired", message_no=row.message_no, last_error=row.last_error)
        _end(row, MessageEvent.EXPIRED, row.last_error, now)
    elif not _take_credit(row):
        _end(row, MessageEvent.REFUSED, _NO_CREDIT, now)
    else:
        row.state = next_state(row.state, MessageEvent.CLAIMED)
        row.attempts += 1
        row.due_at = now + SENDING_FOR


def _end(row: DriverMessage, event: MessageEvent, why: str, now: datetime) -> None:
    row.state = next_state(row.state, event)
    row.due_at, row.ended_at, row.last_error = None, now, why


def _take_credit(row: DriverMessage) -> bool:
    own = (MessageCredit.driver_id == row.driver_id) & (MessageCredit.kind == row.kind)
    return bool(
        MessageCredit.update(credits=MessageCredit.credits - 1)
        .where(own & (MessageCredit.credits > 0))
        .execute()
    )

"""Invariant of messages to drivers: I54 one for each fact, on its way or ended, and never more than was allowed."""

from collections.abc import Iterator

from backend.domain.driver_message import ON_THE_WAY, MessageState
from tests.invariants.rows import Rows


def messages_end_and_are_allowed(rows: Rows) -> Iterator[str]:
    """I54: a message is due exactly while it is on its way, was tried before it was sent, and permissions are not below 0."""
    for row in rows.driver_messages:
        name = f"message {row.id} ({row.message_no}, {row.state.value})"
        if (row.due_at is not None) != (row.state in ON_THE_WAY) or (row.ended_at is None) != (
            row.state in ON_THE_WAY
        ):
            yield f"{name} is due at {row.due_at} and ended at {row.ended_at}"
        if row.state in {MessageState.SENT, MessageState.UNKNOWN, MessageState.SENDING} and not row.attempts:
            yield f"{name} was never tried"
    for credit in rows.message_credits:
        if credit.credits < 0:
            yield f"driver {credit.driver_id} has {credit.credits} permissions for {credit.kind.value}"

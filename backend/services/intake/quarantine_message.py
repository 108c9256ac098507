"""Keeps a message that could not be taken, whole and with the reason, for people to look at (隔离区)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import msgspec

from backend.models import Quarantine
from backend.models.engine.database import transactional

MAX_PAYLOAD_BYTES: Final = 20_480
"""The broker's packet limit: nothing longer comes through it."""
_TOPIC_LENGTH: Final = 200
_PILE_NO_LENGTH: Final = 64
_REASON_LENGTH: Final = 50
_DETAIL_LENGTH: Final = 500


class RefusedMessage(msgspec.Struct, frozen=True, kw_only=True):
    topic: str
    pile_no: str
    payload: bytes
    reason: str
    detail: str


@transactional
def quarantine_messages(*, messages: Sequence[RefusedMessage], now: datetime) -> None:
    """Keep these messages; texts are cut to what the columns hold, so that keeping one never fails."""
    for message in messages:
        Quarantine.create(
            topic=message.topic[:_TOPIC_LENGTH],
            pile_no=message.pile_no[:_PILE_NO_LENGTH],
            payload=message.payload[:MAX_PAYLOAD_BYTES],
            reason=message.reason[:_REASON_LENGTH],
            detail=message.detail[:_DETAIL_LENGTH],
            received_at=now,
        )

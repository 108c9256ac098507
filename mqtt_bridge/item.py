"""A received message on its way through the bridge, and what a committed batch of them did."""

import hashlib
from typing import Any

import msgspec

from backend.domain.live_progress import LiveProgress
from backend.domain.record_digest import DIGEST_LENGTH
from backend.domain.report import Report
from backend.services.intake.quarantine_message import RefusedMessage
from mqtt_bridge import messages, topics
from mqtt_bridge.messages import DecodeError, RefusedId, UpMessage
from mqtt_bridge.pile_book import Draft, HeardPile


class Item(msgspec.Struct, kw_only=True, gc=False):
    """A received message; `token` acknowledges it. `reason` is set when it cannot be taken."""

    topic: str
    payload: bytes
    token: int
    pile_no: str = ""
    kind: str = ""
    message: UpMessage | None = None
    reason: str = ""
    detail: str = ""
    _digest: str = ""

    def refuse(self, reason: str, detail: str) -> None:
        """Send this message to quarantine instead of to a service."""
        self.reason, self.detail = reason, detail

    @property
    def refused_message(self) -> RefusedMessage:
        """What quarantine keeps of it."""
        return RefusedMessage(
            topic=self.topic,
            pile_no=self.pile_no,
            payload=self.payload,
            reason=self.reason,
            detail=self.detail,
        )

    @property
    def digest(self) -> str:
        """Of what was said: the same for a message that is sent again later with its mark `replayed`, and no other."""
        if not self._digest:
            self._digest = content_digest(self.payload)
        return self._digest

    @property
    def message_id(self) -> str | None:
        return self.message.id if self.message is not None else messages.find_id(self.payload)


class PoisonError(Exception):
    """One message of a batch was refused by its service; the batch is to be done again without it."""

    def __init__(self, item: Item, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.item = item
        self.reason = reason
        self.detail = detail


class Taken(msgspec.Struct, frozen=True):
    """A message of a known pile with its place in order."""

    item: Item
    message: UpMessage
    heard: HeardPile
    report: Report


class Outcome(msgspec.Struct, kw_only=True):
    """What a committed batch did, for the memory, the live view, the piles and the counters."""

    draft: Draft
    progress: dict[str, LiveProgress] = msgspec.field(default_factory=dict)
    # sessions that changed otherwise than by meters: their progress in memory is old
    to_forget: set[str] = msgspec.field(default_factory=set)
    applied: int = 0
    duplicates: int = 0
    quarantined: int = 0
    receipts: dict[str, list[str]] = msgspec.field(default_factory=dict)
    refusals: dict[str, list[RefusedId]] = msgspec.field(default_factory=dict)
    feed_topics: set[str] = msgspec.field(default_factory=set)


def content_digest(payload: bytes) -> str:
    """A short name of a message's content, however it is written and marked. Takes any bytes."""
    try:
        body = msgspec.json.decode(payload, type=dict[str, Any])
        body.pop("replayed", None)
        content = msgspec.json.encode(body, order="sorted")
    except (ValueError, RecursionError):  # a field that we do not know may hold what no other decoder takes
        content = payload
    return hashlib.sha256(content).hexdigest()[:DIGEST_LENGTH]


def read_item(topic: str, payload: bytes, token: int) -> Item:
    """Decode a received message; one that cannot be decoded is an item with its reason."""
    pile_no, kind = topics.parse_up(topic) or ("", "")
    item = Item(topic=topic, payload=payload, token=token, pile_no=pile_no, kind=kind)
    try:
        item.message = messages.decode(topic, payload)
    except DecodeError as error:
        item.refuse(error.reason, error.detail)
    return item

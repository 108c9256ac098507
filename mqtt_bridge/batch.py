"""The writer: makes what was received durable, in order, then tells the memory, the live view, broker and piles.

Nothing is acknowledged before it is durable or in quarantine; with the database away the same batch is tried
until it is back. Needs no broker: it is fed (topic, payload, token) and handed what acknowledges and publishes.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Final, TypeAlias

import msgspec
import peewee
import structlog

from backend.domain.errors import ServiceUnavailable
from backend.live import feed, live_status
from backend.models import database
from backend.services.live_progress import ProgressBook
from mqtt_bridge import topics
from mqtt_bridge.application import apply_items
from mqtt_bridge.item import Item, Outcome, PoisonError, read_item
from mqtt_bridge.messages import ReceiptDown, RefusedId
from mqtt_bridge.pile_book import PileBook

FIRST_WAIT_S: Final = 0.05
LONGEST_WAIT_S: Final = 2.0
IDS_PER_RECEIPT: Final = 100
_log = structlog.get_logger(__name__)

Incoming: TypeAlias = tuple[str, bytes, int]
"""Topic, payload and the token that acknowledges it."""
Acknowledge: TypeAlias = Callable[[Sequence[int]], None]
Publish: TypeAlias = Callable[[str, bytes], None]


class StoppedError(Exception):
    """The bridge is to stop while the database is away: what was not written stays with the broker."""


class Totals(msgspec.Struct):
    """Since the start: received = applied + duplicates + quarantined + what is being written now."""

    received: int = 0
    applied: int = 0
    duplicates: int = 0
    quarantined: int = 0
    batches: int = 0
    last_batch: int = 0
    # from taking the last batch to its commit
    lag_s: float = 0.0


class Writer:
    """Writes batches; `stopping` ends its patience with a database that is away. Not for several threads."""

    def __init__(
        self,
        *,
        acknowledge: Acknowledge,
        publish: Publish,
        clock: Callable[[], datetime],
        stopping: threading.Event | None = None,
    ) -> None:
        self.totals = Totals()
        self._acknowledge = acknowledge
        self._publish = publish
        self._clock = clock
        self._stopping = stopping or threading.Event()
        self._piles = PileBook()
        self._sessions = ProgressBook()

    def write(self, batch: Sequence[Incoming]) -> None:
        """Make a batch durable and acknowledge it. Raises StoppedError with nothing half done."""
        self.totals.received += len(batch)
        self.totals.batches += 1
        self.totals.last_batch = len(batch)
        now = self._clock()
        self._settle([read_item(topic, payload, token) for topic, payload, token in batch], now)
        self.totals.lag_s = (self._clock() - now).total_seconds()

    def _settle(self, items: Sequence[Item], now: datetime) -> None:
        """Write the items; whatever cannot be taken is isolated and quarantined, in the order of arrival."""
        while True:
            try:
                outcome = self._apply_patiently(items, now)
            except PoisonError as poison:
                _log.warning("message_refused", topic=poison.item.topic, reason=poison.reason)
                poison.item.refuse(poison.reason, poison.detail)
            except StoppedError:
                raise
            except Exception as error:
                if len(items) > 1:
                    middle = len(items) // 2
                    self._settle(items[:middle], now)
                    self._settle(items[middle:], now)
                    return
                if items[0].reason:
                    raise  # not even quarantine takes it: the process ends, the broker keeps the message
                _log.exception("message_failed", topic=items[0].topic)
                items[0].refuse("internal_error", f"{type(error).__name__}: {error}")
            else:
                self._finish(items, outcome)
                return

    def _apply_patiently(self, items: Sequence[Item], now: datetime) -> Outcome:
        """`apply_items`, again and again while the database is away."""
        wait_s = FIRST_WAIT_S
        is_told = False
        while True:
            try:
                outcome = apply_items(items, self._piles, self._sessions, now)
            except (ServiceUnavailable, peewee.InterfaceError, peewee.InternalError) as error:
                database.close()
                if not is_told:
                    _log.warning("database_away", error=str(error), waiting=len(items))
                    is_told = True
                if self._stopping.wait(wait_s):
                    raise StoppedError from error
                wait_s = min(wait_s * 2, LONGEST_WAIT_S)
            else:
                if is_told:
                    _log.info("database_back")
                return outcome

    def _finish(self, items: Sequence[Item], outcome: Outcome) -> None:
        """After the commit: a lost effect here is made good by a redelivery, a resend or a rebuild."""
        self._piles.install(outcome.draft)
        self._sessions.install(outcome.progress, outcome.to_forget)
        self.totals.applied += outcome.applied
        self.totals.duplicates += outcome.duplicates
        self.totals.quarantined += outcome.quarantined
        live_status.put_many(outcome.draft.live_piles())
        feed.publish(outcome.feed_topics)
        self._acknowledge([item.token for item in items])
        self._send_receipts(outcome.receipts, outcome.refusals)

    def _send_receipts(
        self, receipts: Mapping[str, Sequence[str]], refusals: Mapping[str, Sequence[RefusedId]]
    ) -> None:
        for pile_no, ids in receipts.items():
            for start in range(0, len(ids), IDS_PER_RECEIPT):
                self._send(pile_no, ReceiptDown(ids=list(ids[start : start + IDS_PER_RECEIPT])))
        for pile_no, refused in refusals.items():
            for start in range(0, len(refused), IDS_PER_RECEIPT):
                part = list(refused[start : start + IDS_PER_RECEIPT])
                self._send(pile_no, ReceiptDown(ids=[], refused=part))

    def _send(self, pile_no: str, receipt: ReceiptDown) -> None:
        self._publish(topics.down(pile_no, "receipt"), msgspec.json.encode(receipt))

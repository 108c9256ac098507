"""The writer: makes what was received durable, in order, then tells the memory, the live view, broker and piles.

Nothing is acknowledged before it is durable or in quarantine; with the database away the same batch is tried
until it is back. Needs no broker: it is fed (topic, payload, token) and handed what acknowledges and publishes.
"""

import functools
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, TypeAlias, TypeVar

import msgspec
import peewee
import structlog

from backend.crash_points import CrashPoint
from backend.domain.errors import ServiceUnavailable
from backend.domain.live_progress import LiveProgress
from backend.live import feed, live_status
from backend.models.engine import database
from backend.services.ground.hearing import note_hearing
from backend.services.intake.load_progress import load_live_progress
from backend.services.intake.progress_book import ProgressBook
from backend.services.intake.record_meters import write_behind
from mqtt_bridge import topics
from mqtt_bridge.application import apply_items
from mqtt_bridge.item import Item, Outcome, PoisonError, read_item
from mqtt_bridge.messages import ReceiptDown, RefusedId
from mqtt_bridge.pile_book import PileBook

FIRST_WAIT_S: Final = 0.05
LONGEST_WAIT_S: Final = 2.0
IDS_PER_RECEIPT: Final = 100
NOTE_HEARING_EVERY: Final = timedelta(seconds=10)
SESSIONS_PER_WRITE: Final = 500
R = TypeVar("R")
_BEFORE_BATCH: Final = CrashPoint("bridge.before_batch")
_AFTER_LIVE_VIEW: Final = CrashPoint("bridge.after_live_view")
_BEFORE_ACK: Final = CrashPoint("bridge.before_ack")
_AFTER_ACK: Final = CrashPoint("bridge.after_ack")
_AFTER_RECEIPT: Final = CrashPoint("bridge.after_receipt")
_log = structlog.get_logger(__name__)

Incoming: TypeAlias = tuple[str, bytes, int]
"""Topic, payload and the token that acknowledges it."""
Acknowledge: TypeAlias = Callable[[Sequence[int]], None]
Publish: TypeAlias = Callable[[str, bytes], None]
Apply: TypeAlias = Callable[[Sequence[Item], PileBook, ProgressBook, datetime], Outcome]
WriteLate: TypeAlias = Callable[..., Mapping[str, LiveProgress]]


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
        name: str = "bridge",
        stopping: threading.Event | None = None,
        apply: Apply = apply_items,
        write_late: WriteLate = write_behind,
        first_wait_s: float = FIRST_WAIT_S,
    ) -> None:
        self.totals = Totals()
        self._name = name
        self._hearing_noted_at: datetime | None = None
        self._acknowledge = acknowledge
        self._publish = publish
        self._clock = clock
        self._stopping = stopping or threading.Event()
        self._apply = apply
        self._write_late = write_late
        self._first_wait_s = first_wait_s
        self._piles = PileBook()
        self._sessions = ProgressBook()

    def write(self, batch: Sequence[Incoming]) -> None:
        """Make a batch durable and acknowledge it. Raises StoppedError with nothing half done."""
        _BEFORE_BATCH()
        self.totals.received += len(batch)
        self.totals.batches += 1
        self.totals.last_batch = len(batch)
        now = self._clock()
        self._settle([read_item(topic, payload, token) for topic, payload, token in batch], now)
        self.totals.lag_s = (self._clock() - now).total_seconds()

    def restore(self) -> None:
        """At the start: take up the open sessions, and write what their rows lack since a bridge was killed.

        Raises StoppedError. Anything else that goes wrong is logged: each session is caught up at its next message.
        """
        after = 0
        try:
            while True:
                last, progress = self._patiently(functools.partial(load_live_progress, after=after))
                if last == after:
                    return
                self._sessions.install(progress)
                self.catch_up(is_all=True)
                after = last
        except StoppedError:
            raise
        except Exception:  # noqa: BLE001 - the bridge serves without it
            _log.exception("restore_failed")

    def catch_up(self, *, is_all: bool = False) -> None:
        """Write the rows that have lacked a reading for long (`is_all`: at all): their piles fell silent.

        What cannot be written is forgotten here: the next message finds it in `meter_value`.
        """
        now = self._clock()
        behind = self._sessions.list_behind() if is_all else self._sessions.list_overdue(now)
        for start in range(0, len(behind), SESSIONS_PER_WRITE):
            part = behind[start : start + SESSIONS_PER_WRITE]
            numbers = [one.session_no for one in part]
            try:
                written = self._write_late(sessions=part, now=now)
            except ServiceUnavailable:
                return
            except Exception:  # noqa: BLE001 - it must not keep messages from being taken
                _log.exception("rows_left_behind", sessions=len(part))
                self._sessions.install({}, numbers)
            else:
                self._sessions.install(written)
                feed.publish([f"session:{number}" for number in numbers])

    def note_hearing(self) -> None:
        """Note every few seconds that piles are heard and nothing of theirs waits; what cannot be noted was not heard."""
        now = self._clock()
        noted_at = self._hearing_noted_at
        if noted_at is not None and abs(now - noted_at) < NOTE_HEARING_EVERY:
            return
        self._hearing_noted_at = now
        try:
            note_hearing(bridge=self._name, now=now)
        except ServiceUnavailable:
            return
        except Exception:  # noqa: BLE001 - it must not keep messages from being taken
            _log.exception("hearing_not_noted")

    def _settle(self, items: Sequence[Item], now: datetime) -> None:
        """Write the items; whatever cannot be taken is isolated and quarantined, in the order of arrival."""
        while (failure := self._try(items, now)) is not None:
            if isinstance(failure, PoisonError):
                _log.warning("message_refused", topic=failure.item.topic, reason=failure.reason)
                failure.item.refuse(failure.reason, failure.detail)
            elif len(items) > 1:
                middle = len(items) // 2
                self._settle(items[:middle], now)
                self._settle(items[middle:], now)
                return
            elif items[0].reason:
                raise failure  # not even quarantine takes it: the process ends, the broker keeps the message
            else:
                _log.error("message_failed", topic=items[0].topic, exc_info=failure)
                items[0].refuse("internal_error", f"{type(failure).__name__}: {failure}")

    def _try(self, items: Sequence[Item], now: datetime) -> Exception | None:
        """Write the items as one; None, or what of their content prevented it. Raises StoppedError."""
        try:
            outcome = self._patiently(
                lambda: self._apply(items, self._piles, self._sessions, now), waiting=len(items)
            )
        except StoppedError:
            raise
        except Exception as error:  # noqa: BLE001 - bisected, then quarantined with its message
            return error
        self._finish(items, outcome)
        return None

    def _patiently(self, work: Callable[[], R], waiting: int = 0) -> R:
        """`work`, again and again while the database is away and so many messages wait for it."""
        wait_s = self._first_wait_s
        is_told = False
        while True:
            try:
                result = work()
            except (ServiceUnavailable, peewee.InterfaceError, peewee.InternalError) as error:
                database.close()
                if not is_told:
                    _log.warning("database_away", error=str(error), waiting=waiting)
                    is_told = True
                if self._stopping.wait(wait_s):
                    raise StoppedError from error
                wait_s = min(wait_s * 2, LONGEST_WAIT_S)
            else:
                if is_told:
                    _log.info("database_back")
                return result

    def _finish(self, items: Sequence[Item], outcome: Outcome) -> None:
        """After the commit: a lost effect here is made good by a redelivery, a resend or a rebuild."""
        self._piles.install(outcome.draft)
        self._sessions.install(outcome.progress, outcome.to_forget)
        self.totals.applied += outcome.applied
        self.totals.duplicates += outcome.duplicates
        self.totals.quarantined += outcome.quarantined
        live_status.put_many(outcome.draft.live_piles())
        _AFTER_LIVE_VIEW()
        feed.publish(outcome.feed_topics)
        _BEFORE_ACK()
        self._acknowledge([item.token for item in items])
        _AFTER_ACK()
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
        _AFTER_RECEIPT()

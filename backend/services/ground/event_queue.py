"""Events on their way to consumers: handed out in batches, taken from a durable place, set aside when they fail.

At least once: what a consumer writes and its place are one transaction, guarded by the place it read from, so of two
processes one takes a part and the other rolls back. What a consumer does outside the database may happen twice.
An event that fails is set aside, tried again ever more rarely, and parked at last; it stops no other.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypeAlias

import msgspec
import structlog
from peewee import IntegrityError, fn

from backend.domain.event import Detail, EventKind, decode_detail
from backend.models import Event, EventConsumer, EventCounter, EventRetry
from backend.models.engine.database import RetryTransaction, locked, reading, transactional

EVENTS_PER_BATCH: Final = 500
EVENTS_PER_TAKE: Final = 100
RETRIES_PER_CALL: Final = 20
CLAIM_S: Final = 15
"""A process that died with its claim is waited for no longer."""
RETRY_FIRST_S: Final = 5
RETRY_LONGEST_S: Final = 3_600
PARK_AFTER: Final = 12
"""About three hours of trying."""
_ERROR_LENGTH: Final = 200
_ONLY_ROW: Final = 1
_log = structlog.get_logger(__name__)


class ToldEvent(msgspec.Struct, frozen=True, kw_only=True):
    """A committed event as a consumer takes it; `detail` is the struct of its kind."""

    id: int
    at: datetime
    kind: EventKind
    operator_id: int
    object_no: str
    detail: Detail


Take: TypeAlias = Callable[[Sequence[ToldEvent], datetime], None]
"""A consumer's work, inside a transaction: it writes rows and calls nobody outside. Harmless to repeat."""


@dataclass(frozen=True, slots=True)
class Consumer:
    """`take` gets events of these kinds in the order they were handed out. A name is for ever: its place is kept by it.

    `from_the_first`: a new consumer begins with what is still kept, rather than with what comes next.
    """

    name: str
    kinds: frozenset[EventKind]
    take: Take
    from_the_first: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Everything up to here is done: by batch, then by id."""

    batch: int
    event_id: int


@reading
def has_new_events() -> bool:
    """Whether anything waits to be handed out. Raises ServiceUnavailable."""
    return bool(Event.select(Event.id).where(Event.batch == 0).limit(1).exists())


@transactional
def hand_out_events() -> int:
    """Give what was committed since the last time the next batch's number; returns how many events that were.

    One process at a time: the row of `event_counter` is locked until the batch can be seen, so no event ever appears
    behind a place that a consumer has reached, however late its transaction committed.
    """
    newest = _lock_newest_batch()
    ids = [
        row.id
        for row in Event.select(Event.id).where(Event.batch == 0).order_by(Event.id).limit(EVENTS_PER_BATCH)
    ]
    if ids:
        Event.update(batch=newest + 1).where(Event.id.in_(ids)).execute()
        EventCounter.update(batch=newest + 1).where(EventCounter.id == _ONLY_ROW).execute()
    return len(ids)


@reading
def find_place(*, consumer: Consumer) -> Place | None:
    """Where the consumer is; None for one that has not begun. Raises ServiceUnavailable."""
    row = EventConsumer.get_or_none(EventConsumer.name == consumer.name)
    return None if row is None else Place(row.batch, row.event_id)


@transactional
def begin_consumer(*, consumer: Consumer) -> None:
    """Give a new consumer its first place."""
    batch = 0 if consumer.from_the_first else _lock_newest_batch()
    last = Event.select(fn.MAX(Event.id)).where(Event.batch == batch).scalar() if batch else 0
    try:
        EventConsumer.create(name=consumer.name, batch=batch, event_id=last or 0)
    except IntegrityError as error:
        raise RetryTransaction from error


@reading
def list_events_after(place: Place, *, limit: int) -> list[Event]:
    """The next events that were handed out, of all kinds. Raises ServiceUnavailable."""
    is_after = (Event.batch > place.batch) | ((Event.batch == place.batch) & (Event.id > place.event_id))
    return list(
        Event.select()
        # the first condition is the one an index serves
        .where((Event.batch >= max(place.batch, 1)) & is_after)
        .order_by(Event.batch, Event.id)
        .limit(limit)
    )


@transactional
def claim_consumer(*, consumer: Consumer, now: datetime) -> bool:
    """Whether this process may work for the consumer now. Spares others the work; the place alone keeps it right."""
    is_free = EventConsumer.claimed_until.is_null() | (EventConsumer.claimed_until < now)
    return bool(
        EventConsumer.update(claimed_until=now + timedelta(seconds=CLAIM_S))
        .where((EventConsumer.name == consumer.name) & is_free)
        .execute()
    )


@transactional
def release_consumer(*, consumer: Consumer) -> None:
    """Let others work for it."""
    EventConsumer.update(claimed_until=None).where(EventConsumer.name == consumer.name).execute()


@transactional
def take_events(*, consumer: Consumer, place: Place, events: Sequence[Event], now: datetime) -> bool:
    """The consumer's work for the events after `place`, and its new place; False where another process was quicker.

    Raises what the work raises: nothing is done then.
    """
    if not _move(consumer, place, events[-1]):
        return False
    if wanted := [_told(row) for row in events if row.kind in consumer.kinds]:
        consumer.take(wanted, now)
    return True


@transactional
def set_aside(*, consumer: Consumer, place: Place, event: Event, error: str, now: datetime) -> bool:
    """Step over an event that failed; it is tried again later. False where another process was quicker."""
    if not _move(consumer, place, event):
        return False
    EventRetry.insert(
        consumer=consumer.name,
        event_id=event.id,
        attempts=1,
        due_at=now + timedelta(seconds=RETRY_FIRST_S),
        last_error=error[:_ERROR_LENGTH],
    ).execute()
    return True


@transactional
def claim_retries(*, names: Collection[str], now: datetime) -> list[EventRetry]:
    """Events of these consumers that are due again, each put off as it is claimed: whoever dies with it tries later."""
    is_due = ~EventRetry.is_parked & (EventRetry.due_at <= now)
    due = EventRetry.select().where(is_due & EventRetry.consumer.in_(list(names)))
    claimed = []
    for row in list(due.order_by(EventRetry.due_at).limit(RETRIES_PER_CALL)):
        wait_s = min(RETRY_FIRST_S * 2**row.attempts, RETRY_LONGEST_S)
        won = (
            EventRetry.update(attempts=row.attempts + 1, due_at=now + timedelta(seconds=wait_s))
            .where(_is(row) & (EventRetry.attempts == row.attempts))
            .execute()
        )
        if won:
            row.attempts += 1
            claimed.append(row)
    return claimed


@transactional
def retry_event(*, consumer: Consumer, retry: EventRetry, now: datetime) -> None:
    """The consumer's work for one event that was set aside, which is done with then. Raises what the work raises."""
    if not EventRetry.delete().where(_is(retry)).execute():
        return
    event = Event.get_by_id(retry.event_id)
    if event.kind in consumer.kinds:
        consumer.take([_told(event)], now)


@transactional
def note_failed_retry(*, retry: EventRetry, error: str) -> None:
    """Keep why it failed again; after `PARK_AFTER` times it waits for a person."""
    is_parked = retry.attempts >= PARK_AFTER
    EventRetry.update(is_parked=is_parked, last_error=error[:_ERROR_LENGTH]).where(_is(retry)).execute()
    if is_parked:
        _log.error("event_parked", consumer=retry.consumer, event_id=retry.event_id, error=error)


@reading
def count_parked() -> dict[str, int]:
    """How many events wait for a person, by consumer. Raises ServiceUnavailable."""
    rows: Any = (
        EventRetry.select(EventRetry.consumer, fn.COUNT(EventRetry.event_id))
        .where(EventRetry.is_parked)
        .group_by(EventRetry.consumer)
        .tuples()
    )
    return dict(rows)


def _lock_newest_batch() -> int:
    row = locked(EventCounter.select().where(EventCounter.id == _ONLY_ROW)).first()
    if row is not None:
        return int(row.batch)
    try:
        EventCounter.insert(id=_ONLY_ROW).execute()
    except IntegrityError as error:
        raise RetryTransaction from error
    return 0


def _move(consumer: Consumer, place: Place, last: Event) -> bool:
    return bool(
        EventConsumer.update(batch=last.batch, event_id=last.id)
        .where(
            (EventConsumer.name == consumer.name)
            & (EventConsumer.batch == place.batch)
            & (EventConsumer.event_id == place.event_id)
        )
        .execute()
    )


def _is(retry: EventRetry) -> Any:
    return (EventRetry.consumer == retry.consumer) & (EventRetry.event_id == retry.event_id)


def _told(row: Event) -> ToldEvent:
    kind = EventKind(row.kind)
    return ToldEvent(
        id=row.id,
        at=row.at,
        kind=kind,
        operator_id=row.operator_id,
        object_no=row.object_no,
        detail=decode_detail(kind, row.detail),
    )

"""Who hears of events: the table of consumers, and the work of one turn for them. Any number of processes may do it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

import structlog

from backend.crash_points import CrashPoint
from backend.domain.errors import DomainError, ServiceUnavailable
from backend.domain.event import EventKind
from backend.domain.fact import CONSUMER as FACTS
from backend.gateways.clock import utc_now
from backend.models import Event, EventRetry
from backend.models.engine import database
from backend.services.charging.begin_prepaid_session import begin_prepaid_sessions
from backend.services.facts.count_facts import KINDS as FACT_KINDS
from backend.services.facts.count_facts import count_facts
from backend.services.ground.event_queue import (
    EVENTS_PER_BATCH,
    EVENTS_PER_TAKE,
    Consumer,
    Place,
    begin_consumer,
    claim_consumer,
    claim_retries,
    count_parked,
    find_place,
    hand_out_events,
    has_new_events,
    list_events_after,
    note_failed_retry,
    release_consumer,
    retry_event,
    set_aside,
    take_events,
)
from backend.services.intake.count_offline import count_offline
from backend.services.messages.queue_bills import queue_bills
from backend.services.upkeep.count_drivers import count_drivers

CONSUMERS: Final = (
    Consumer("pile_days", frozenset({EventKind.PILE_WENT_OFFLINE}), count_offline, from_the_first=True),
    Consumer(
        "prepaid_sessions",
        frozenset({EventKind.PAYMENT_PAID}),
        begin_prepaid_sessions,
        from_the_first=True,
    ),
    Consumer(
        "driver_totals",
        frozenset({EventKind.ORDER_SETTLED, EventKind.ORDER_CORRECTED}),
        count_drivers,
        from_the_first=True,
    ),
    # what was before is counted by the sweep `facts`, a little at a time
    Consumer(FACTS, FACT_KINDS, count_facts, from_the_first=False),
    Consumer("bill_messages", frozenset({EventKind.ORDER_SETTLED}), queue_bills, from_the_first=False),
)
BATCHES_PER_TURN: Final = 20
TAKES_PER_TURN: Final = 20
"""What is more goes on at the next turn, so that timers wait for no crowd of events."""

_BEFORE_TAKE: Final = CrashPoint("events.before_take")
_log = structlog.get_logger(__name__)


def run_events(consumers: Sequence[Consumer] = CONSUMERS) -> None:
    """Hand out what was committed, then let each consumer take its share. Raises ServiceUnavailable."""
    for _ in range(BATCHES_PER_TURN):
        if not has_new_events() or hand_out_events() < EVENTS_PER_BATCH:
            break
    for consumer in consumers:
        _run_consumer(consumer)
    _run_retries({consumer.name: consumer for consumer in consumers})


def tell_parked(*, now: datetime) -> int:
    """Say again how many events wait for a person; a sweep. Raises ServiceUnavailable."""
    del now
    parked = count_parked()
    for name, count in parked.items():
        _log.error("events_parked", consumer=name, events=count)
    return sum(parked.values())


def _run_consumer(consumer: Consumer) -> None:
    place = find_place(consumer=consumer)
    if place is None:
        begin_consumer(consumer=consumer)
        return
    if not list_events_after(place, limit=1) or not claim_consumer(consumer=consumer, now=utc_now()):
        return
    try:
        for _ in range(TAKES_PER_TURN):
            place = find_place(consumer=consumer)
            events = [] if place is None else list_events_after(place, limit=EVENTS_PER_TAKE)
            if place is None or not events or not _take(consumer, place, events):
                return
    finally:
        release_consumer(consumer=consumer)


def _take(consumer: Consumer, place: Place, events: Sequence[Event]) -> bool:
    """Take the events together; if one of them fails, each by itself. False where another process was quicker."""
    _BEFORE_TAKE()
    try:
        return take_events(consumer=consumer, place=place, events=events, now=utc_now())
    except ServiceUnavailable:
        raise
    except Exception as error:  # noqa: BLE001 - one bad event must not stop all others
        _drop_connection(error)
        if len(events) > 1:
            return _take_one_by_one(consumer, place, events)
        _log.error("event_failed", consumer=consumer.name, event_id=events[0].id, exc_info=error)
        return set_aside(consumer=consumer, place=place, event=events[0], error=_said(error), now=utc_now())


def _take_one_by_one(consumer: Consumer, place: Place, events: Sequence[Event]) -> bool:
    for event in events:
        if not _take(consumer, place, [event]):
            return False
        place = Place(event.batch, event.id)
    return True


def _run_retries(consumers: dict[str, Consumer]) -> None:
    for retry in claim_retries(names=consumers, now=utc_now()):
        try:
            retry_event(consumer=consumers[retry.consumer], retry=retry, now=utc_now())
        except ServiceUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - as above
            _drop_connection(error)
            _note(retry, error)


def _note(retry: EventRetry, error: Exception) -> None:
    names = {"consumer": retry.consumer, "event_id": retry.event_id, "attempts": retry.attempts}
    _log.warning("event_failed_again", **names, exc_info=error)
    note_failed_retry(retry=retry, error=_said(error))


def _drop_connection(error: Exception) -> None:
    if not isinstance(error, DomainError):
        database.close()  # whatever it was, the next transaction starts on a fresh connection


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"

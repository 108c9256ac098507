"""A consumer of events: the facts of the days that an order or a start is in, and was in before a correction."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from backend.domain.event import SHAPES, EventKind, ObjectKind, OrderCorrected, OrderSettled
from backend.models import Order, Session, Station
from backend.models.engine.database import transactional
from backend.services.facts.recount_facts import recount_facts
from backend.services.ground.event_queue import ToldEvent

KINDS = frozenset(
    {
        EventKind.SESSION_STARTED,
        EventKind.SESSION_FAILED,
        EventKind.SESSION_PUT_IN_REVIEW,
        EventKind.SESSION_ENDED,
        EventKind.ORDER_SETTLED,
        EventKind.ORDER_CORRECTED,
        EventKind.IDLE_FEE_BILLED,
        EventKind.IDLE_FEE_WAIVED,
    }
)


@transactional
def count_facts(events: Sequence[ToldEvent], now: datetime) -> None:
    """Recount what these events are about, each station's day once."""
    del now
    days = _days_of_orders(events) | _days_of_starts(_numbers(events, ObjectKind.SESSION))
    for station_id, day in sorted(days):
        recount_facts(station_id=station_id, from_date=day, to_date=day)


def _numbers(events: Sequence[ToldEvent], kind: ObjectKind) -> set[str]:
    return {event.object_no for event in events if SHAPES[event.kind][0] is kind}


def _days_of_orders(events: Sequence[ToldEvent]) -> set[tuple[int, date]]:
    rows: Any = (
        Order.select(Order.order_no, Order.station_id, Order.ended_at, Station.time_zone)
        .join(Station, on=(Station.id == Order.station_id))
        .where(Order.order_no.in_(_numbers(events, ObjectKind.ORDER)))
        .tuples()
    )
    days, place_of = set(), {}
    for order_no, station_id, ended_at, time_zone in rows:
        place_of[order_no] = (station_id, ZoneInfo(time_zone))
        days.add((station_id, _local(ended_at, ZoneInfo(time_zone))))
    for event in events:
        if isinstance(event.detail, OrderSettled | OrderCorrected) and event.object_no in place_of:
            station_id, zone = place_of[event.object_no]
            if event.detail.ended_before is not None:
                days.add((station_id, _local(event.detail.ended_before, zone)))
    return days


def _days_of_starts(numbers: Collection[str]) -> set[tuple[int, date]]:
    rows: Any = (
        Session.select(Session.station_id, Session.created_at, Station.time_zone)
        .join(Station, on=(Station.id == Session.station_id))
        .where(Session.session_no.in_(numbers))
        .tuples()
    )
    return {(station_id, _local(created_at, ZoneInfo(zone))) for station_id, created_at, zone in rows}


def _local(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()

"""Whether a station takes cars now, and until when, as phone and desk show it."""

from datetime import datetime

import msgspec

from backend.domain.opening_hours import from_text, look_at
from backend.services.sites.find_connector import StationTimes


class StationOpen(msgspec.Struct, frozen=True, kw_only=True):
    """`is_open`: by its hours, and not closed. `changes_at`: when it shuts or opens next; None: never, or not known.

    `is_known`: it said its hours; without them it counts as open. `is_closed`: its operator takes no more charges there.
    """

    is_open: bool
    is_known: bool
    is_always: bool
    is_closed: bool
    changes_at: datetime | None


class SpanView(msgspec.Struct, frozen=True, kw_only=True):
    """Open from `opens_minute` of a weekday (1 Monday … 7 Sunday) to `closes_minute`; past 1440 on the day after."""

    weekday: int
    opens_minute: int
    closes_minute: int


def view_spans(station: StationTimes) -> tuple[SpanView, ...]:
    """The station's week."""
    return tuple(
        SpanView(weekday=span.weekday, opens_minute=span.opens_minute, closes_minute=span.closes_minute)
        for span in from_text(station.hours).spans
    )


def look_at_station(station: StationTimes, *, now: datetime) -> StationOpen:
    """How it is now."""
    hours = from_text(station.hours)
    opening = look_at(hours, now=now, time_zone=station.time_zone)
    is_closed = station.closed_at is not None
    return StationOpen(
        is_open=opening.is_open and not is_closed,
        is_known=hours.is_known,
        is_always=hours.is_always,
        is_closed=is_closed,
        changes_at=None if is_closed else opening.changes_at,
    )

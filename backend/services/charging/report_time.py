"""Whose clock counts: the pile's while it is within a minute of ours, else ours (docs/pile-protocol.md, rule 8)."""

from datetime import datetime, timedelta

from backend.domain.report import Report
from backend.domain.report_time import TRUSTED_OFFSET, in_our_time
from backend.models import PileState


def clock_offset(report: Report) -> timedelta:
    """How far the pile's clock is ahead of ours; zero while it can be trusted.

    A replayed message says nothing about the clock, so the offset last seen is taken.
    """
    if report.is_replayed:
        state = PileState.get_or_none(PileState.pile_id == report.pile.id)
        offset_ms = 0 if state is None or state.clock_offset_ms is None else state.clock_offset_ms
        offset = timedelta(milliseconds=offset_ms)
    else:
        offset = report.at - report.received_at
    return offset if abs(offset) > TRUSTED_OFFSET else timedelta(0)


def platform_time(report: Report) -> datetime:
    """When the message was made, in our time."""
    return in_our_time(report.at, report.received_at, clock_offset(report))

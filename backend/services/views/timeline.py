"""The steps of a session with their times, as the operators' desk lists them."""

from datetime import datetime
from enum import StrEnum

import msgspec

from backend.domain.session import StopReason
from backend.models import Session


class Step(StrEnum):
    CREATED = "created"
    STARTING = "starting"
    STARTED = "started"
    STOPPING = "stopping"
    ENDED = "ended"
    SETTLED = "settled"


class TimelineStep(msgspec.Struct, frozen=True, kw_only=True):
    """`reason`: who asked for the stop, or why it ended; None for the other steps."""

    step: Step
    at: datetime
    reason: StopReason | None


def make_timeline(session: Session) -> tuple[TimelineStep, ...]:
    """The steps that have happened, in the order of a session's life."""
    steps = (
        (Step.CREATED, session.created_at, None),
        (Step.STARTING, session.starting_at, None),
        (Step.STARTED, session.started_at, None),
        (Step.STOPPING, session.stopping_at, session.stop_asked_reason),
        (Step.ENDED, session.ended_at, session.stop_reason),
        (Step.SETTLED, session.settled_at, None),
    )
    return tuple(
        TimelineStep(step=step, at=at, reason=reason) for step, at, reason in steps if at is not None
    )

"""The steps of a session with their times, as the operators' desk lists them."""

from datetime import datetime
from enum import StrEnum

import msgspec
from peewee import JOIN

from backend.domain.permission import ActorKind
from backend.domain.session import StopReason
from backend.models import AuditRow, Session, Staff


class Step(StrEnum):
    CREATED = "created"
    STARTING = "starting"
    STARTED = "started"
    STOPPING = "stopping"
    ENDED = "ended"
    SETTLED = "settled"


class TimelineStep(msgspec.Struct, frozen=True, kw_only=True):
    """`reason`: what kind of stop was asked for, or why it ended; None for the other steps.

    `by` and `note` are of a stop that staff asked for: their name, and the reason they gave.
    """

    step: Step
    at: datetime
    reason: StopReason | None
    by: str = ""
    note: str = ""


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
    told = tuple(
        TimelineStep(step=step, at=at, reason=reason) for step, at, reason in steps if at is not None
    )
    if session.stop_asked_reason is not StopReason.STAFF:
        return told
    by, note = _who_stopped(session)
    return tuple(
        msgspec.structs.replace(step, by=by, note=note) if step.step is Step.STOPPING else step
        for step in told
    )


def _who_stopped(session: Session) -> tuple[str, str]:
    """Name and reason of the member of staff who asked first, as the audit log has them."""
    row = (
        AuditRow.select(AuditRow.detail, Staff.name)
        .join(Staff, JOIN.LEFT_OUTER, on=(Staff.id == AuditRow.actor_id))
        .where(
            (AuditRow.object_kind == "session")
            & (AuditRow.object_no == session.session_no)
            & (AuditRow.action == "session.stop")
            & (AuditRow.actor_kind == ActorKind.STAFF)
        )
        .order_by(AuditRow.id)
        .tuples()
        .first()
    )
    if row is None:
        return "", ""
    detail, name = row
    reason = msgspec.json.decode(detail).get("reason", "") if detail else ""
    return name or "", str(reason)

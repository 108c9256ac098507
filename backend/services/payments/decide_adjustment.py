"""A second person approves or declines an adjustment that somebody else asked for; approving moves the money."""

from datetime import datetime

import structlog

from backend.domain.actor import Actor
from backend.domain.adjustment import AdjustmentEvent, AdjustmentState, next_state
from backend.domain.caller import Caller
from backend.domain.errors import AdjustmentDecided, AdjustmentNotFound, Forbidden, SecondPersonNeeded
from backend.domain.permission import Permission
from backend.models import Adjustment
from backend.models.engine.database import locked, transactional
from backend.services.access.scope import sees_platform
from backend.services.payments.adjustment_money import move_money, write_adjustment_audit

_log = structlog.get_logger(__name__)


@transactional
def decide_adjustment(
    *, staff: Actor, adjustment_no: str, is_approved: bool, note: str, caller: Caller, now: datetime
) -> None:
    """Raises Forbidden, AdjustmentNotFound, AdjustmentDecided, SecondPersonNeeded, AdjustmentTooMuch."""
    if Permission.ADJUSTMENT_APPROVE not in staff.permissions:
        raise Forbidden
    query = Adjustment.select().where(Adjustment.adjustment_no == adjustment_no)
    row = locked(query).first() if sees_platform(staff) else None
    if row is None:
        raise AdjustmentNotFound
    if row.state is not AdjustmentState.ASKED:
        raise AdjustmentDecided
    if row.asked_by_id == staff.id:
        raise SecondPersonNeeded
    row.state = next_state(row.state, AdjustmentEvent.APPROVED if is_approved else AdjustmentEvent.DECLINED)
    row.decided_by_id, row.decided_at, row.decision_note = staff.id, now, note
    row.save()
    if is_approved:
        move_money(row, now)
    write_adjustment_audit(
        staff=staff,
        action="approve" if is_approved else "decline",
        row=row,
        detail={"state": [AdjustmentState.ASKED.value, row.state.value], "reason": note},
        caller=caller,
        now=now,
    )
    _log.info("adjustment_decided", adjustment_no=adjustment_no, state=row.state.value)

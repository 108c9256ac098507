"""Adjustments as the desk shows them, and which of them somebody may see and decide."""

from datetime import datetime
from typing import Any, Final

import msgspec
from peewee import ModelSelect

from backend.domain.actor import Actor
from backend.domain.adjustment import AdjustmentState
from backend.domain.permission import Permission
from backend.models import Adjustment, Staff
from backend.services.access.scope import sees_platform

DECISIONS: Final = ("approve", "decline")


class AdjustmentRow(msgspec.Struct, frozen=True, kw_only=True):
    """`amount_fen` negative took money back; `is_alone`: done within a day's limit, nobody else decided.

    `allowed_actions` are what the reader may decide now.
    """

    adjustment_no: str
    driver_no: str
    amount_fen: int
    reason: str
    told: str
    state: AdjustmentState
    is_alone: bool
    asked_by: str
    asked_at: datetime
    decided_by: str
    decided_at: datetime | None
    decision_note: str
    allowed_actions: tuple[str, ...]


def visible_adjustments(staff: Actor) -> "ModelSelect[Any]":
    """Wallets are the platform's, so all of them or none."""
    query = Adjustment.select()
    return query if sees_platform(staff) else query.where(Adjustment.id.is_null())


def view_adjustments(rows: Any, staff: Actor) -> tuple[AdjustmentRow, ...]:
    ids = {row.asked_by_id for row in rows} | {row.decided_by_id for row in rows if row.decided_by_id}
    people = Staff.select(Staff.id, Staff.name).where(Staff.id.in_(sorted(ids))) if ids else ()
    names = {row.id: row.name for row in people}
    return tuple(
        AdjustmentRow(
            adjustment_no=row.adjustment_no,
            driver_no=row.driver_no,
            amount_fen=row.amount_fen,
            reason=row.reason,
            told=row.told,
            state=row.state,
            is_alone=row.is_alone,
            asked_by=names.get(row.asked_by_id, ""),
            asked_at=row.asked_at,
            decided_by=names.get(row.decided_by_id or 0, ""),
            decided_at=row.decided_at,
            decision_note=row.decision_note,
            allowed_actions=_actions(row, staff),
        )
        for row in rows
    )


def _actions(row: Any, staff: Actor) -> tuple[str, ...]:
    may = Permission.ADJUSTMENT_APPROVE in staff.permissions and row.asked_by_id != staff.id
    return DECISIONS if may and row.state is AdjustmentState.ASKED else ()

"""One refund as the desk reads it: its parts with all that is known of them, its postings, and who did what."""

from datetime import datetime
from typing import Any

import msgspec

from backend.domain.actor import Actor
from backend.domain.errors import RefundNotFound
from backend.domain.permission import ActorKind, Permission
from backend.domain.refund import GOING_PARTS, PartState
from backend.models import AuditRow, Driver, Refund, Staff
from backend.models.engine.database import reading
from backend.services.views.desk.list_refunds_for_staff import StaffRefundRow, select_refunds, view_row
from backend.services.views.refund_views import RefundPartView, read_parts, view_part

RETRY = "retry"
PAY_OUT = "pay_out"


class StaffRefundPart(msgspec.Struct, frozen=True, kw_only=True):
    """`allowed_actions`: retry, pay_out. `payout_*` are empty unless a person paid it out."""

    part: RefundPartView
    channel_refund_no: str
    next_step_at: datetime | None
    steps: int
    last_error: str
    payout_reference: str
    payout_reason: str
    payout_by: str | None
    allowed_actions: tuple[str, ...]


class RefundAct(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that was done by somebody; `by` is None for the system."""

    at: datetime
    action: str
    by_kind: ActorKind
    by: str | None
    part_no: str | None


class StaffRefund(msgspec.Struct, frozen=True, kw_only=True):
    refund: StaffRefundRow
    parts: tuple[StaffRefundPart, ...]
    acts: tuple[RefundAct, ...]


@reading
def get_refund_for_staff(*, staff: Actor, refund_no: str) -> StaffRefund:
    """A refund in scope. Raises RefundNotFound."""
    shown: Any = (
        select_refunds(staff)
        .select(Refund, Driver.driver_no)
        .join(Driver, on=(Driver.id == Refund.driver_id))
        .where(Refund.refund_no == refund_no)
        .objects()
    )
    row = shown.first()
    if row is None:
        raise RefundNotFound
    parts = read_parts([row.id]).get(row.id, [])
    return StaffRefund(
        refund=view_row(row, parts),
        parts=tuple(_view(part, _names(parts), staff) for part in parts),
        acts=_acts(row, parts),
    )


def _view(row: Any, names: dict[int, str], staff: Actor) -> StaffRefundPart:
    return StaffRefundPart(
        part=view_part(row),
        channel_refund_no=row.channel_refund_no,
        next_step_at=row.next_step_at,
        steps=row.steps,
        last_error=row.last_error,
        payout_reference=row.payout_reference,
        payout_reason=row.payout_reason,
        payout_by=names.get(row.payout_by_id or 0),
        allowed_actions=_allowed(row, staff),
    )


def _allowed(row: Any, staff: Actor) -> tuple[str, ...]:
    if Permission.REFUND_MANAGE not in staff.permissions:
        return ()
    can_go_on = row.payment_id is not None and (row.state in GOING_PARTS or row.state is PartState.ABNORMAL)
    return (*((RETRY,) if can_go_on else ()), *((PAY_OUT,) if row.state is PartState.ABNORMAL else ()))


def _names(parts: list[Any]) -> dict[int, str]:
    return _staff_names({part.payout_by_id for part in parts if part.payout_by_id is not None})


def _staff_names(ids: set[int]) -> dict[int, str]:
    rows = Staff.select(Staff.id, Staff.name).where(Staff.id.in_(sorted(ids))) if ids else ()
    return {row.id: row.name for row in rows}


def _acts(row: Any, parts: list[Any]) -> tuple[RefundAct, ...]:
    numbers = [part.part_no for part in parts]
    of_parts = (AuditRow.object_kind == "refund_part") & AuditRow.object_no.in_(numbers)
    of_it = (AuditRow.object_kind == "refund") & (AuditRow.object_no == row.refund_no)
    rows = list(AuditRow.select().where(of_parts | of_it).order_by(AuditRow.id))
    names = _staff_names(
        {one.actor_id for one in rows if one.actor_kind is ActorKind.STAFF and one.actor_id is not None}
    )
    return tuple(
        RefundAct(
            at=one.at,
            action=one.action,
            by_kind=one.actor_kind,
            by=names.get(one.actor_id or 0) if one.actor_kind is ActorKind.STAFF else None,
            part_no=one.object_no if one.object_kind == "refund_part" else None,
        )
        for one in rows
    )

"""Staff have a part of a refund go on at once, under its own number."""

from datetime import datetime

from backend.domain.actor import Actor
from backend.domain.errors import Forbidden, ImpossibleTransition, RefundNotFound, RefundPartClosed
from backend.domain.permission import Permission
from backend.domain.refund import GOING_PARTS, PartEvent
from backend.models.engine.database import transactional
from backend.services.access.scope import sees_platform
from backend.services.ground.audit import write_audit
from backend.services.payments.refund_states import lock_part, move_part


@transactional
def retry_refund_part(
    *, staff: Actor, part_no: str, now: datetime, request_id: str = "", ip: str = ""
) -> str:
    """The number of its refund. Raises Forbidden, RefundNotFound, and RefundPartClosed where it cannot go on."""
    if Permission.REFUND_MANAGE not in staff.permissions:
        raise Forbidden
    one = lock_part(part_no) if sees_platform(staff) else None
    if one is None:
        raise RefundNotFound
    part = one.part
    before = part.state
    if part.payment_id is None:
        raise RefundPartClosed(state=before.value)
    try:
        move_part(one, PartEvent.RETRIED, now)
    except ImpossibleTransition:
        raise RefundPartClosed(state=before.value) from None
    if part.state in GOING_PARTS:
        part.next_step_at = now
        part.save()
    write_audit(
        actor=staff,
        action="refund.retry",
        object_kind="refund_part",
        object_no=part_no,
        operator_id=None,
        detail={"before": before.value, "after": part.state.value},
        now=now,
        request_id=request_id,
        ip=ip,
    )
    return one.refund.refund_no

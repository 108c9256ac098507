"""Staff ask for an adjustment of a driver's balance: done at once within their day's limit, else a second person decides."""

from dataclasses import dataclass
from datetime import datetime

import structlog

from backend.domain.actor import Actor
from backend.domain.adjustment import AdjustmentState, check_size, is_within
from backend.domain.caller import Caller
from backend.domain.errors import DriverDeleted, DriverNotFound, Forbidden
from backend.domain.permission import Permission
from backend.gateways.ids import new_number
from backend.models import Adjustment, Driver, Staff
from backend.models.engine.database import locked, transactional
from backend.services.access.scope import sees_platform
from backend.services.ground.idempotency import once
from backend.services.payments.adjustment_limits import find_day_limit
from backend.services.payments.adjustment_money import move_money, require_room, write_adjustment_audit

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedAdjustment:
    """`amount_fen` negative takes money back; `told` is what the driver reads."""

    driver_no: str
    amount_fen: int
    reason: str
    told: str


@transactional
def ask_adjustment(
    *, staff: Actor, asked: AskedAdjustment, idempotency_key: str, caller: Caller, now: datetime
) -> str:
    """The number of the one adjustment of this key.

    Raises Forbidden, DriverNotFound, DriverDeleted, AmountOutOfRange, AdjustmentTooMuch, IdempotencyKeyReused.
    """
    if Permission.ADJUSTMENT_ASK not in staff.permissions:
        raise Forbidden
    check_size(asked.amount_fen)
    return once(
        actor=staff,
        route="ask_adjustment",
        key=idempotency_key,
        request={
            "driver_no": asked.driver_no,
            "amount_fen": asked.amount_fen,
            "reason": asked.reason,
            "told": asked.told,
        },
        answer_type=str,
        now=now,
        work=lambda: _ask(staff, asked, caller, now),
    )


def _ask(staff: Actor, asked: AskedAdjustment, caller: Caller, now: datetime) -> str:
    found = Driver.select().where(Driver.driver_no == asked.driver_no)
    driver = locked(found).first() if sees_platform(staff) else None
    if driver is None:
        raise DriverNotFound
    if driver.deleted_at is not None:
        raise DriverDeleted
    # one person's are counted one after the other: two at once do not both fit into what is left
    locked(Staff.select(Staff.id).where(Staff.id == staff.id)).first()
    limit = find_day_limit(staff_id=staff.id, now=now)
    is_alone = is_within(asked.amount_fen, used_fen=limit.used_fen, limit_fen=limit.limit_fen)
    require_room(driver_no=driver.driver_no, amount_fen=asked.amount_fen)
    row = Adjustment.create(
        adjustment_no=new_number("AD", now),
        driver_id=driver.id,
        amount_fen=asked.amount_fen,
        reason=asked.reason,
        told=asked.told,
        state=AdjustmentState.DONE if is_alone else AdjustmentState.ASKED,
        is_alone=is_alone,
        asked_by_id=staff.id,
        asked_at=now,
        decided_at=now if is_alone else None,
    )
    if is_alone:
        move_money(row, now)
    write_adjustment_audit(
        staff=staff,
        action="do_alone" if is_alone else "ask",
        row=row,
        detail={"reason": asked.reason, "told": asked.told},
        caller=caller,
        now=now,
    )
    _log.info(
        "adjustment_asked",
        adjustment_no=row.adjustment_no,
        amount_fen=asked.amount_fen,
        is_alone=is_alone,
    )
    return row.adjustment_no

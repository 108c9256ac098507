"""A driver is deleted (注销), for good: nobody can come back as them, and nothing tells who they were.

Orders, payments, refunds and the books stay under the driver's number, and so does the audit log, which is never changed.
Who logs in with the same WeChat afterwards is a new driver. For staff who were granted it, and for the driver themself.
"""

from datetime import datetime

import structlog

from backend.domain.actor import Actor
from backend.domain.caller import Caller
from backend.domain.driver_message import MessageState
from backend.domain.errors import DriverDeleted, DriverNotDeletable, DriverNotFound, Forbidden
from backend.domain.permission import ActorKind, Permission
from backend.models import Driver, DriverIdentity, DriverMessage, MessageCredit, Payment, PayPassword
from backend.models.engine.database import locked, transactional
from backend.services.access.driver_obstacles import find_obstacles
from backend.services.access.log_ins import end_driver_log_ins
from backend.services.access.scope import sees_platform
from backend.services.ground.audit import write_audit
from backend.services.ground.row_version import take_edit
from backend.services.ledger.wallets import lock_wallet

_log = structlog.get_logger(__name__)


@transactional
def delete_driver(
    *, actor: Actor, driver_no: str, reason: str, row_version: int, caller: Caller, now: datetime
) -> None:
    """Raises Forbidden, DriverNotFound, DriverDeleted, RowChanged, and DriverNotDeletable with what stands in the way."""
    driver = _lock(actor, driver_no)
    if driver.deleted_at is not None:
        raise DriverDeleted
    take_edit(driver, seen=row_version)
    # whoever begins something of theirs locks the wallet or the row first, and finds them gone
    obstacles = find_obstacles(driver, lock_wallet(driver_no=driver_no))
    if obstacles:
        raise DriverNotDeletable(obstacles=[one.value for one in obstacles])
    _forget(driver, now)
    end_driver_log_ins(driver.id, now=now)
    write_audit(
        actor=actor,
        action="driver.delete",
        object_kind="driver",
        object_no=driver_no,
        operator_id=actor.operator_id,
        detail={"reason": reason},
        now=now,
        request_id=caller.request_id,
        ip=caller.ip,
    )
    _log.info("driver_deleted", driver_no=driver_no)


def _lock(actor: Actor, driver_no: str) -> Driver:
    if actor.kind is ActorKind.STAFF and Permission.DRIVER_PRIVACY not in actor.permissions:
        raise Forbidden
    is_own = actor.kind is ActorKind.DRIVER and actor.no == driver_no
    found = Driver.select().where(Driver.driver_no == driver_no)
    driver: Driver | None = locked(found).first() if is_own or sees_platform(actor) else None
    if driver is None:
        raise DriverNotFound
    return driver


def _forget(driver: Driver, now: datetime) -> None:
    """All that tells who they were, but for what the books and the audit log keep."""
    driver.mini_program_key = None
    driver.nickname = ""
    driver.phone = None
    driver.phone_bound_at = None
    driver.avatar = ""
    driver.avatar_file_id = None
    driver.is_enabled = False
    driver.deleted_at = now
    driver.save()
    for own in (DriverIdentity, MessageCredit, PayPassword):
        own.delete().where(own.driver_id == driver.id).execute()
    Payment.update(payer_key=None).where(Payment.driver_id == driver.id).execute()
    # one that is being sent ends by itself
    waiting = (DriverMessage.driver_id == driver.id) & (DriverMessage.state == MessageState.QUEUED)
    DriverMessage.update(state=MessageState.EXPIRED, due_at=None, ended_at=now).where(waiting).execute()

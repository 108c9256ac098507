"""Sets the charging policy of the platform or of one operator; it holds for sessions that start from then on."""

from collections.abc import Mapping
from datetime import datetime

from peewee import IntegrityError

from backend.domain.actor import Actor
from backend.domain.permission import Permission
from backend.domain.policy import PolicyName, check_values
from backend.models import ChargingPolicy
from backend.models.engine.database import RetryTransaction, after_commit, locked, transactional
from backend.services.access.operator_scope import check_is_platform, check_may, lock_operator
from backend.services.ground.audit import write_audit
from backend.services.ground.operator_book import PLATFORM, forget_operators, values_of
from backend.services.ground.row_version import take_edit

PLATFORM_NO = "platform"
"""What the platform's own policy is called in the audit log."""


@transactional
def set_policy(
    *,
    staff: Actor,
    operator_no: str | None,
    values: Mapping[PolicyName, int | None],
    reason: str,
    row_version: int,
    now: datetime,
    request_id: str = "",
    ip: str = "",
) -> None:
    """`operator_no` None: the platform's. A value of None is left to the platform, or to the default.

    Names that are not in `values` stay as they are. Raises Forbidden, OperatorNotFound, PolicyOutOfRange, RowChanged.
    """
    check_may(staff, Permission.POLICY_EDIT)
    operator_id = PLATFORM
    if operator_no is None:
        check_is_platform(staff)
    else:
        operator_id = lock_operator(staff, operator_no, permission=Permission.POLICY_EDIT).id
    check_values(
        {name: value for name, value in values.items() if value is not None}, is_platform=operator_no is None
    )
    row = _lock_row(operator_id, now)
    take_edit(row, seen=row_version)
    known = values_of(row)
    changed = [name for name, value in values.items() if known.get(name) != value]
    if not changed:
        return
    for name in changed:
        setattr(row, name.value, values[name])
    row.changed_at = now
    row.save()
    write_audit(
        actor=staff,
        action="policy.edit",
        object_kind="policy",
        object_no=operator_no or PLATFORM_NO,
        operator_id=None if operator_no is None else operator_id,
        detail={
            "before": {name.value: known.get(name) for name in changed},
            "after": {name.value: values[name] for name in changed},
            "reason": reason,
        },
        now=now,
        request_id=request_id,
        ip=ip,
    )
    after_commit(forget_operators)


def _lock_row(operator_id: int, now: datetime) -> ChargingPolicy:
    own = ChargingPolicy.select().where(ChargingPolicy.operator_id == operator_id)
    row: ChargingPolicy | None = locked(own).first()
    if row is not None:
        return row
    try:
        ChargingPolicy.insert(operator_id=operator_id, changed_at=now).execute()
    except IntegrityError as error:
        raise RetryTransaction from error
    made: ChargingPolicy = ChargingPolicy.get_by_id(operator_id)
    return made

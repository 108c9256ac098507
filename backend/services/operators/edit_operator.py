"""An operator's name, service phone and hours. Its number is printed on stickers and contracts: it never changes."""

from datetime import datetime

from backend.domain.actor import Actor
from backend.domain.errors import Forbidden
from backend.domain.permission import Permission
from backend.models.engine.database import after_commit, transactional
from backend.services.access.operator_scope import lock_operator
from backend.services.access.scope import sees_platform
from backend.services.ground.audit import write_audit
from backend.services.ground.operator_book import forget_operators
from backend.services.ground.row_version import take_edit


@transactional
def edit_operator(
    *,
    staff: Actor,
    operator_no: str,
    name: str,
    service_phone: str,
    service_hours: str,
    row_version: int,
    now: datetime,
    request_id: str = "",
    ip: str = "",
) -> None:
    """The name is the platform's to change. Raises Forbidden, OperatorNotFound, RowChanged."""
    row = lock_operator(staff, operator_no, permission=Permission.OPERATOR_EDIT)
    if name != row.name and not sees_platform(staff):
        raise Forbidden
    wanted = {"name": name, "service_phone": service_phone, "service_hours": service_hours}
    before = {field: getattr(row, field) for field, value in wanted.items() if getattr(row, field) != value}
    take_edit(row, seen=row_version)
    if not before:
        return
    for field in before:
        setattr(row, field, wanted[field])
    row.save()
    write_audit(
        actor=staff,
        action="operator.edit",
        object_kind="operator",
        object_no=operator_no,
        operator_id=row.id,
        detail={"before": before, "after": {field: wanted[field] for field in before}},
        now=now,
        request_id=request_id,
        ip=ip,
    )
    after_commit(forget_operators)

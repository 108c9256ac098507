"""An operator's name, service phone and hours; and its number, as long as no money was booked and no partner told by it."""

from datetime import datetime

from backend.domain.actor import Actor
from backend.domain.errors import Forbidden, OperatorNumberFixed, OperatorNumberTaken
from backend.domain.permission import Permission
from backend.models import Operator
from backend.models.engine.database import after_commit, transactional
from backend.services.access.operator_scope import lock_operator
from backend.services.access.scope import sees_platform
from backend.services.ground.audit import write_audit
from backend.services.ground.operator_book import forget_operators
from backend.services.ground.row_version import take_edit
from backend.services.sites.charged_operators import with_charges
from backend.services.sites.register_operator import check_operator_no


@transactional
def edit_operator(
    *,
    staff: Actor,
    operator_no: str,
    name: str,
    service_phone: str,
    service_hours: str,
    row_version: int,
    new_no: str | None = None,
    now: datetime,
    request_id: str = "",
    ip: str = "",
) -> None:
    """Name and number are the platform's to change; `new_no` None keeps it.

    Raises Forbidden, OperatorNotFound, RowChanged, UnfitInput, OperatorNumberTaken, OperatorNumberFixed.
    """
    row = lock_operator(staff, operator_no, permission=Permission.OPERATOR_EDIT)
    code = new_no or row.operator_no
    if (name != row.name or code != row.operator_no) and not sees_platform(staff):
        raise Forbidden
    wanted = {
        "operator_no": code,
        "name": name,
        "service_phone": service_phone,
        "service_hours": service_hours,
    }
    before = {field: getattr(row, field) for field, value in wanted.items() if getattr(row, field) != value}
    take_edit(row, seen=row_version)
    if not before:
        return
    for field in before:
        setattr(row, field, wanted[field])
    if "operator_no" in before:
        _check_number(row.id, code)
    row.save()
    write_audit(
        actor=staff,
        action="operator.edit",
        object_kind="operator",
        object_no=code,
        operator_id=row.id,
        detail={"before": before, "after": {field: wanted[field] for field in before}},
        now=now,
        request_id=request_id,
        ip=ip,
    )
    after_commit(forget_operators)


def _check_number(operator_id: int, code: str) -> None:
    """A charge books its money under the number; the operator's row is locked, and a start that comes later reads it anew."""
    check_operator_no(code)
    if operator_id in with_charges([operator_id]):
        raise OperatorNumberFixed
    if Operator.select().where(Operator.operator_no == code).exists():
        raise OperatorNumberTaken

"""The platform takes in an operator. Its first administrator is added on the page of staff."""

from datetime import datetime

from peewee import IntegrityError

from backend.domain.actor import Actor
from backend.domain.errors import OperatorNumberTaken, UnfitInput
from backend.domain.operator import is_operator_no
from backend.domain.permission import Permission
from backend.models import Operator
from backend.models.engine.database import after_commit, transactional
from backend.services.access.operator_scope import check_is_platform, check_may
from backend.services.ground.audit import write_audit
from backend.services.ground.operator_book import forget_operators
from backend.services.sites.register_operator import register_operator


@transactional
def create_operator(
    *,
    staff: Actor,
    operator_no: str,
    name: str,
    service_phone: str,
    service_hours: str,
    now: datetime,
    request_id: str = "",
    ip: str = "",
) -> Operator:
    """Raises Forbidden for all but the platform's staff, UnfitInput, OperatorNumberTaken."""
    check_may(staff, Permission.OPERATOR_EDIT)
    check_is_platform(staff)
    if not is_operator_no(operator_no):
        raise UnfitInput(field="operator_no", reason="不是有效的组织机构代码（9 位，最后一位是校验码）")
    if Operator.get_or_none(Operator.operator_no == operator_no) is not None:
        raise OperatorNumberTaken
    try:
        operator = register_operator(
            operator_no=operator_no, name=name, is_platform=False, service_phone=service_phone, now=now
        )
    except IntegrityError as error:
        raise OperatorNumberTaken from error
    operator.service_hours = service_hours
    operator.save()
    write_audit(
        actor=staff,
        action="operator.create",
        object_kind="operator",
        object_no=operator_no,
        operator_id=operator.id,
        detail={"after": {"name": name, "service_phone": service_phone, "service_hours": service_hours}},
        now=now,
        request_id=request_id,
        ip=ip,
    )
    after_commit(forget_operators)
    return operator

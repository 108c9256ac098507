"""The platform takes in an operator, at once with its first administrator where one is named."""

from dataclasses import dataclass
from datetime import datetime

from peewee import IntegrityError

from backend.domain.actor import Actor
from backend.domain.caller import Caller
from backend.domain.errors import OperatorNumberTaken
from backend.domain.permission import Permission
from backend.gateways.ids import new_typed_secret
from backend.models import Operator
from backend.models.engine.database import after_commit, transactional
from backend.services.access.operator_scope import check_is_platform, check_may
from backend.services.ground.audit import write_audit
from backend.services.ground.operator_book import forget_operators
from backend.services.sites.register_operator import check_operator_no, register_operator
from backend.services.staff.administrators import NewAdministrator, new_administrator
from backend.services.staff.name_administrator import name_administrator


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOperator:
    """What is known of a new operator; its number is the organisation code."""

    operator_no: str
    name: str
    service_phone: str
    service_hours: str


def create_operator(
    *,
    staff: Actor,
    new: NewOperator,
    administrator: tuple[str, str] | None,
    caller: Caller,
    now: datetime,
) -> tuple[int, str] | None:
    """`administrator` is an account and a name; the answer is their row id and one-time password.

    Raises Forbidden for all but the platform's staff, UnfitInput, OperatorNumberTaken; BeyondOwnRights, AccountTaken.
    """
    if administrator is None:
        _create(staff, new, None, caller, now)
        return None
    account, name = administrator
    password = new_typed_secret()
    first = new_administrator(account=account, name=name, password=password, must_change_password=True)
    staff_id = _create(staff, new, first, caller, now)
    return None if staff_id is None else (staff_id, password)


@transactional
def _create(
    staff: Actor, new: NewOperator, first: NewAdministrator | None, caller: Caller, now: datetime
) -> int | None:
    check_may(staff, Permission.OPERATOR_EDIT)
    check_is_platform(staff)
    operator = _register(new, now)
    write_audit(
        actor=staff,
        action="operator.create",
        object_kind="operator",
        object_no=new.operator_no,
        operator_id=operator.id,
        detail={
            "after": {
                "name": new.name,
                "service_phone": new.service_phone,
                "service_hours": new.service_hours,
            }
        },
        now=now,
        request_id=caller.request_id,
        ip=caller.ip,
    )
    after_commit(forget_operators)
    if first is None:
        return None
    return name_administrator(actor=staff, operator=operator, new=first, caller=caller, now=now).id


def _register(new: NewOperator, now: datetime) -> Operator:
    check_operator_no(new.operator_no)
    if Operator.get_or_none(Operator.operator_no == new.operator_no) is not None:
        raise OperatorNumberTaken
    try:
        operator = register_operator(
            operator_no=new.operator_no,
            name=new.name,
            is_platform=False,
            service_phone=new.service_phone,
            now=now,
        )
    except IntegrityError as error:
        raise OperatorNumberTaken from error
    operator.service_hours = new.service_hours
    operator.save()
    return operator

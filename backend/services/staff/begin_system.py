"""The first administrator of an empty system: an operator where there is none, its roles, and somebody who may do everything."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import structlog

from backend.domain.caller import Caller
from backend.domain.errors import InvalidInput, WeakPassword
from backend.domain.password import find_password_problem
from backend.domain.role_preset import PRESETS
from backend.models import BeginLink, Operator
from backend.models.engine.database import transactional
from backend.services.sites.register_operator import check_operator_no, register_operator
from backend.services.staff.administrators import (
    NewAdministrator,
    create_administrator,
    create_role_of,
    new_administrator,
)
from backend.services.staff.begin_links import find_platform, take_link
from backend.services.staff.staff_audit import write_staff_audit

FIRST_OPERATOR_NO: Final = "000000001"

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstAdministrator:
    """What is said of the operator counts only where there is none yet; without its code it gets a number to begin with."""

    operator_name: str
    account: str
    name: str
    password: str
    operator_no: str = ""


def begin_system(*, token: str, first: FirstAdministrator, caller: Caller, now: datetime) -> None:
    """The link is used up. Raises BeginLinkInvalid, AlreadyBegun, WeakPassword, AccountTaken, InvalidInput."""
    problem = find_password_problem(first.password, account=first.account)
    if problem is not None:
        raise WeakPassword(reason=problem.value)
    new = new_administrator(
        account=first.account, name=first.name, password=first.password, must_change_password=False
    )
    _begin(token, first, new, caller, now)


@transactional
def _begin(
    token: str, first: FirstAdministrator, new: NewAdministrator, caller: Caller, now: datetime
) -> None:
    take_link(token, now=now)
    operator = find_platform() or _new_operator(first.operator_name, first.operator_no, now)
    row = create_administrator(operator, new, now=now)
    BeginLink.delete().execute()
    write_staff_audit(
        actor=None, action="staff.begin", row=row, detail={"name": row.name}, caller=caller, now=now
    )
    _log.info("system_begun", staff_id=row.id)


def _new_operator(name: str, code: str, now: datetime) -> Operator:
    """With the roles to begin with."""
    if code:
        check_operator_no(code)
    if not name.strip():
        raise InvalidInput(field="operator_name", reason="不能为空")
    operator = register_operator(
        operator_no=code or FIRST_OPERATOR_NO, name=name.strip(), is_platform=True, service_phone="", now=now
    )
    for preset in PRESETS:
        create_role_of(operator, preset.name, preset.permissions, now)
    return operator
